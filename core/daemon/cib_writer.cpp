// SPDX-License-Identifier: Apache-2.0
#include "core/daemon/cib_writer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

#include <boost/asio/post.hpp>

#include "core/base/child_process.h"

namespace mainstay::daemon {
namespace {

/// A sealed-off copy of `text` in memory, positioned at its start: the writer's standard input.
Result<UniqueFd> in_memory(const std::string& text) {
  UniqueFd fd(::memfd_create("cib", MFD_CLOEXEC));
  if (!fd) {
    return fail_errno("memfd_create");
  }
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(fd.get(), text.data() + done, text.size() - done);
    if (n < 0) {
      return fail_errno("write to memory file");
    }
    done += static_cast<std::size_t>(n);
  }
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) {
    return fail_errno("rewind memory file");
  }
  return fd;
}

std::string first_line_of(int fd) {
  std::array<char, 1024> buffer{};
  const ssize_t n = ::pread(fd, buffer.data(), buffer.size(), 0);
  std::string text(buffer.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
  return text.substr(0, text.find('\n'));
}

}  // namespace

CibWriter::CibWriter(boost::asio::io_context& io, std::string program, std::string directory,
                     Stored stored)
    : io_(io),
      program_(std::move(program)),
      directory_(std::move(directory)),
      stored_(std::move(stored)),
      exited_(io) {}

void CibWriter::store(Write write) {
  if (running_) {
    waiting_ = std::move(write);
  } else {
    start(std::move(write));
  }
}

void CibWriter::start(Write write) {
  running_ = std::move(write);
  const auto give_up = [this](Error error) {
    boost::asio::post(io_, [this, error = std::move(error)] { finish(error); });
  };
  Result<UniqueFd> input = in_memory(running_->text);
  if (!input) {
    give_up(input.error());
    return;
  }
  messages_.reset(::memfd_create("cib-writer-messages", MFD_CLOEXEC));
  const Result<pid_t> child =
      start_child({.arguments = {program_, directory_, std::to_string(kGenerationsKept)},
                   .fds = {{input->get(), STDIN_FILENO}, {messages_.get(), STDERR_FILENO}}});
  if (!child) {
    give_up(child.error());
    return;
  }
  pid_ = *child;
  Result<UniqueFd> pidfd = watch_child(pid_);
  if (!pidfd) {
    ::kill(pid_, SIGKILL);
    wait_for_child(pid_);
    give_up(pidfd.error());
    return;
  }
  exited_.assign(pidfd->release());
  exited_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [this](const boost::system::error_code& error) {
                       if (!error) {
                         on_exit();
                       }
                     });
}

void CibWriter::on_exit() {
  const int status = wait_for_child(pid_);
  exited_.close();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    finish(std::nullopt);
    return;
  }
  std::string reason = first_line_of(messages_.get());
  if (reason.empty()) {
    reason = WIFSIGNALED(status) ? "killed by signal " + std::to_string(WTERMSIG(status))
                                 : "exit status " + std::to_string(WEXITSTATUS(status));
  }
  finish(fail(Errc::unavailable, "write the CIB to " + directory_ + ": " + reason));
}

void CibWriter::finish(std::optional<Error> error) {
  const cib::Version version = running_->version;
  running_.reset();
  if (waiting_) {
    start(*std::exchange(waiting_, std::nullopt));
  }
  stored_(version, std::move(error));
}

}  // namespace mainstay::daemon
