// SPDX-License-Identifier: Apache-2.0
// What notified agents are told, which a simulation does not print.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include <pugixml.hpp>

#include "core/scheduler/read/reader.h"
#include "core/scheduler/schedule.h"

namespace mainstay::scheduler {
namespace {

/// The metadata of every notification of an instance in a story.
std::vector<model::Values> notifications_of(const std::string& story) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_file((MAINSTAY_GOLDEN_DIR + ("/" + story + ".xml")).c_str()));
  const auto state = read_cluster_state(document.child("cib"), WallTime{});
  std::vector<model::Values> found;
  for (const model::GraphAction& action : schedule(*state).actions) {
    if (action.kind == model::ActionKind::resource && action.task == "notify") {
      found.push_back(action.meta);
    }
  }
  return found;
}

TEST(Notifications, NameWhatMembersOfAClonedGroupDo) {
  std::set<std::string> told;
  for (const model::Values& meta : notifications_of("what-restarts-hears-of-a-fenced-sibling")) {
    told.insert(meta.at("notify_type") + " " + meta.at("notify_operation"));
  }
  EXPECT_EQ(told, (std::set<std::string>{"pre stop", "post stop", "post start"}));
}

TEST(Notifications, NameOnlyWhatWasFencedAfterFencing) {
  int told = 0;
  for (const model::Values& meta : notifications_of("what-restarts-hears-of-a-fenced-sibling")) {
    if (meta.at("notify_type") == "post" && meta.at("notify_operation") == "stop") {
      EXPECT_EQ(meta.at("notify_stop_resource"), "B:1");
      EXPECT_EQ(meta.at("notify_stop_uname"), "node2");
      ++told;
    }
  }
  EXPECT_GT(told, 0);
}

}  // namespace
}  // namespace mainstay::scheduler
