// SPDX-License-Identifier: Apache-2.0
// A whole standalone mainstayd with real agent hosts: what one host without corosync does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "tests/component/daemon/daemon_process.h"

namespace mainstay {
namespace {

using test::DaemonProcess;
using testing::HasSubstr;
using testing::Not;

cib::Edit create(const std::string& path, const std::string& xml) {
  cib::Edit edit;
  edit.kind = cib::Edit::Kind::create;
  edit.path = path;
  edit.xml = xml;
  return edit;
}

control::ChangeCib change(cib::Change edits) {
  return {std::move(edits), {.client = "test", .user = "root", .node = "node1"}};
}

const char* const kNoFencing =
    "<cluster_property_set id='cib-bootstrap-options'>"
    "<nvpair id='cib-bootstrap-options-stonith-enabled' name='stonith-enabled' value='false'/>"
    "</cluster_property_set>";

/// A Dummy whose state file lies in the daemon's directory.
std::string dummy(const DaemonProcess& daemon, const std::string& id) {
  return "<primitive id='" + id + "' class='ocf' provider='heartbeat' type='Dummy'>" +
         "<instance_attributes id='" + id + "-ia'><nvpair id='" + id +
         "-ia-state' name='state' value='" + (daemon.directory() / (id + ".state")).string() +
         "'/></instance_attributes><operations><op id='" + id +
         "-monitor' name='monitor' interval='10s' timeout='20s'/></operations></primitive>";
}

void configure_dummy(const DaemonProcess& daemon, const std::string& id) {
  const auto changed =
      daemon.ask(change({create("/cib/configuration/crm_config", kNoFencing),
                         create("/cib/configuration/resources", dummy(daemon, id))}));
  ASSERT_TRUE(changed) << changed.error().context;
  ASSERT_FALSE(changed->error) << changed->error->context;
  const auto idle = daemon.ask(control::AwaitIdle{});
  ASSERT_TRUE(idle) << idle.error().context;
  ASSERT_FALSE(idle->error) << idle->error->context;
}

TEST(StandaloneDaemon, StartsAResourceAndRecordsItsHistory) {
  DaemonProcess daemon;
  const auto started = daemon.start();
  ASSERT_TRUE(started) << started.error().context;
  configure_dummy(daemon, "D1");

  EXPECT_TRUE(std::filesystem::exists(daemon.directory() / "D1.state")) << daemon.log();
  const auto reply = daemon.ask(control::QueryStatus{});
  ASSERT_TRUE(reply) << reply.error().context;
  ASSERT_TRUE(reply->status);
  EXPECT_EQ(reply->status->dc, "node1");
  EXPECT_TRUE(reply->status->view.quorate);
  EXPECT_THAT(reply->cib, HasSubstr("D1_start_0"));
  EXPECT_THAT(reply->cib, HasSubstr("D1_monitor_10000"));
}

TEST(StandaloneDaemon, StopsItsResourcesWhenToldToLeave) {
  DaemonProcess daemon;
  ASSERT_TRUE(daemon.start());
  configure_dummy(daemon, "D1");
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(daemon.directory() / "D1.state")) << daemon.log();
}

TEST(StandaloneDaemon, KeepsItsConfigurationAndFindsWhatRunsAfterACrash) {
  DaemonProcess daemon;
  ASSERT_TRUE(daemon.start());
  configure_dummy(daemon, "D1");
  daemon.signal(SIGKILL);
  EXPECT_EQ(daemon.wait(), 128 + SIGKILL);
  ASSERT_TRUE(daemon.start());
  ASSERT_TRUE(daemon.ask(control::AwaitIdle{}));
  const auto reply = daemon.ask(control::QueryStatus{});
  ASSERT_TRUE(reply);
  EXPECT_THAT(reply->cib, HasSubstr("id=\"D1\""));
  EXPECT_THAT(reply->cib, HasSubstr("D1_monitor_10000"));
  EXPECT_THAT(reply->cib, Not(HasSubstr("D1_start_0"))) << "found running, so not started again";
}

TEST(StandaloneDaemon, RefusesWhatMakesNoSenseAndLosesNothing) {
  DaemonProcess daemon;
  ASSERT_TRUE(daemon.start());
  const auto refused = daemon.ask(change(
      {create("/cib/configuration/constraints",
              "<rsc_colocation id='c1' rsc='Nowhere' with-rsc='Neither' score='INFINITY'/>")}));
  ASSERT_TRUE(refused) << refused.error().context;
  ASSERT_TRUE(refused->error);
  EXPECT_THAT(refused->error->context, HasSubstr("Nowhere"));
  configure_dummy(daemon, "D1");
}

TEST(StandaloneDaemon, IsRefusedASecondTimeOnOneHost) {
  DaemonProcess first;
  ASSERT_TRUE(first.start());
  DaemonProcess second;
  const auto started = second.start({"--run-dir=" + (first.directory() / "run").string()});
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().context, HasSubstr("another mainstayd runs on this host"));
  EXPECT_EQ(second.wait(), 1);
}

TEST(StandaloneDaemon, SaysWhichPluginDirectoryIsMissing) {
  DaemonProcess daemon;
  const auto started = daemon.start({"--agent-dir=/nonexistent/agents"});
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().context,
              HasSubstr("plugin directory /nonexistent/agents is missing"));
  EXPECT_EQ(daemon.wait(), 1);
}

TEST(StandaloneDaemon, GoesOnWithTheNewestGoodGenerationAndSaysSo) {
  DaemonProcess daemon;
  ASSERT_TRUE(daemon.start());
  configure_dummy(daemon, "D1");
  daemon.signal(SIGTERM);
  ASSERT_EQ(daemon.wait(), 0);
  std::ofstream(daemon.directory() / "state" / "cib" / "cib.xml", std::ios::trunc) << "<cib";
  ASSERT_TRUE(daemon.start()) << daemon.log();
  const auto reply = daemon.ask(control::QueryStatus{});
  ASSERT_TRUE(reply);
  ASSERT_TRUE(reply->status);
  EXPECT_FALSE(reply->status->notices.empty());
}

}  // namespace
}  // namespace mainstay
