// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/clone_plan.h"

#include <gmock/gmock.h>

#include "tests/unit/ctl/plan_fixture.h"

namespace mainstay::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ClonePlan : public ::testing::Test {
 protected:
  void SetUp() override { must_apply(cib_, create(cib_, "VIP ocf:heartbeat:IPaddr2 ip=10.0.0.1")); }
  Result<Plan> clone(const std::string& line, bool promotable = false) const {
    auto arguments = parse_clone(words(line), promotable);
    return arguments ? plan_clone(cib_, *arguments) : Result<Plan>(arguments.error());
  }
  cib::Document cib_ = two_nodes();
};

TEST_F(ClonePlan, PutsAResourceIntoAClone) {
  must_apply(cib_, clone("VIP meta interleave=true"));
  EXPECT_THAT(part(cib_, "resources"),
              HasSubstr("<resources><clone id=\"VIP-clone\"><primitive id=\"VIP\""));
  EXPECT_THAT(part(cib_, "resources"), HasSubstr("name=\"interleave\" value=\"true\""));
}

TEST_F(ClonePlan, TakesAnIdAndIsPromotable) {
  must_apply(cib_, clone("VIP Shared promoted-max=2", true));
  EXPECT_THAT(part(cib_, "resources"), HasSubstr("<clone id=\"Shared\">"));
  EXPECT_THAT(part(cib_, "resources"), HasSubstr("name=\"promotable\" value=\"true\""));
}

TEST_F(ClonePlan, TakesItOutAgainWithTheConstraintsOfTheClone) {
  must_apply(cib_, clone("VIP"));
  const auto constrained = cib_.apply(
      {{.kind = cib::Edit::Kind::create,
        .path = "/cib/configuration/constraints",
        .xml = "<rsc_location id=\"where\" rsc=\"VIP-clone\" node=\"node1\" score=\"5\"/>"}},
      {}, WallTime{});
  ASSERT_TRUE(constrained) << constrained.error().context;
  const auto plan = plan_unclone(cib_, "VIP");
  must_apply(cib_, plan);
  EXPECT_EQ(plan->messages, Words{"Removing Constraint - where"});
  EXPECT_THAT(part(cib_, "resources"), HasSubstr("<resources><primitive id=\"VIP\""));
  EXPECT_THAT(cib_.compact_text(), Not(HasSubstr("where")));
}

TEST_F(ClonePlan, RefusesWhatCannotBeCloned) {
  EXPECT_EQ(clone("Nowhere").error().context, "unable to find group or resource: Nowhere");
  EXPECT_EQ(clone("VIP VIP").error().context, "'VIP' already exists");
  must_apply(cib_, clone("VIP"));
  EXPECT_EQ(clone("VIP").error().context, "'VIP' is already a clone resource");
  EXPECT_EQ(clone("VIP-clone").error().context, "'VIP-clone' is not a primitive or a group");
  EXPECT_EQ(plan_unclone(two_nodes(), "VIP").error().context, "could not find resource: VIP");
}

}  // namespace
}  // namespace mainstay::ctl
