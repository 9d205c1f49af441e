// SPDX-License-Identifier: Apache-2.0
#include "core/store/cib_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace mainstay::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class CibStore : public testing::Test {
 protected:
  CibStore() {
    std::string pattern = (fs::temp_directory_path() / "mainstay-store-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~CibStore() override { fs::remove_all(directory_); }

  /// Writes a generation whose epoch is `epoch`.
  void write(std::uint64_t epoch, int keep = 10) {
    cib::Document document;
    document.set_version({0, epoch, 0});
    const auto written = write_generation(directory_, document.configuration_text(), keep);
    ASSERT_TRUE(written) << written.error().context;
  }
  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  std::string content(const std::string& name) const {
    std::ifstream file(path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void overwrite(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::trunc) << text;
  }

  std::string directory_;
};

TEST_F(CibStore, StartsEmptyWithoutAnyFile) {
  const auto loaded = load_newest(directory_);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->document.version().epoch, 0U);
  EXPECT_THAT(loaded->notices, IsEmpty());
}

TEST_F(CibStore, GivesBackTheNewestGeneration) {
  write(1);
  write(2);
  const auto loaded = load_newest(directory_);
  ASSERT_TRUE(loaded) << loaded.error().context;
  EXPECT_EQ(loaded->document.version().epoch, 2U);
  EXPECT_THAT(loaded->notices, IsEmpty());
  EXPECT_EQ(fs::status(path("cib.xml")).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(CibStore, KeepsSoManyOldGenerations) {
  for (std::uint64_t epoch = 1; epoch <= 8; ++epoch) {
    write(epoch, 3);
  }
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(directory_)) {
    ++files;
  }
  EXPECT_EQ(files, 4U);
}

TEST_F(CibStore, FindsEveryTruncationAndSaysSo) {
  write(1);
  write(2);
  const std::string whole = content("cib.xml");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    overwrite("cib.xml", whole.substr(0, size));
    const auto loaded = load_newest(directory_);
    ASSERT_TRUE(loaded) << size;
    ASSERT_EQ(loaded->document.version().epoch, 1U) << size;
    ASSERT_THAT(loaded->notices, SizeIs(1)) << size;
    ASSERT_THAT(loaded->notices.front(), HasSubstr("damaged")) << size;
  }
}

TEST_F(CibStore, FindsEveryChangedByte) {
  write(1);
  write(2);
  const std::string whole = content("cib.xml");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    overwrite("cib.xml", damaged);
    const auto loaded = load_newest(directory_);
    ASSERT_TRUE(loaded) << at;
    ASSERT_EQ(loaded->document.version().epoch, 1U) << at;
  }
}

TEST_F(CibStore, RefusesWhenNothingIsGood) {
  write(1);
  overwrite("cib.xml", "<cib");
  const auto loaded = load_newest(directory_);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, Errc::corrupt);
  EXPECT_THAT(loaded.error().context, HasSubstr("cib.xml"));
  EXPECT_THAT(loaded.error().context, HasSubstr("restore one"));
}

TEST_F(CibStore, SurvivesACrashBeforeTheRename) {
  write(1);
  overwrite("cib.xml.new", "<cib half");  // what a crash in the middle of a write leaves
  fs::create_hard_link(path("cib.xml"), path("cib-1.xml"));
  const auto loaded = load_newest(directory_);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->document.version().epoch, 1U);
  EXPECT_THAT(loaded->notices, IsEmpty());
  write(2);
  EXPECT_EQ(load_newest(directory_)->document.version().epoch, 2U);
}

TEST_F(CibStore, SaysWhyItCannotWrite) {
  const auto written = write_generation(directory_ + "/nowhere", "<cib/>", 1);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, std::errc::no_such_file_or_directory);
}

TEST_F(CibStore, DoesNotTakeAnUnreadableDirectoryForAnEmptyOne) {
  overwrite("file", "x");
  const auto loaded = load_newest(path("file"));
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, std::errc::not_a_directory);
}

// Steps of a write in their order, ended after each: what was there before must still load.
TEST_F(CibStore, SurvivesAnEndAfterEveryStep) {
  write(1);
  write(2);
  const std::string newer = content("cib.xml");
  write(1);
  const auto epoch = [&] {
    const auto loaded = load_newest(directory_);
    EXPECT_TRUE(loaded && loaded->notices.empty());
    return loaded ? loaded->document.version().epoch : 0;
  };
  for (const std::size_t written : {std::size_t{0}, newer.size() / 2, newer.size()}) {
    overwrite("cib.xml.new", newer.substr(0, written));
    EXPECT_EQ(epoch(), 1U) << written;
  }
  fs::create_hard_link(path("cib.xml"), path("cib-7.xml"));
  EXPECT_EQ(epoch(), 1U);
  fs::rename(path("cib.xml.new"), path("cib.xml"));
  EXPECT_EQ(epoch(), 2U);
}

TEST_F(CibStore, NeverLoadsWhatWasPutAside) {
  const auto aside = keep_aside(directory_, cib::Document().configuration_text());
  ASSERT_TRUE(aside);
  EXPECT_TRUE(fs::exists(*aside));
  write(5);
  overwrite("cib.xml", "");
  EXPECT_FALSE(load_newest(directory_));
}

}  // namespace
}  // namespace mainstay::store
