// SPDX-License-Identifier: Apache-2.0
// An operator at a host with a real standalone mainstayd.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

#include "tests/component/daemon/daemon_process.h"

namespace mainstay::test {

struct Answer {
  int code = -1;
  std::string text;  ///< stdout and stderr
};

class Operator : public testing::Test {
 protected:
  void SetUp() override {
    const auto started = daemon_.start();
    ASSERT_TRUE(started) << started.error().context;
    type("property set stonith-enabled=false");
  }

  std::string path(const std::string& name) const { return (daemon_.directory() / name).string(); }

  Answer run(const std::string& words) const {
    return call(MAINSTAY_PROGRAM_DIRECTORY "/mainstay " + words);
  }

  /// As the shell does it; the socket is the daemon's.
  Answer call(const std::string& line) const {
    const std::string command =
        "MAINSTAY_SOCKET=" + path("run/mainstayd.sock") + " " + line + " 2>&1";
    Answer answer;
    FILE* pipe = ::popen(command.c_str(), "r");  // NOLINT(cert-env33-c): a test's own words
    std::array<char, 4096> block{};
    while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe)) {
      answer.text.append(block.data(), size);
    }
    const int status = ::pclose(pipe);
    answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return answer;
  }

  /// A command that must succeed.
  std::string type(const std::string& words) const {
    const Answer answer = run(words);
    EXPECT_EQ(answer.code, 0) << "mainstay " << words << "\n" << answer.text;
    return answer.text;
  }

  /// A command that must be refused, with exit code and words.
  void refuse(const std::string& words, int code, const std::string& said) const {
    const Answer answer = run(words);
    EXPECT_EQ(answer.code, code) << "mainstay " << words << "\n" << answer.text;
    EXPECT_THAT(answer.text, testing::HasSubstr(said)) << "mainstay " << words;
  }

  std::string dummy(const std::string& id, const std::string& interval = "10s") const {
    return "resource create " + id + " ocf:heartbeat:Dummy state=" + path(id + ".state") +
           " op monitor interval=" + interval + " --wait=60";
  }

 private:
  test::DaemonProcess daemon_;
};

}  // namespace mainstay::test
