// SPDX-License-Identifier: Apache-2.0
#include "core/executor/catalog_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include "core/executor/spawn.h"

namespace mainstay::executor {
namespace {

constexpr std::size_t kMaxCatalog = 16 * 1024 * 1024;
constexpr Duration kLimit{30'000};

}  // namespace

struct CatalogReader::State : std::enable_shared_from_this<State> {
  State(boost::asio::io_context& reactor, TimerService& service, Callback callback)
      : output(reactor), timers(service), done(std::move(callback)) {}

  Status start(const std::vector<std::string>& arguments) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      return fail_errno("pipe");
    }
    output.assign(ends[0]);
    const UniqueFd write(ends[1]);
    Result<Child> started = spawn(arguments, {{write.get(), STDOUT_FILENO}});
    if (!started) {
      return started.error();
    }
    child = std::move(*started);
    timer = timers.arm(steady_now() + kLimit, [self = shared_from_this()] {
      self->finish(fail(Errc::timed_out, "it took too long to read the catalog of plugins"));
    });
    read();
    return Done{};
  }

  void read() {
    output.async_read_some(boost::asio::buffer(buffer), [self = shared_from_this()](
                                                            const auto& failure, std::size_t size) {
      if (failure) {
        self->finish(parse_catalog(self->text));
        return;
      }
      self->text.append(self->buffer.data(), size);
      if (self->text.size() > kMaxCatalog) {
        self->finish(fail(Errc::limit_exceeded, "the catalog of plugins is too long"));
        return;
      }
      self->read();
    });
  }

  void finish(Result<Catalog> catalog) {
    const Callback callback = std::exchange(done, nullptr);
    stop();
    if (callback) {
      callback(std::move(catalog));
    }
  }

  void stop() {
    done = nullptr;
    timers.cancel(timer);
    if (child.pid > 0) {
      // It has nothing left to say; if it still runs, it hangs.
      ::kill(child.pid, SIGKILL);
      reap(child);
      child.pid = 0;
    }
    output.close();
  }

  boost::asio::posix::stream_descriptor output;
  TimerService& timers;
  Callback done;
  Child child;
  timer::TimerId timer;
  std::string text;
  std::array<char, 16 * 1024> buffer{};
};

CatalogReader::CatalogReader(boost::asio::io_context& reactor, TimerService& timers,
                             const std::vector<std::string>& arguments, Callback done)
    : state_(std::make_shared<State>(reactor, timers, std::move(done))) {
  if (const Status started = state_->start(arguments); !started) {
    boost::asio::post(reactor, [weak = std::weak_ptr<State>(state_), error = started.error()] {
      if (const auto state = weak.lock()) {
        state->finish(error);
      }
    });
  }
}

CatalogReader::~CatalogReader() {
  state_->stop();
}

}  // namespace mainstay::executor
