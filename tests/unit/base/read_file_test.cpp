// SPDX-License-Identifier: Apache-2.0
#include "core/base/read_file.h"

#include <gtest/gtest.h>

#include <fstream>

namespace mainstay {
namespace {

std::string write(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

TEST(ReadFile, GivesEveryByteUpToTheLimit) {
  const std::string text(100'000, '\0');
  const auto read = read_file(write("zeros", text), text.size());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, text);
}

TEST(ReadFile, ReadsWhatSaysThatItIsEmpty) {
  const auto read = read_file("/proc/self/stat", 65536);
  ASSERT_TRUE(read.has_value());
  EXPECT_FALSE(read->empty());
}

TEST(ReadFile, RefusesOneByteTooMuchAndNamesThePath) {
  const std::string path = write("eleven", "elevenbytes");
  const auto read = read_file(path, 10);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, Errc::limit_exceeded);
  EXPECT_NE(read.error().context.find(path), std::string::npos);
}

TEST(ReadFile, SaysWhyAFileCannotBeRead) {
  const auto missing = read_file(testing::TempDir() + "nowhere/file", 10);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, std::errc::no_such_file_or_directory);
  EXPECT_FALSE(read_file(testing::TempDir(), 10).has_value());
}

}  // namespace
}  // namespace mainstay
