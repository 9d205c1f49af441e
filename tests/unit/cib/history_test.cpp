// SPDX-License-Identifier: Apache-2.0
#include "core/cib/history.h"

#include <gmock/gmock.h>

namespace mainstay::cib {
namespace {

const WallTime kNoon{std::chrono::seconds{1'700'000'000}};

OperationRecord probe_of_vip() {
  return {.node = "node1",
          .resource = "VIP",
          .agent = {"ocf", "heartbeat", "IPaddr2"},
          .operation = "monitor",
          .transition_key = "3:1:7:aaaa",
          .rc = 7,
          .call_id = 5,
          .last_rc_change = kNoon,
          .exec_time = Duration{12},
          .parameters = {{"ip", "192.168.56.10"}},
          .timeout = Duration{20'000}};
}

TEST(History, RecordsAProbeAsTheLastOneOffOperation) {
  Document document;
  record_operation(document, probe_of_vip());
  EXPECT_THAT(
      document.text(),
      testing::HasSubstr(
          "    <node_state id=\"node1\" uname=\"node1\">\n"
          "      <lrm id=\"node1\">\n"
          "        <lrm_resources>\n"
          "          <lrm_resource id=\"VIP\" type=\"IPaddr2\" class=\"ocf\" "
          "provider=\"heartbeat\">\n"
          "            <lrm_rsc_op id=\"VIP_last_0\" operation_key=\"VIP_monitor_0\" "
          "operation=\"monitor\" crm-debug-origin=\"mainstayd\" crm_feature_set=\"3.16.2\" "
          "transition-key=\"3:1:7:aaaa\" transition-magic=\"0:7;3:1:7:aaaa\" exit-reason=\"\" "
          "on_node=\"node1\" call-id=\"5\" rc-code=\"7\" op-status=\"0\" interval=\"0\" "
          "last-rc-change=\"1700000000\" exec-time=\"12\" queue-time=\"0\" op-digest=\""));
  EXPECT_EQ(document.version(), (Version{0, 0, 1}));
}

}  // namespace
}  // namespace mainstay::cib
