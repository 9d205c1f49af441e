// SPDX-License-Identifier: Apache-2.0
#include "core/base/write_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "core/base/read_file.h"

namespace mainstay {
namespace {

class WriteFile : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(::mkdtemp(folder_.data()), nullptr); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/authkey"; }
  unsigned mode() const {
    struct stat info {};
    EXPECT_EQ(::stat(path().c_str(), &info), 0);
    return info.st_mode & 07777U;
  }
  std::string content() const { return read_file(path(), 1000).value(); }
  long files() const { return std::distance(std::filesystem::directory_iterator(folder_), {}); }

  std::string folder_ = testing::TempDir() + "mainstay-write-XXXXXX";
};

TEST_F(WriteFile, ReplacesContentAndModeAndLeavesNothingElse) {
  ASSERT_TRUE(write_file(path(), "old", 0644));
  ASSERT_TRUE(write_file(path(), "new", 0400));
  EXPECT_EQ(content(), "new");
  EXPECT_EQ(mode(), 0400U);
  EXPECT_EQ(files(), 1);
}

TEST_F(WriteFile, KeepsTheModeUnlessTold) {
  const mode_t before = ::umask(0027);
  ASSERT_TRUE(write_file(path(), "one"));
  EXPECT_EQ(mode(), 0640U);
  ASSERT_TRUE(write_file(path(), "two", 0604));
  ASSERT_TRUE(write_file(path(), "three"));
  EXPECT_EQ(mode(), 0604U);
  ::umask(before);
}

TEST_F(WriteFile, NamesThePathWhereItCannot) {
  ASSERT_TRUE(write_file(path(), "kept", 0644));
  const Status below = write_file(path() + "/below", "x");
  ASSERT_FALSE(below);
  EXPECT_NE(below.error().context.find(path() + "/below"), std::string::npos);
  EXPECT_EQ(content(), "kept");
}

TEST_F(WriteFile, LeavesWhatCannotBeReplaced) {
  std::filesystem::create_directories(path() + "/full");
  EXPECT_FALSE(write_file(path(), "x", 0644)) << "a folder is no file";
  EXPECT_EQ(files(), 1);
}

TEST_F(WriteFile, MakesANewFileInsteadOfWritingThroughALink) {
  const std::string elsewhere = folder_ + "/elsewhere";
  ASSERT_TRUE(write_new_file(elsewhere, "kept", 0644));
  std::filesystem::create_symlink(elsewhere, path());
  ASSERT_TRUE(write_new_file(path(), "new", 0600));
  EXPECT_EQ(content(), "new");
  EXPECT_EQ(read_file(elsewhere, 1000).value(), "kept");
}

}  // namespace
}  // namespace mainstay
