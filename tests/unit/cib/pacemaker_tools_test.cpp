// SPDX-License-Identifier: Apache-2.0
// Pacemaker's own programs, where they are installed, must read the status section as we mean it.
#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "core/cib/history.h"

namespace mainstay::cib {
namespace {

using testing::HasSubstr;

const WallTime kNoon{std::chrono::seconds{1'700'000'000}};

/// Output of a shell command, errors too.
std::string output_of(const std::string& command) {
  struct Close {
    void operator()(FILE* pipe) const { ::pclose(pipe); }
  };
  const std::unique_ptr<FILE, Close> pipe{::popen((command + " 2>&1").c_str(), "r")};
  std::string output;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.append(buffer.data(), size);
  }
  return output;
}

bool is_installed(const std::string& program) {
  return output_of("command -v " + program).find('/') != std::string::npos;
}

/// Call ids grow in the order of a resource's life: probe, start, monitor, failed monitor, stop.
int call_id_of(const std::string& name, int rc, int expected) {
  if (name != "monitor") {
    return name == "stop" ? 5 : 2;
  }
  return expected == 7 ? 1 : rc == 0 ? 3 : 4;
}

OperationRecord operation(const std::string& node, const std::string& resource,
                          const std::string& name, int rc, int expected) {
  return {
      .node = node,
      .resource = resource,
      .agent = {"ocf", "pacemaker", "Dummy"},
      .operation = name,
      .interval = Duration{name == "monitor" && expected == 0 ? 10'000 : 0},
      .transition_key = "3:1:" + std::to_string(expected) + ":11111111-2222-3333-4444-555555555555",
      .rc = rc,
      .call_id = call_id_of(name, rc, expected),
      .exit_reason = rc == expected ? "" : "it broke",
      .last_rc_change = kNoon,
      .timeout = Duration{20'000}};
}

std::string primitive(const std::string& id) {
  return "<primitive id='" + id +
         "' class='ocf' provider='pacemaker' type='Dummy'><operations><op id='" + id +
         "-monitor' name='monitor' interval='10s'/></operations></primitive>";
}

/// Two nodes; A runs well on node1, B runs there and its monitor failed once.
Document story() {
  Document document;
  const Change change = {
      {.kind = Edit::Kind::create,
       .path = "/cib/configuration/crm_config",
       .xml = "<cluster_property_set id='o'><nvpair id='o-s' name='stonith-enabled' "
              "value='false'/></cluster_property_set>"},
      {.kind = Edit::Kind::merge,
       .path = "/cib/configuration",
       .xml = "<rsc_defaults><meta_attributes id='d'><nvpair id='d-s' "
              "name='resource-stickiness' value='100'/></meta_attributes></rsc_defaults>"},
      {.kind = Edit::Kind::create,
       .path = "/cib/configuration/nodes",
       .xml = "<node id='1' uname='node1'/>"},
      {.kind = Edit::Kind::create,
       .path = "/cib/configuration/nodes",
       .xml = "<node id='2' uname='node2'/>"},
      {.kind = Edit::Kind::create, .path = "/cib/configuration/resources", .xml = primitive("A")},
      {.kind = Edit::Kind::create, .path = "/cib/configuration/resources", .xml = primitive("B")}};
  const Status done = document.apply(change, {"test", "root", "node1"}, kNoon);
  EXPECT_TRUE(done) << (done ? "" : done.error().context);
  for (const char* node : {"node1", "node2"}) {
    update_node_state(document, {.uname = node,
                                 .in_ccm = true,
                                 .crmd_online = true,
                                 .join = "member",
                                 .expected = "member"});
    record_operation(document, operation(node, "A", "monitor", 7, 7));
    record_operation(document, operation(node, "B", "monitor", 7, 7));
  }
  for (const char* resource : {"A", "B"}) {
    record_operation(document, operation("node1", resource, "start", 0, 0));
    record_operation(document, operation("node1", resource, "monitor", 0, 0));
  }
  document.set_attribute("have-quorum", "1");
  document.set_attribute("dc-uuid", "1");
  return document;
}

class PacemakerTools : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_installed("crm_mon") || !is_installed("crm_simulate")) {
      GTEST_SKIP() << "crm_mon and crm_simulate are not installed (pacemaker-cli-utils)";
    }
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }
  std::string show(const Document& document, const std::string& command) {
    std::ofstream(file_) << document.text();
    return output_of("CIB_file=" + file_ + " " + command);
  }

  std::string file_ = std::filesystem::temp_directory_path() /
                      ("mainstay-cib-" + std::to_string(::getpid()) + ".xml");
};

TEST_F(PacemakerTools, AcceptTheWholeDocument) {
  const std::string output = show(story(), "crm_verify -V -x " + file_ + " && echo fine");
  EXPECT_EQ(output, "fine\n");
}

TEST_F(PacemakerTools, SeeWhereResourcesRun) {
  const std::string output = show(story(), "crm_mon -1 -r -f");
  EXPECT_THAT(output, HasSubstr("Current DC: node1"));
  EXPECT_THAT(output, HasSubstr("partition with quorum"));
  EXPECT_THAT(output, HasSubstr("Online: [ node1 node2 ]"));
  EXPECT_THAT(output, HasSubstr("A\t(ocf:pacemaker:Dummy):\t Started node1"));
}

TEST_F(PacemakerTools, PlanNothingMoreAndAgreeOnDigests) {
  EXPECT_THAT(show(story(), "env -u CIB_file crm_simulate -x " + file_ + " -S"),
              testing::Not(
                  testing::AnyOf(HasSubstr("Start "), HasSubstr("Restart"), HasSubstr("action:"))));
}

TEST_F(PacemakerTools, SeeAFailedMonitorAndItsCount) {
  Document document = story();
  record_operation(document, operation("node1", "B", "monitor", 1, 0));
  count_failure(document, "node1", "B", "monitor", Duration{10'000}, kNoon, false);
  const std::string output = show(document, "crm_mon -1 -r -f");
  EXPECT_THAT(output, HasSubstr("B\t(ocf:pacemaker:Dummy):\t FAILED node1"));
  EXPECT_THAT(output, HasSubstr("migration-threshold=1000000 fail-count=1"));
  EXPECT_THAT(output, HasSubstr("Failed Resource Actions:"));
  EXPECT_THAT(output, HasSubstr("it broke"));
  EXPECT_THAT(show(document, "env -u CIB_file crm_simulate -S -x " + file_), HasSubstr("Recover"));
}

TEST_F(PacemakerTools, SeeAPendingStart) {
  Document document = story();
  OperationRecord pending = operation("node2", "A", "start", 193, 0);
  pending.op_status = -1;
  record_operation(document, operation("node1", "A", "stop", 0, 0));
  record_operation(document, pending);
  EXPECT_THAT(show(document, "crm_mon -1 -r -j"), HasSubstr("Starting node2"));
}

}  // namespace
}  // namespace mainstay::cib
