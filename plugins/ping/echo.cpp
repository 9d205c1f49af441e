// SPDX-License-Identifier: Apache-2.0
#include "plugins/ping/echo.h"

#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>

#include "core/base/unique_fd.h"

namespace mainstay::ping {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kHeader = 8;
constexpr std::size_t kPayload = 48;
constexpr milliseconds kBetweenAttempts{1000};

/// RFC 1071.
std::uint16_t checksum(std::span<const std::uint8_t> bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    sum += static_cast<std::uint32_t>(bytes[i] << 8U) | bytes[i + 1];
  }
  while ((sum >> 16U) != 0) {
    sum = (sum & 0xFFFFU) + (sum >> 16U);
  }
  return static_cast<std::uint16_t>(~sum & 0xFFFFU);
}

void put(std::vector<std::uint8_t>& bytes, std::size_t at, std::uint16_t value) {
  bytes.at(at) = static_cast<std::uint8_t>(value >> 8U);
  bytes.at(at + 1) = static_cast<std::uint8_t>(value & 0xFFU);
}

/// One host that is asked. Its socket is connected, so that only its messages arrive.
class Question {
 public:
  static std::optional<Question> open(const std::string& host, std::uint16_t id,
                                      const Complain& complain) {
    addrinfo wanted{};
    wanted.ai_family = host.find(':') != std::string::npos ? AF_INET6 : AF_UNSPEC;
    wanted.ai_socktype = SOCK_RAW;
    addrinfo* list = nullptr;
    if (const int error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &list); error != 0) {
      complain(host + ": " + ::gai_strerror(error));
      return std::nullopt;
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(list, &::freeaddrinfo);
    Question question;
    question.ipv6_ = list->ai_family == AF_INET6;
    question.id_ = id;
    const int protocol = question.ipv6_ ? int{IPPROTO_ICMPV6} : int{IPPROTO_ICMP};
    // Sockets that carry nothing but echoes may not be allowed to this group.
    for (const int type : {SOCK_DGRAM, SOCK_RAW}) {
      question.fd_.reset(::socket(list->ai_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
      question.raw_ = type == SOCK_RAW;
      if (question.fd_) {
        break;
      }
    }
    if (!question.fd_ || ::connect(question.fd_.get(), list->ai_addr, list->ai_addrlen) != 0) {
      complain(host + ": " + std::generic_category().message(errno));
      return std::nullopt;
    }
    return question;
  }

  int descriptor() const { return fd_.get(); }

  void ask(std::uint16_t sequence) const {
    const auto request = encode_request(ipv6_, id_, sequence);
    // A host that cannot be reached now may be at the next attempt; silence says it all.
    (void)!::send(fd_.get(), request.data(), request.size(), MSG_NOSIGNAL);
  }

  bool is_answered() const {
    std::array<std::uint8_t, 2048> buffer{};
    for (;;) {
      const ssize_t count = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
      if (count < 0) {
        return false;  // nothing more, or an error that somebody on the way has sent
      }
      std::span<const std::uint8_t> message(buffer.data(), static_cast<std::size_t>(count));
      if (raw_ && !ipv6_ && !message.empty()) {
        const std::size_t ip_header = static_cast<std::size_t>(message[0] & 0x0FU) * 4;
        message = message.subspan(std::min(ip_header, message.size()));
      }
      if (is_reply(message, ipv6_, id_, !raw_)) {
        return true;
      }
    }
  }

 private:
  UniqueFd fd_;
  bool ipv6_ = false;
  bool raw_ = false;
  std::uint16_t id_ = 0;
};

/// Hears until all have answered or the time is over, and leaves those who have not.
void hear(std::vector<Question>& open, Clock::time_point until) {
  while (!open.empty()) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - Clock::now()).count();
    if (left <= 0) {
      return;
    }
    std::vector<pollfd> waiting;
    for (const Question& one : open) {
      waiting.push_back({one.descriptor(), POLLIN, 0});
    }
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(left)) > 0) {
      std::erase_if(open, [](const Question& one) { return one.is_answered(); });
    }
  }
}

}  // namespace

std::vector<std::uint8_t> encode_request(bool ipv6, std::uint16_t id, std::uint16_t sequence) {
  std::vector<std::uint8_t> bytes(kHeader + kPayload);
  bytes[0] = ipv6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
  put(bytes, 4, id);
  put(bytes, 6, sequence);
  if (!ipv6) {
    put(bytes, 2, checksum(bytes));
  }
  return bytes;
}

bool is_reply(std::span<const std::uint8_t> message, bool ipv6, std::uint16_t id, bool any_id) {
  if (message.size() < kHeader) {
    return false;
  }
  const std::uint8_t wanted = ipv6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY;
  const auto its_id = static_cast<std::uint16_t>((message[4] << 8U) | message[5]);
  return message[0] == wanted && message[1] == 0 && (any_id || its_id == id);
}

int count_answering(const std::vector<std::string>& hosts, int attempts, milliseconds patience,
                    Clock::time_point deadline, const Complain& complain) {
  std::vector<Question> open;
  // Two resources may ask the same host at once: ids tell their answers apart.
  static std::atomic<std::uint16_t> ids{static_cast<std::uint16_t>(::getpid())};
  for (const std::string& host : hosts) {
    if (auto question = Question::open(host, ids++, complain)) {
      open.push_back(std::move(*question));
    }
  }
  const std::size_t asked = open.size();
  for (int attempt = 1; attempt <= attempts && !open.empty(); ++attempt) {
    for (const Question& one : open) {
      one.ask(static_cast<std::uint16_t>(attempt));
    }
    hear(open,
         std::min(deadline, Clock::now() + (attempt < attempts ? kBetweenAttempts : patience)));
  }
  return static_cast<int>(asked - open.size());
}

}  // namespace mainstay::ping
