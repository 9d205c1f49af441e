// SPDX-License-Identifier: Apache-2.0
#include "plugins/shared/systemd/units.h"

#include <gtest/gtest.h>

namespace {

using namespace mainstay::systemd;  // NOLINT(google-build-using-namespace): the folder under test

TEST(UnitName, IsAServiceWithoutASuffix) {
  EXPECT_EQ(unit_name("apache2"), "apache2.service");
  EXPECT_EQ(unit_name("apache2.service"), "apache2.service");
  EXPECT_EQ(unit_name("foo@bar"), "foo@bar.service");
  EXPECT_EQ(unit_name("srv-data.mount"), "srv-data.mount");
  EXPECT_EQ(unit_name("dbus-org.freedesktop.login1"), "dbus-org.freedesktop.login1.service");
}

TEST(UnitName, RefusesWhatIsNone) {
  for (const char* type : {"", "foo@", "foo@.service", "@bar", "../x", "a b", ".service"}) {
    EXPECT_FALSE(unit_name(type)) << type;
  }
  EXPECT_FALSE(unit_name(std::string(300, 'x')));
}

TEST(UnitFiles, AreListedAsTypes) {
  EXPECT_EQ(type_of_unit_file("/lib/systemd/system/apache2.service"), "apache2");
  EXPECT_EQ(type_of_unit_file("/lib/systemd/system/tmp.mount"), "tmp.mount");
  EXPECT_FALSE(type_of_unit_file("/lib/systemd/system/user.slice"));
}

TEST(UnitActivity, FollowsActiveState) {
  EXPECT_EQ(activity({.active_state = "active"}), Activity::running);
  EXPECT_EQ(activity({.active_state = "reloading"}), Activity::running);
  EXPECT_EQ(activity({.active_state = "activating"}), Activity::changing);
  EXPECT_EQ(activity({.active_state = "deactivating"}), Activity::changing);
  EXPECT_EQ(activity({.active_state = "failed"}), Activity::stopped);
  EXPECT_EQ(activity({.active_state = "inactive"}), Activity::stopped);
}

TEST(DropIn, KeepsServicesFromRestarting) {
  EXPECT_EQ(drop_in_file("/run", "a.service"), "/run/a.service.d/50-mainstay.conf");
  const std::string text = drop_in_text("a.service");
  EXPECT_NE(text.find("Before=mainstayd.service\n"), std::string::npos);
  EXPECT_NE(text.find("[Service]\nRestart=no\n"), std::string::npos);
  EXPECT_EQ(drop_in_text("a.mount").find("[Service]"), std::string::npos);
}

}  // namespace
