// SPDX-License-Identifier: Apache-2.0
// A member that shows what its membership tells it: one line per view, counts and digests of
// messages on request. For developers and for the component test of core/membership.
//
//   membership_probe corosync|standalone
//
// Commands on stdin, one per line:
//   send COUNT SIZE    broadcasts COUNT messages of SIZE bytes
//   mark               broadcasts a mark: every member prints its count and digest there, and
//                      starts both anew, so equal lines mean equal histories between two marks
//   latency COUNT      sends one message after the other, prints the times until each came back
//   self               prints who we are
//   leave              leaves the group in order
//   quit               ends without leaving
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <istream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>

#include "core/base/log.h"
#include "core/membership/corosync.h"
#include "core/membership/standalone.h"

namespace {

using mainstay::membership::Membership;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kMark = "mark";
constexpr std::string_view kPing = "ping ";

std::string names(const std::vector<mainstay::model::Node>& nodes) {
  std::string text;
  for (const auto& node : nodes) {
    text += (text.empty() ? "" : ",") + std::to_string(node.id) + ":" + node.name;
  }
  return text.empty() ? "-" : text;
}

long long wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class Probe : public mainstay::membership::Listener {
 public:
  Probe(boost::asio::io_context& io, Membership& membership)
      : io_(io), membership_(membership), input_(io, ::dup(STDIN_FILENO)) {}

  void start() {
    if (const auto joined = membership_.join(*this); !joined) {
      std::printf("error %s\n", joined.error().context.c_str());
    }
    read_command();
  }

  void on_view(const mainstay::model::View& view) override {
    std::printf(
        "view ring=%llx quorate=%d hosts=%s members=%s configured=%s after=%llu wall=%lld\n",
        static_cast<unsigned long long>(view.ring_seq), view.quorate ? 1 : 0,
        names(view.hosts).c_str(), names(view.members).c_str(), names(view.configured).c_str(),
        static_cast<unsigned long long>(count_), wall_ms());
  }

  void on_message(std::uint32_t from, std::string_view payload) override {
    if (payload == kMark) {
      std::printf("mark from=%u count=%llu digest=%016llx\n", from,
                  static_cast<unsigned long long>(count_),
                  static_cast<unsigned long long>(digest_));
      count_ = 0;
      digest_ = kSeed;
      return;
    }
    if (payload.starts_with(kPing)) {
      if (from == membership_.self().id) {
        pinged();
      }
      return;
    }
    ++count_;
    mix(std::to_string(from));
    mix(payload);
  }

  void on_disconnected(const mainstay::Error& reason) override {
    std::printf("disconnected %s\n", reason.context.c_str());
  }

 private:
  static constexpr std::uint64_t kSeed = 0xcbf29ce484222325ULL;

  void mix(std::string_view bytes) {  // FNV-1a: order matters, which is all that is asked here
    for (const char byte : bytes) {
      digest_ = (digest_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    }
  }

  void read_command() {
    boost::asio::async_read_until(input_, buffer_, '\n',
                                  [this](const boost::system::error_code& error, std::size_t) {
                                    if (error) {
                                      io_.stop();
                                      return;
                                    }
                                    std::istream stream(&buffer_);
                                    std::string line;
                                    std::getline(stream, line);
                                    obey(line);
                                    read_command();
                                  });
  }

  void obey(const std::string& line) {
    std::istringstream words(line);
    std::string command;
    std::size_t count = 0;
    std::size_t size = 0;
    words >> command >> count >> size;
    if (command == "send") {
      send(count, size);
    } else if (command == "mark") {
      broadcast(std::string(kMark));
    } else if (command == "latency") {
      pings_left_ = count;
      times_.clear();
      ping();
    } else if (command == "self") {
      std::printf("self %u:%s\n", membership_.self().id, membership_.self().name.c_str());
    } else if (command == "leave") {
      membership_.leave();
      std::printf("left\n");
    } else if (command == "quit") {
      io_.stop();
    } else {
      std::printf("error unknown command %s\n", command.c_str());
    }
  }

  bool broadcast(std::string payload) {
    const auto sent = membership_.broadcast(std::move(payload));
    if (!sent) {
      std::printf("refused %s\n", sent.error().context.c_str());
    }
    return sent.has_value();
  }

  void send(std::size_t count, std::size_t size) {
    bool congested = false;
    for (std::size_t i = 0; i < count; ++i) {
      std::string payload = std::to_string(next_++) + ' ';
      payload.resize(std::max(size, payload.size()), 'x');
      if (!broadcast(std::move(payload))) {
        return;
      }
      congested = congested || membership_.congested();
    }
    std::printf("sent count=%zu congested=%d\n", count, congested ? 1 : 0);
  }

  void ping() {
    sent_at_ = Clock::now();
    broadcast(std::string(kPing) + std::to_string(pings_left_));
  }

  void pinged() {
    times_.push_back(std::chrono::duration<double, std::milli>(Clock::now() - sent_at_).count());
    if (--pings_left_ > 0) {
      ping();
      return;
    }
    std::sort(times_.begin(), times_.end());
    std::printf("latency count=%zu p50=%.3f p99=%.3f max=%.3f\n", times_.size(),
                times_[times_.size() / 2], times_[times_.size() * 99 / 100], times_.back());
  }

  boost::asio::io_context& io_;
  Membership& membership_;
  boost::asio::posix::stream_descriptor input_;
  boost::asio::streambuf buffer_;
  std::uint64_t count_ = 0;
  std::uint64_t digest_ = kSeed;
  std::uint64_t next_ = 0;
  std::size_t pings_left_ = 0;
  Clock::time_point sent_at_;
  std::vector<double> times_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc == 2 ? argv[1] : "";
  if (kind != "corosync" && kind != "standalone") {
    std::fprintf(stderr, "usage: membership_probe corosync|standalone\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  mainstay::set_log_level(mainstay::LogLevel::debug);
  boost::asio::io_context io;
  std::unique_ptr<Membership> membership;
  if (kind == "corosync") {
    membership = std::make_unique<mainstay::membership::CorosyncMembership>(io);
  } else {
    utsname names{};
    uname(&names);
    membership = std::make_unique<mainstay::membership::StandaloneMembership>(io, names.nodename);
  }
  Probe probe(io, *membership);
  probe.start();
  io.run();
  return 0;
}
