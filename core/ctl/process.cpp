// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/process.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "core/base/child_process.h"

namespace mainstay::ctl {
namespace {

int exit_status_of(pid_t child) {
  const int status = wait_for_child(child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// False at the end.
bool read_some(int fd, std::string& text) {
  std::array<char, 65536> buffer{};
  const ssize_t got = ::read(fd, buffer.data(), buffer.size());
  if (got > 0 && text.size() < kMaxCaptured) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return got > 0 || (got < 0 && errno == EINTR);
}

void read_both(int output, int complaints, Ended& ended) {
  std::array<pollfd, 2> watched = {pollfd{output, POLLIN, 0}, pollfd{complaints, POLLIN, 0}};
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) {
      return;
    }
    if (watched[0].revents != 0 && !read_some(output, ended.output)) {
      watched[0].fd = -1;
    }
    if (watched[1].revents != 0 && !read_some(complaints, ended.complaints)) {
      watched[1].fd = -1;
    }
  }
}

}  // namespace

std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.pop_back();
  }
  const std::size_t newline = text.rfind('\n');
  return newline == std::string::npos ? text : text.substr(newline + 1);
}

std::string libexec_program(const std::string& name) {
  const char* given = std::getenv("MAINSTAY_LIBEXEC");  // NOLINT(concurrency-mt-unsafe): one thread
  if (given != nullptr && *given != '\0') {
    return given + ("/" + name);
  }
  std::array<char, 4096> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length > 0) {
    std::string beside(path.data(), static_cast<std::size_t>(length));
    beside.resize(beside.rfind('/') + 1);
    beside += name;
    if (::access(beside.c_str(), X_OK) == 0) {
      return beside;
    }
  }
  return MAINSTAY_LIBEXEC_DIR "/" + name;
}

Result<Running> start_captured(const std::vector<std::string>& argv) {
  auto output = make_pipe();
  auto complaints = make_pipe();
  if (!output || !complaints) {
    return output ? complaints.error() : output.error();
  }
  auto child = start_child(
      {.arguments = argv,
       .search_path = true,
       .fds = {{output->write.get(), STDOUT_FILENO}, {complaints->write.get(), STDERR_FILENO}}});
  if (!child) {
    return child.error();
  }
  return Running{*child, std::move(output->read), std::move(complaints->read)};
}

Ended finish(Running running) {
  Ended ended;
  read_both(running.output.get(), running.complaints.get(), ended);
  ended.exit_status = exit_status_of(running.process);
  return ended;
}

Result<Ended> run_captured(const std::vector<std::string>& argv) {
  auto running = start_captured(argv);
  if (!running) {
    return running.error();
  }
  return finish(std::move(*running));
}

Result<int> run_attached(const std::vector<std::string>& argv) {
  auto child = start_child({.arguments = argv, .search_path = true});
  if (!child) {
    return child.error();
  }
  return exit_status_of(*child);
}

}  // namespace mainstay::ctl
