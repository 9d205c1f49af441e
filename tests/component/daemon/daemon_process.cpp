// SPDX-License-Identifier: Apache-2.0
#include "tests/component/daemon/daemon_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace mainstay::test {
namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

bool read_exactly(int fd, char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::read(fd, data, size);
    if (n <= 0) {
      return false;
    }
    data += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

DaemonProcess::DaemonProcess() {
  std::string pattern = (std::filesystem::temp_directory_path() / "mainstayd-XXXXXX").string();
  directory_ = ::mkdtemp(pattern.data());
}

DaemonProcess::~DaemonProcess() {
  if (running()) {
    signal(SIGTERM);
    wait();
  }
  std::filesystem::remove_all(directory_);
}

Status DaemonProcess::start(const std::vector<std::string>& more_options) {
  const std::string notify = (directory_ / "notify").string();
  ::unlink(notify.c_str());
  UniqueFd ready(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_of(notify);
  if (::bind(ready.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail_errno("bind " + notify);
  }
  std::vector<std::string> words{MAINSTAYD_PROGRAM,
                                 "--membership=standalone",
                                 "--node-name=node1",
                                 "--run-dir=" + (directory_ / "run").string(),
                                 "--state-dir=" + (directory_ / "state").string(),
                                 "--agent-dir=" MAINSTAY_AGENT_DIRECTORY,
                                 "--libexec-dir=" MAINSTAY_PROGRAM_DIRECTORY,
                                 "--log-level=debug"};
  words.insert(words.end(), more_options.begin(), more_options.end());
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  ::setenv("NOTIFY_SOCKET", notify.c_str(), 1);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (directory_ / "log").c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int failed =
      ::posix_spawn(&pid_, MAINSTAYD_PROGRAM, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::unsetenv("NOTIFY_SOCKET");
  if (failed != 0) {
    pid_ = -1;
    return fail_errno("start mainstayd", failed);
  }
  const UniqueFd exited(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  std::array<pollfd, 2> events{{{ready.get(), POLLIN, 0}, {exited.get(), POLLIN, 0}}};
  constexpr int kPatienceMs = 30'000;
  if (::poll(events.data(), events.size(), kPatienceMs) <= 0) {
    return fail(Errc::timed_out, "mainstayd did not get ready");
  }
  if ((events[0].revents & POLLIN) == 0) {
    return fail(Errc::unavailable, "mainstayd ended: " + log());
  }
  return Done{};
}

int DaemonProcess::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void DaemonProcess::signal(int number) const {
  ::kill(pid_, number);
}

Result<control::Reply> DaemonProcess::ask(const control::Request& request) const {
  const std::string path = (directory_ / "run" / "mainstayd.sock").string();
  const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_of(path);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail_errno("connect to " + path);
  }
  const std::string out = control::frame(control::encode(request));
  if (::write(fd.get(), out.data(), out.size()) != static_cast<ssize_t>(out.size())) {
    return fail_errno("write request");
  }
  std::array<char, 4> header{};
  if (!read_exactly(fd.get(), header.data(), header.size())) {
    return fail(Errc::unavailable, "no reply");
  }
  std::size_t size = 0;
  for (const char byte : header) {
    size = (size << 8U) | static_cast<unsigned char>(byte);
  }
  std::string body(size, '\0');
  if (!read_exactly(fd.get(), body.data(), size)) {
    return fail(Errc::unavailable, "reply cut short");
  }
  return control::decode_reply(body);
}

std::string DaemonProcess::log() const {
  std::ostringstream text;
  text << std::ifstream(directory_ / "log").rdbuf();
  return text.str();
}

}  // namespace mainstay::test
