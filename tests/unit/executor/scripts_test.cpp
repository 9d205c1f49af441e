// SPDX-License-Identifier: Apache-2.0
// What "service:" means on hosts with and without systemd, units and init scripts.
#include "core/executor/scripts.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace {

using mainstay::executor::class_of_service;
using mainstay::executor::has_script;
using mainstay::executor::ScriptPlaces;

namespace fs = std::filesystem;

class Scripts : public ::testing::Test {
 protected:
  Scripts() {
    std::string pattern = ::testing::TempDir() + "/mainstay-scripts-XXXXXX";
    places_.system_root = ::mkdtemp(pattern.data());
    places_.ocf_root = places_.system_root + "/ocf";
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(places_.system_root, ignored);
  }
  void write(const std::string& path, bool executable = false) const {
    const fs::path file = places_.system_root + path;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "#!/bin/sh\n";
    if (executable) {
      fs::permissions(file, fs::perms::owner_all);
    }
  }
  void run_systemd() const { fs::create_directories(places_.system_root + "/run/systemd/system"); }

  ScriptPlaces places_;
};

TEST_F(Scripts, AServiceIsAnInitScriptWhereThereIsOne) {
  write("/etc/init.d/web", true);
  EXPECT_EQ(class_of_service(places_, "web"), "lsb");
  run_systemd();
  EXPECT_EQ(class_of_service(places_, "web"), "lsb");
}

TEST_F(Scripts, AnyOtherServiceIsWhatTheHostIsRunBy) {
  EXPECT_EQ(class_of_service(places_, "none"), "lsb");
  run_systemd();
  EXPECT_EQ(class_of_service(places_, "none"), "systemd");
  EXPECT_EQ(class_of_service(places_, "getty@tty1"), "systemd");
  EXPECT_EQ(class_of_service(places_, "../none"), "systemd");
}

TEST_F(Scripts, AreFilesThatCanBeRun) {
  write("/etc/init.d/web");
  EXPECT_FALSE(has_script(places_, {"lsb", "", "web"}));
  write("/etc/init.d/web", true);
  EXPECT_TRUE(has_script(places_, {"lsb", "", "web"}));
  write("/ocf/resource.d/heartbeat/web", true);
  EXPECT_TRUE(has_script(places_, {"ocf", "heartbeat", "web"}));
  EXPECT_FALSE(has_script(places_, {"ocf", "heartbeat", "../heartbeat/web"}));
  EXPECT_FALSE(has_script(places_, {"systemd", "", "web"}));
}

}  // namespace
