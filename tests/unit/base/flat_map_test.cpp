// SPDX-License-Identifier: Apache-2.0
// A FlatMap answers as a std::map would.
#include "core/base/flat_map.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

namespace mainstay {
namespace {

using Map = FlatMap<std::string, std::string>;

TEST(FlatMap, KeepsNamesInOrderAndTheFirstValueOfEach) {
  const Map map{{"b", "2"}, {"a", "1"}, {"c", "3"}, {"a", "other"}};
  EXPECT_EQ((std::map<std::string, std::string>(map.begin(), map.end())),
            (std::map<std::string, std::string>{{"a", "1"}, {"b", "2"}, {"c", "3"}}));
  EXPECT_EQ(map.size(), 3U);
  EXPECT_EQ(map.begin()->first, "a");
}

TEST(FlatMap, FindsByViewAndTellsWhatIsMissing) {
  const Map map{{"b", "2"}, {"d", "4"}};
  EXPECT_EQ(map.at(std::string_view("d")), "4");
  EXPECT_TRUE(map.contains("b"));
  EXPECT_EQ(map.find("a"), map.end());
  EXPECT_EQ(map.find("c"), map.end());
  EXPECT_EQ(map.find("e"), map.end());
  EXPECT_EQ(map.lower_bound("c")->first, "d");
  EXPECT_THROW((void)map.at("c"), std::out_of_range);
}

TEST(FlatMap, InsertsOnlyWhatIsNew) {
  Map map{{"a", "1"}};
  EXPECT_FALSE(map.emplace("a", "2").second);
  EXPECT_TRUE(map.try_emplace("b", "2").second);
  const Map more{{"b", "3"}, {"c", "3"}};
  map.insert(more.begin(), more.end());
  map["a"] = "overwritten";
  map["d"];
  EXPECT_EQ(map, (Map{{"a", "overwritten"}, {"b", "2"}, {"c", "3"}, {"d", ""}}));
}

TEST(FlatMap, Erases) {
  Map map{{"a", "1"}, {"b", "2"}};
  EXPECT_EQ(map.erase("a"), 1U);
  EXPECT_EQ(map.erase("a"), 0U);
  EXPECT_EQ(map, (Map{{"b", "2"}}));
  map.clear();
  EXPECT_TRUE(map.empty());
}

}  // namespace
}  // namespace mainstay
