// SPDX-License-Identifier: Apache-2.0
#include "core/membership/remote.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigset_t and kill are POSIX
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "core/base/child_process.h"

namespace mainstay::membership {
namespace {

constexpr std::size_t kAtOnce = 64;

std::string last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  const std::size_t newline = text.rfind('\n');
  return std::string(newline == std::string_view::npos ? text : text.substr(newline + 1));
}

// One ssh and its three streams.
class Run {
 public:
  explicit Run(const RemoteCommand& command) : input_(command.input) {
    outcome_.host = command.host;
  }

  void start(const RemoteCommand& command, const RemoteOptions& options) {
    if (const Status spawned = spawn(words(command, options)); !spawned) {
      outcome_.error = within(outcome_.host, spawned.error());
      close_all();
    }
  }

  bool running() const { return pid_ > 0; }

  void add_to(std::vector<pollfd>& watched) const {
    if (stdin_) {
      watched.push_back({stdin_.get(), POLLOUT, 0});
    }
    for (const UniqueFd* stream : {&stdout_, &stderr_}) {
      if (*stream) {
        watched.push_back({stream->get(), POLLIN, 0});
      }
    }
    watched.push_back({pidfd_.get(), POLLIN, 0});
  }

  void on_ready(int fd) {
    if (fd == stdin_.get()) {
      feed();
    } else if (fd == stdout_.get()) {
      drain(stdout_, outcome_.output);
    } else if (fd == stderr_.get()) {
      drain(stderr_, outcome_.complaints);
    } else if (fd == pidfd_.get()) {
      reap();
    }
  }

  void give_up(std::chrono::seconds timeout) {
    ::kill(pid_, SIGKILL);
    wait_for_child(pid_);
    pid_ = -1;
    close_all();
    outcome_.error = fail(Errc::timed_out,
                          fmt::format("{}: no answer within {} s", outcome_.host, timeout.count()));
  }

  RemoteOutcome take_outcome() { return std::move(outcome_); }

 private:
  static std::vector<std::string> words(const RemoteCommand& command,
                                        const RemoteOptions& options) {
    std::vector<std::string> all = options.ssh;
    for (const std::string& option :
         {std::string("BatchMode=yes"),
          fmt::format("ConnectTimeout={}", options.connect_timeout.count())}) {
      all.insert(all.end(), {"-o", option});
    }
    std::string line;
    for (const std::string& word : command.argv) {
      line += (line.empty() ? "" : " ") + shell_quote(word);
    }
    all.insert(all.end(), {"--", command.host, line});
    return all;
  }

  Status spawn(std::vector<std::string> command_words) {
    std::array<int, 2> in{-1, -1};
    // A socket and not a pipe: a write to an ssh that has ended must not raise SIGPIPE in us.
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in.data()) != 0) {
      return fail_errno("socketpair");
    }
    stdin_.reset(in[0]);
    const UniqueFd child_in(in[1]);
    Result<Pipe> out = make_pipe();
    Result<Pipe> err = make_pipe();
    if (!out || !err) {
      return out ? err.error() : out.error();
    }
    stdout_ = std::move(out->read);
    stderr_ = std::move(err->read);
    for (const UniqueFd* stream : {&stdin_, &stdout_, &stderr_}) {
      ::fcntl(stream->get(), F_SETFL, O_NONBLOCK);
    }
    const Result<pid_t> child = start_child({.arguments = std::move(command_words),
                                             .search_path = true,
                                             .fds = {{child_in.get(), STDIN_FILENO},
                                                     {out->write.get(), STDOUT_FILENO},
                                                     {err->write.get(), STDERR_FILENO}}});
    if (!child) {
      return child.error();
    }
    Result<UniqueFd> pidfd = watch_child(*child);
    if (!pidfd) {
      ::kill(*child, SIGKILL);
      wait_for_child(*child);
      return pidfd.error();
    }
    pid_ = *child;
    pidfd_ = std::move(*pidfd);
    if (input_.empty()) {
      stdin_.reset();
    }
    return Done{};
  }

  void feed() {
    const ssize_t sent =
        ::send(stdin_.get(), input_.data() + fed_, input_.size() - fed_, MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    }
    if (sent > 0) {
      fed_ += static_cast<std::size_t>(sent);
    }
    if (sent < 0 || fed_ == input_.size()) {
      stdin_.reset();
    }
  }

  // Reads on over the limit, or the other side would stand still, but keeps nothing of it.
  static void drain(UniqueFd& stream, std::string& kept) {
    std::array<char, 16384> buffer{};
    const ssize_t got = ::read(stream.get(), buffer.data(), buffer.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    }
    if (got <= 0) {
      stream.reset();
      return;
    }
    const std::size_t room = kMaxRemoteOutput - kept.size();
    kept.append(buffer.data(), std::min(static_cast<std::size_t>(got), room));
  }

  // The end of the process counts, not of its streams: an ssh that stays as a shared connection's
  // master keeps them open.
  void reap() {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) {
      return;
    }
    pid_ = -1;
    for (auto [stream, kept] :
         {std::pair{&stdout_, &outcome_.output}, std::pair{&stderr_, &outcome_.complaints}}) {
      for (int left = 64; *stream && left > 0; --left) {  // what a pipe can hold, and more
        drain(*stream, *kept);
      }
    }
    close_all();
    if (WIFEXITED(status)) {
      outcome_.exit_status = WEXITSTATUS(status);
    }
    if (outcome_.exit_status == 0) {
      return;
    }
    std::string reason = last_line(outcome_.complaints);
    if (reason.empty()) {
      reason = outcome_.exit_status > 0 ? fmt::format("exit status {}", outcome_.exit_status)
                                        : fmt::format("ended by signal {}", WTERMSIG(status));
    }
    outcome_.error = fail(outcome_.exit_status == 255 ? Errc::unavailable : Errc::conflict,
                          fmt::format("{}: {}", outcome_.host, reason));
  }

  void close_all() {
    for (UniqueFd* stream : {&stdin_, &stdout_, &stderr_, &pidfd_}) {
      stream->reset();
    }
  }

  std::string input_;
  std::size_t fed_ = 0;
  pid_t pid_ = -1;
  UniqueFd pidfd_;
  UniqueFd stdin_;
  UniqueFd stdout_;
  UniqueFd stderr_;
  RemoteOutcome outcome_;
};

UniqueFd alarm_after(std::chrono::seconds delay) {
  UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
  itimerspec due{};
  due.it_value.tv_sec = static_cast<time_t>(delay.count());
  ::timerfd_settime(timer.get(), 0, &due, nullptr);
  return timer;
}

void wait_for_all(std::vector<Run>& runs, const RemoteOptions& options) {
  const UniqueFd alarm = alarm_after(options.timeout);
  while (std::any_of(runs.begin(), runs.end(), [](const Run& run) { return run.running(); })) {
    std::vector<pollfd> watched{{alarm.get(), POLLIN, 0}};
    for (const Run& run : runs) {
      if (run.running()) {
        run.add_to(watched);
      }
    }
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) {
      break;
    }
    if (watched.front().revents != 0) {
      break;
    }
    for (const pollfd& ready : watched) {
      for (Run& run : runs) {
        if (ready.revents != 0 && run.running()) {
          run.on_ready(ready.fd);
        }
      }
    }
  }
  for (Run& run : runs) {
    if (run.running()) {
      run.give_up(options.timeout);
    }
  }
}

}  // namespace

std::vector<RemoteOutcome> run_remote(const std::vector<RemoteCommand>& commands,
                                      const RemoteOptions& options) {
  std::vector<RemoteOutcome> outcomes;
  for (std::size_t first = 0; first < commands.size(); first += kAtOnce) {
    std::vector<Run> runs;
    for (std::size_t i = first; i < std::min(first + kAtOnce, commands.size()); ++i) {
      runs.emplace_back(commands[i]);
      runs.back().start(commands[i], options);
    }
    wait_for_all(runs, options);
    for (Run& run : runs) {
      outcomes.push_back(run.take_outcome());
    }
  }
  return outcomes;
}

RemoteCommand remote_file(std::string host, const std::string& path, unsigned mode,
                          std::string content) {
  const std::string folder = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
  // The size is compared because a broken connection ends the input just as its end does.
  const std::string script = fmt::format(
      "umask 077; mkdir -p {folder} && t=$(mktemp {path}.XXXXXX) && trap 'rm -f \"$t\"' EXIT && "
      "cat >\"$t\" && [ $(wc -c <\"$t\") -eq {size} ] && chmod {mode:04o} \"$t\" && "
      "sync \"$t\" && mv -f \"$t\" {path} && sync {folder}",
      fmt::arg("folder", shell_quote(folder)), fmt::arg("path", shell_quote(path)),
      fmt::arg("size", content.size()), fmt::arg("mode", mode));
  return {std::move(host), {"sh", "-c", script}, std::move(content)};
}

std::string shell_quote(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace mainstay::membership
