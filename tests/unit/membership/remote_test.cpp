// SPDX-License-Identifier: Apache-2.0
// The real transport is ssh; here a shell takes its place at the same command line, so that words,
// streams, ends and limits are those of real processes.
#include "core/membership/remote.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace mainstay::membership {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// -o BatchMode=yes -o ConnectTimeout=N -- HOST LINE become $0 … $6.
RemoteOptions local_shell() {
  return {.timeout = std::chrono::seconds(30),
          .ssh = {"sh", "-c",
                  "[ \"$1 $4\" = 'BatchMode=yes --' ] || exit 99; "
                  "case $5 in unreachable) echo 'ssh: no route to host' >&2; exit 255;; esac; "
                  "exec sh -c \"$6\""}};
}

RemoteOutcome run(const RemoteCommand& command) {
  return run_remote({command}, local_shell()).front();
}

TEST(Remote, WordsArriveAsTheyWere) {
  const RemoteOutcome outcome =
      run({"a", {"printf", "[%s]", "it's", "$HOME", "", "two words", "`x`\n"}, ""});
  EXPECT_EQ(outcome.error, std::nullopt);
  EXPECT_EQ(outcome.output, "[it's][$HOME][][two words][`x`\n]");
}

TEST(Remote, EachHostHasItsOwnEnd) {
  const auto outcomes = run_remote({{"good", {"echo", "fine"}, ""},
                                    {"unreachable", {"echo", "never"}, ""},
                                    {"bad", {"sh", "-c", "echo a >&2; echo why >&2; exit 3"}, ""},
                                    {"silent", {"sh", "-c", "exit 4"}, ""}},
                                   local_shell());
  ASSERT_EQ(outcomes.size(), 4U);
  EXPECT_EQ(outcomes[0].error, std::nullopt);
  EXPECT_EQ(outcomes[0].output, "fine\n");
  EXPECT_EQ(outcomes[1].error->context, "unreachable: ssh: no route to host");
  EXPECT_EQ(outcomes[1].error->code, make_error_code(Errc::unavailable));
  EXPECT_EQ(outcomes[2].error->context, "bad: why");
  EXPECT_EQ(outcomes[2].exit_status, 3);
  EXPECT_EQ(outcomes[3].error->context, "silent: exit status 4");
}

TEST(Remote, KilledTransportSaysItsSignal) {
  const auto outcome =
      run_remote({{"a", {"true"}, ""}}, {.ssh = {"sh", "-c", "kill -9 $$"}}).front();
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->context, "a: ended by signal 9");
  EXPECT_EQ(outcome.exit_status, -1);
}

TEST(Remote, LongInputAndOutputPassAndOutputIsBounded) {
  const std::string input(2'000'000, 'x');
  EXPECT_EQ(run({"a", {"sh", "-c", "wc -c | tr -d ' '"}, input}).output, "2000000\n");
  const RemoteOutcome flood = run({"a", {"cat"}, input});
  EXPECT_EQ(flood.error, std::nullopt);
  EXPECT_EQ(flood.output.size(), kMaxRemoteOutput);
}

TEST(Remote, CommandThatReadsNothingIsNoError) {
  EXPECT_EQ(run({"a", {"true"}, std::string(2'000'000, 'x')}).error, std::nullopt);
}

TEST(Remote, StreamsHeldByOthersDoNotHoldUsBack) {
  const RemoteOutcome outcome = run({"a", {"sh", "-c", "sleep 3 & echo done"}, ""});
  EXPECT_EQ(outcome.error, std::nullopt);
  EXPECT_EQ(outcome.output, "done\n");
}

TEST(Remote, WhatTakesTooLongIsKilled) {
  RemoteOptions options = local_shell();
  options.timeout = std::chrono::seconds(1);
  const auto outcome = run_remote({{"slow", {"sleep", "100"}, ""}}, options).front();
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->context, "slow: no answer within 1 s");
}

TEST(Remote, ProgramThatIsNotThereIsNamed) {
  const auto outcome = run_remote({{"a", {"true"}, ""}}, {.ssh = {"/nonexistent/ssh"}}).front();
  ASSERT_TRUE(outcome.error);
  EXPECT_THAT(outcome.error->context, HasSubstr("/nonexistent/ssh"));
}

class RemoteFile : public testing::Test {
 protected:
  RemoteFile() : folder_(testing::TempDir() + "mainstay-remote-XXXXXX") {
    EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
    path_ = folder_ + "/it's/the key";
  }
  ~RemoteFile() override { std::filesystem::remove_all(folder_); }

  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/it's")) {
      found.push_back(entry.path().filename());
    }
    return found;
  }
  std::string content() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_;
  std::string path_;
};

TEST_F(RemoteFile, ArrivesWholeWithItsMode) {
  const std::string key("\0binary\n\xff", 9);
  ASSERT_EQ(run(remote_file("a", path_, 0400, key)).error, std::nullopt);
  EXPECT_EQ(content(), key);
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0400U);
  EXPECT_THAT(names(), ElementsAre("the key"));
}

TEST_F(RemoteFile, BrokenConnectionLeavesTheOldOne) {
  ASSERT_EQ(run(remote_file("a", path_, 0644, "old")).error, std::nullopt);
  RemoteCommand torn = remote_file("a", path_, 0644, "new content");
  torn.input.resize(4);
  EXPECT_TRUE(run(torn).error);
  EXPECT_EQ(content(), "old");
  EXPECT_THAT(names(), ElementsAre("the key"));
}

}  // namespace
}  // namespace mainstay::membership
