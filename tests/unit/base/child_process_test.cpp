// SPDX-License-Identifier: Apache-2.0
// What a started program inherits, and what it does not.
#include "core/base/child_process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>

#include <array>
#include <csignal>

namespace mainstay {
namespace {

std::string all_of(const UniqueFd& fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count <= 0) {
      return text;
    }
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

/// What the shell's command wrote to stdout.
std::string output_of(const std::string& command, ChildRequest request = {}) {
  Result<Pipe> pipe = make_pipe();
  request.arguments = {"/bin/sh", "-c", command};
  request.fds.push_back({pipe->write.get(), STDOUT_FILENO});
  const Result<pid_t> child = start_child(request);
  EXPECT_TRUE(child) << child.error().context;
  pipe->write.reset();
  std::string text = all_of(pipe->read);
  EXPECT_EQ(wait_for_child(*child), 0);
  return text;
}

TEST(ChildProcess, InheritsNoDescriptorButThoseGiven) {
  const UniqueFd ours(::dup(STDERR_FILENO));  // not close-on-exec
  const Result<Pipe> other = make_pipe();
  const std::string fds = output_of("ls /proc/self/fd | tr '\\n' ' '",
                                    {.arguments = {}, .fds = {{other->read.get(), 5}}});
  // 3 is the directory that ls reads.
  EXPECT_EQ(fds, "0 1 2 3 5 ");
  EXPECT_EQ(output_of("readlink /proc/self/fd/0"), "/dev/null\n");
}

TEST(ChildProcess, InheritsTheEnvironmentUnlessGivenAnother) {
  EXPECT_NE(output_of("echo $PATH"), "\n");
  EXPECT_EQ(output_of("echo $A$HOME", {.arguments = {}, .environment = {{"A=b"}}}), "b\n");
}

TEST(ChildProcess, HasNoSignalBlockedOrIgnored) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
  const auto pipe_handler = std::signal(SIGPIPE, SIG_IGN);
  const std::string signals = output_of("grep -E 'Sig(Blk|Ign)' /proc/self/status");
  static_cast<void>(std::signal(SIGPIPE, pipe_handler));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  // Of 32 and 33 the C library does not let anybody decide.
  EXPECT_EQ(signals.substr(0, 24), "SigBlk:\t0000000000000000");
  EXPECT_EQ(signals.substr(signals.size() - 9, 8).find_first_not_of("08"), std::string::npos)
      << signals;
}

TEST(ChildProcess, LeadsAGroupIfItShall) {
  const std::string own = "test $(ps -o pgid= -p $$) = $$ && echo own || echo ours";
  EXPECT_EQ(output_of(own, {.arguments = {}, .own_group = true}), "own\n");
  EXPECT_EQ(output_of(own), "ours\n");
}

TEST(ChildProcess, IsWatched) {
  const Result<pid_t> child = start_child({.arguments = {"sleep", "1000"}, .search_path = true});
  ASSERT_TRUE(child);
  const Result<UniqueFd> watch = watch_child(*child);
  ASSERT_TRUE(watch);
  pollfd waits{watch->get(), POLLIN, 0};
  EXPECT_EQ(::poll(&waits, 1, 0), 0);
  ::kill(*child, SIGKILL);
  EXPECT_EQ(::poll(&waits, 1, -1), 1);
  const int status = wait_for_child(*child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST(ChildProcess, SaysWhatCannotBeRun) {
  const Result<pid_t> child = start_child({.arguments = {"/no/such/program"}});
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().context, "cannot run /no/such/program: No such file or directory");
}

}  // namespace
}  // namespace mainstay
