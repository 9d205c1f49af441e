// SPDX-License-Identifier: Apache-2.0
#include "core/executor/host_process.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "core/base/log.h"
#include "core/executor/spawn.h"

namespace mainstay::executor {
namespace {

constexpr int kFdInChild = 3;
// A host that talks without end must not keep the reactor from everything else.
constexpr int kFramesPerTurn = 64;

using Descriptor = boost::asio::posix::stream_descriptor;

}  // namespace

struct HostProcess::State : std::enable_shared_from_this<State> {
  State(boost::asio::io_context& reactor, Child process, UniqueFd ours, Listener callbacks)
      : child(std::move(process)),
        socket(reactor, ours.release()),
        exit(reactor, ::dup(child.pidfd.get())),
        listener(std::move(callbacks)) {}

  void watch_socket() {
    socket.async_wait(Descriptor::wait_read, [self = shared_from_this()](const auto& failure) {
      if (!failure && !self->gone && self->read_frames(kFramesPerTurn)) {
        self->watch_socket();
      }
    });
  }

  void watch_exit() {
    exit.async_wait(Descriptor::wait_read, [self = shared_from_this()](const auto& failure) {
      if (!failure && !self->gone) {
        self->end();
      }
    });
  }

  /// False: nothing more is to be read.
  bool read_frames(int limit) {
    for (int i = 0; i < limit; ++i) {
      const ssize_t count =
          ::recv(socket.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (count < 0 && errno == EINTR) {
        continue;
      }
      if (count < 0 && errno == EAGAIN) {
        return true;
      }
      if (count <= 0) {
        // It is ending, or does not want to be talked to: its end tells which.
        ::kill(child.pid, SIGKILL);
        return false;
      }
      Result<Frame> frame = decode({buffer.data(), static_cast<std::size_t>(count)});
      if (!frame) {
        kill("it sent " + frame.error().context);
        return false;
      }
      listener.on_frame(*frame);
      if (gone) {
        return false;
      }
    }
    return true;
  }

  void kill(const std::string& reason) {
    if (fault.empty()) {
      fault = reason;
    }
    ::kill(child.pid, SIGKILL);
  }

  void end() {
    // What it answered before it died counts.
    while (fault.empty() && has_more() && read_frames(kFramesPerTurn)) {
    }
    if (gone) {
      return;
    }
    gone = true;
    const std::string how = reap(child);
    cgroup.reset();
    child.pid = 0;
    socket.close();
    exit.close();
    const auto told = std::exchange(listener.on_gone, nullptr);
    told(fault.empty() ? how : fault);
  }

  bool has_more() {
    char byte = 0;
    return ::recv(socket.native_handle(), &byte, 1, MSG_DONTWAIT | MSG_PEEK) > 0;
  }

  void abandon() {
    if (!gone) {
      gone = true;
      ::kill(child.pid, SIGKILL);
      reap(child);
      cgroup.reset();
      socket.close();
      exit.close();
    }
  }

  Child child;
  std::unique_ptr<HostCgroup> cgroup;
  Descriptor socket;
  Descriptor exit;
  Listener listener;
  std::string fault;
  std::array<char, kMaxFrame> buffer{};
  bool gone = false;
};

Result<HostProcess> HostProcess::start(boost::asio::io_context& reactor,
                                       std::vector<std::string> arguments, Listener listener,
                                       std::unique_ptr<HostCgroup> cgroup) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail_errno("socket pair for an agent host");
  }
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  if (cgroup && !cgroup->path().empty()) {
    arguments.insert(arguments.end(), {"--cgroup", cgroup->path()});
  }
  arguments.emplace_back("--fd");
  arguments.push_back(std::to_string(kFdInChild));
  Result<Child> child = spawn(arguments, {{theirs.get(), kFdInChild}});
  if (!child) {
    return child.error();
  }
  auto state =
      std::make_shared<State>(reactor, std::move(*child), std::move(ours), std::move(listener));
  state->cgroup = std::move(cgroup);
  state->watch_socket();
  state->watch_exit();
  return HostProcess(std::move(state));
}

HostProcess::HostProcess(std::shared_ptr<State> state) : state_(std::move(state)) {}
HostProcess::HostProcess(HostProcess&&) noexcept = default;
HostProcess& HostProcess::operator=(HostProcess&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

HostProcess::~HostProcess() {
  if (state_) {
    state_->abandon();
  }
}

Status HostProcess::send(const Frame& frame) {
  const Result<std::string> bytes = encode(frame);
  if (!bytes) {
    return bytes.error();
  }
  ssize_t sent = 0;
  do {
    sent = ::send(state_->socket.native_handle(), bytes->data(), bytes->size(),
                  MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  // A broken socket is told by on_gone; until then the frame is as good as unread.
  if (sent < 0) {
    return fail(Errc::unavailable, "the agent host does not read");
  }
  return Done{};
}

void HostProcess::kill(const std::string& fault) {
  if (!state_->gone) {
    state_->kill(fault);
  }
}

int HostProcess::pid() const {
  return state_->child.pid;
}

}  // namespace mainstay::executor
