// SPDX-License-Identifier: Apache-2.0
#include "core/cib/history.h"

#include <gmock/gmock.h>

#include <pugixml.hpp>

#include "core/cib/digest.h"

namespace mainstay::cib {
namespace {

using testing::HasSubstr;
using testing::Not;

const WallTime kNoon{std::chrono::seconds{1'700'000'000}};
constexpr Duration kTenSeconds{10'000};

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

OperationRecord monitor_of_vip(int rc) {
  OperationRecord record = probe_of_vip();
  record.interval = kTenSeconds;
  record.transition_key = "4:1:0:aaaa";
  record.rc = rc;
  record.exit_reason = rc == 0 ? "" : "gone";
  return record;
}

/// The entries of VIP on node1: "VIP_last_0=7".
std::vector<std::string> entries(const Document& document) {
  std::vector<std::string> found;
  document.root().find_node([&](const pugi::xml_node& node) {
    if (std::string_view(node.name()) == "lrm_rsc_op") {
      found.push_back(std::string(node.attribute("id").value()) + "=" +
                      node.attribute("rc-code").value());
    }
    return false;
  });
  return found;
}

TEST(History, RecordsAProbeAsTheLastOneOffOperation) {
  Document document;
  record_operation(document, probe_of_vip());
  EXPECT_THAT(
      document.text(),
      HasSubstr("    <node_state id=\"node1\" uname=\"node1\">\n"
                "      <lrm id=\"node1\">\n"
                "        <lrm_resources>\n"
                "          <lrm_resource id=\"VIP\" type=\"IPaddr2\" class=\"ocf\" "
                "provider=\"heartbeat\">\n"
                "            <lrm_rsc_op id=\"VIP_last_0\" operation_key=\"VIP_monitor_0\" "
                "operation=\"monitor\" crm_feature_set=\"3.16.2\" "
                "transition-key=\"3:1:7:aaaa\" transition-magic=\"0:7;3:1:7:aaaa\" "
                "on_node=\"node1\" call-id=\"5\" rc-code=\"7\" op-status=\"0\" "
                "interval=\"0\" last-rc-change=\"1700000000\" exec-time=\"12\" queue-time=\"0\" "
                "op-digest=\""));
  EXPECT_EQ(document.version(), (Version{0, 0, 1}));
}

TEST(History, KeepsTheGoodEntryOfAMonitorBesideItsFailure) {
  Document document;
  record_operation(document, probe_of_vip());
  record_operation(document, monitor_of_vip(0));
  record_operation(document, monitor_of_vip(7));
  EXPECT_THAT(entries(document),
              testing::ElementsAre("VIP_last_0=7", "VIP_monitor_10000=0", "VIP_last_failure_0=7"));
  EXPECT_THAT(document.text(), HasSubstr("exit-reason=\"gone\""));
}

TEST(History, RecordsAFailedStartAsLastAndAsFailure) {
  Document document;
  OperationRecord start = probe_of_vip();
  start.operation = "start";
  start.transition_key = "5:1:0:aaaa";
  start.op_status = -1;
  start.rc = 193;
  record_operation(document, start);
  EXPECT_THAT(entries(document), testing::ElementsAre("VIP_last_0=193"));
  start.op_status = 2;
  start.rc = 1;
  record_operation(document, start);
  EXPECT_THAT(entries(document), testing::ElementsAre("VIP_last_0=1", "VIP_last_failure_0=1"));
  EXPECT_THAT(document.text(), HasSubstr("transition-magic=\"2:1;5:1:0:aaaa\""));
}

TEST(History, KeepsTheDocumentReadableWhateverAnAgentSays) {
  Document document;
  OperationRecord record = monitor_of_vip(1);
  record.exit_reason = std::string("a\0b\x01<\"&\xff\xc3\xa9 \xed\xa0\x80", 14);
  record_operation(document, record);
  const auto copy = Document::parse(document.compact_text(), "copy");
  ASSERT_TRUE(copy) << copy.error().context;
  EXPECT_EQ(copy->text(), document.text());
  EXPECT_THAT(document.text(), HasSubstr("exit-reason=\"a?b?&lt;&quot;&amp;?\xc3\xa9 ???\""));
}

TEST(History, RecordsAReloadAsTheStartThatItStandsFor) {
  Document document;
  OperationRecord reload = probe_of_vip();
  reload.operation = "reload-agent";
  reload.transition_key = "5:1:0:aaaa";
  reload.rc = 0;
  record_operation(document, reload);
  EXPECT_THAT(document.text(), HasSubstr("operation_key=\"VIP_start_0\" operation=\"start\""));
}

TEST(History, ForgetsWhatItIsToldTo) {
  Document document;
  for (const char* node : {"node1", "node2"}) {
    OperationRecord record = monitor_of_vip(0);
    record.node = node;
    record_operation(document, record);
    set_transient_attribute(document, node, "shutdown", "1");
  }
  forget_operation(document, "node1", "VIP", "monitor", kTenSeconds);
  EXPECT_EQ(entries(document).size(), 1U);
  forget_resource(document, "", "VIP");
  EXPECT_THAT(document.text(), Not(HasSubstr("lrm_resource id")));
  forget_node_history(document, "node2");
  EXPECT_EQ(transient_attribute(document, "node2", "shutdown"), std::nullopt);
  EXPECT_EQ(transient_attribute(document, "node1", "shutdown"), "1");
  record_operation(document, monitor_of_vip(0));
  EXPECT_EQ(entries(document).size(), 1U);
}

TEST(History, FindsTheResourceAgainAfterAnEditRemovedItsHistory) {
  Document document;
  record_operation(document, probe_of_vip());
  ASSERT_TRUE(document.apply({{.kind = Edit::Kind::remove, .path = "//lrm_resource[@id='VIP']"}},
                             {}, kNoon));
  record_operation(document, probe_of_vip());
  EXPECT_THAT(entries(document), testing::ElementsAre("VIP_last_0=7"));
  ASSERT_FALSE(document.apply({{.kind = Edit::Kind::remove, .path = "//lrm_resource[@id='VIP']"},
                               {.kind = Edit::Kind::remove, .path = "//nothing"}},
                              {}, kNoon));
  record_operation(document, monitor_of_vip(0));
  EXPECT_THAT(entries(document), testing::ElementsAre("VIP_last_0=7", "VIP_monitor_10000=0"));
}

TEST(History, CountsAttributesAsPacemakerDoes) {
  EXPECT_EQ(counted_value("value++", std::nullopt), "1");
  EXPECT_EQ(counted_value("value++", "41"), "42");
  EXPECT_EQ(counted_value("value++", "no number"), "1");
  EXPECT_EQ(counted_value("value+=5", "-7"), "-2");
  EXPECT_EQ(counted_value("value+=-5", "7"), "2");
  EXPECT_EQ(counted_value("value+=5", "INFINITY"), "1000000");
  EXPECT_EQ(counted_value("value+=99999999999", "1"), "1000000");
  EXPECT_EQ(counted_value("value", "1"), "value");
  EXPECT_EQ(counted_value("++", "1"), "++");
}

TEST(History, RestsWithoutAChangeOfTheText) {
  Document document;
  OperationRecord failed = monitor_of_vip(7);
  failed.exit_reason = "no \"such\" <address>\n& more";
  record_operation(document, failed);
  for (int i = 0; i < 2'000; ++i) {
    record_operation(document, monitor_of_vip(0));
  }
  const std::string before = document.text();
  const std::string compact = document.compact_text();
  document.rest();
  EXPECT_TRUE(document.is_at_rest());
  EXPECT_EQ(document.compact_text(), compact);
  const Document copy = document;
  EXPECT_TRUE(document.is_at_rest());
  EXPECT_EQ(copy.text(), before);
  EXPECT_FALSE(copy.is_at_rest());
  EXPECT_EQ(document.text(), before);
  document.rest();
  document.rest();  // nothing has changed since
  record_operation(document, monitor_of_vip(0));
  EXPECT_THAT(entries(document),
              testing::ElementsAre("VIP_last_failure_0=7", "VIP_monitor_10000=0"));
}

TEST(History, TakesTheNodeIdFromTheConfiguration) {
  Document document;
  ASSERT_TRUE(document.apply({{.kind = Edit::Kind::create,
                               .path = "/cib/configuration/nodes",
                               .xml = "<node id='17' uname='node1'/>"}},
                             {}, kNoon));
  update_node_state(document, {.uname = "node1",
                               .in_ccm = true,
                               .crmd_online = true,
                               .join = "member",
                               .expected = "member"});
  EXPECT_THAT(document.text(),
              HasSubstr("<node_state id=\"17\" uname=\"node1\" in_ccm=\"true\" crmd=\"online\" "
                        "crm-debug-origin=\"mainstayd\" join=\"member\" expected=\"member\"/>"));
}

TEST(History, ReadsTheExpectedCodeOfATransitionKey) {
  EXPECT_EQ(expected_rc("3:1:7:aaaa"), 7);
  EXPECT_EQ(expected_rc("3:1:193:aaaa"), 193);
  for (const char* key : {"", "3", "3:1", "3:1:", "3:1:x:a", "3:1:7"}) {
    EXPECT_EQ(expected_rc(key), -1) << key;
  }
}

TEST(FailCount, CountsPerOperationAndSaturates) {
  Document document;
  const auto count = [&] {
    return transient_attribute(document, "node1", "fail-count-VIP#monitor_10000");
  };
  count_failure(document, "node1", "VIP", "monitor", kTenSeconds, kNoon, false);
  EXPECT_EQ(count(), "1");
  count_failure(document, "node1", "VIP", "monitor", kTenSeconds, kNoon, false);
  EXPECT_EQ(count(), "2");
  EXPECT_EQ(transient_attribute(document, "node1", "last-failure-VIP#monitor_10000"), "1700000000");
  count_failure(document, "node1", "VIP", "monitor", kTenSeconds, kNoon, true);
  EXPECT_EQ(count(), "INFINITY");
  count_failure(document, "node1", "VIP", "monitor", kTenSeconds, kNoon, false);
  EXPECT_EQ(count(), "INFINITY");
  EXPECT_THAT(document.text(),
              HasSubstr("<nvpair id=\"status-node1-fail-count-VIP.monitor_10000\" "
                        "name=\"fail-count-VIP#monitor_10000\" value=\"INFINITY\"/>"));
}

TEST(FailCount, IsClearedByResourceNodeAndOperation) {
  Document document;
  for (const char* node : {"node1", "node2"}) {
    count_failure(document, node, "VIP", "monitor", kTenSeconds, kNoon, false);
    count_failure(document, node, "VIP", "start", Duration{0}, kNoon, false);
    count_failure(document, node, "VIP2", "monitor", kTenSeconds, kNoon, false);
  }
  clear_failures(document, "node1", "VIP", "monitor", kTenSeconds);
  EXPECT_EQ(transient_attribute(document, "node1", "fail-count-VIP#monitor_10000"), std::nullopt);
  EXPECT_EQ(transient_attribute(document, "node1", "last-failure-VIP#monitor_10000"), std::nullopt);
  EXPECT_EQ(transient_attribute(document, "node1", "fail-count-VIP#start_0"), "1");
  EXPECT_EQ(transient_attribute(document, "node2", "fail-count-VIP#monitor_10000"), "1");
  clear_failures(document, "", "VIP", "", std::nullopt);
  EXPECT_EQ(transient_attribute(document, "node2", "fail-count-VIP#start_0"), std::nullopt);
  EXPECT_EQ(transient_attribute(document, "node2", "fail-count-VIP2#monitor_10000"), "1");
}

TEST(Digest, LeavesMetaAttributesOutButTheTimeoutOfRecurringOperations) {
  const std::map<std::string, std::string> bare{{"ip", "1"}};
  const std::map<std::string, std::string> meta{{"ip", "1"}, {"CRM_meta_name", "monitor"}};
  EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(parameters_digest(bare, Duration{0}, Duration{1}),
            md5_hex(" <parameters ip=\"1\"/>\n"));
  EXPECT_EQ(parameters_digest(meta, Duration{0}, Duration{1}),
            md5_hex(" <parameters ip=\"1\"/>\n"));
  EXPECT_EQ(parameters_digest(meta, kTenSeconds, Duration{20'000}),
            md5_hex(" <parameters CRM_meta_timeout=\"20000\" ip=\"1\"/>\n"));
}

}  // namespace
}  // namespace mainstay::cib
