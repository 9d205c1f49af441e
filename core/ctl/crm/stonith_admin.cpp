// SPDX-License-Identifier: Apache-2.0
// stonith_admin, as far as agents use it: asks for a node's fencing, tells what is to be fenced.
#include <fmt/format.h>

#include <string>

#include "core/ctl/crm/answer.h"
#include "core/ctl/crm/tool.h"
#include "core/report/xml_lines.h"

namespace mainstay::ctl::crm {
namespace {

struct Asked {
  std::string reboot;
  std::string off;
  std::string history;
  std::string form = "text";
  std::string ignored;
};

/// The node's attribute says so until the node is gone; how it is fenced is the cluster's affair.
/// Success would say that it was, and who asks would go on as if the node had nothing any more.
int ask_for_fencing(const Run& run, const std::string& node) {
  const int done = run.set_transient(node, {.name = "terminate", .value = "true"});
  return done == kOk ? run.complain(fail(Errc::timed_out, node + " is to be fenced, and nothing "
                                                                 "has told that it was"))
                     : done;
}

/// Fencing that is over is not remembered.
int tell_history(const Run& run, const Asked& asked) {
  const auto known = run.state();
  if (!known) {
    return run.complain(known.error());
  }
  const model::ClusterState& state = known->state;
  const bool is_xml = asked.form == "xml";
  const std::string& action = state.options.fencing_action;
  report::XmlLines xml;
  xml.open("pacemaker-result", {{"api-version", "2.25"}, {"request", "stonith_admin"}});
  xml.open("fence_history");
  std::string text;
  for (const model::NodeState& node : state.nodes) {
    if (node.fence_reason.empty() || (asked.history != "*" && asked.history != node.name)) {
      continue;
    }
    xml.add("fence_event", {{"target", node.name},
                            {"action", action},
                            {"state", "pending"},
                            {"extended-status", "pending"}});
    text += fmt::format("{} of {} pending\n", action, node.name);
  }
  xml.close();
  xml.add("status", {{"code", "0"}, {"message", "OK"}});
  xml.close();
  fmt::print("{}", is_xml ? xml.text() : text);
  return kOk;
}

}  // namespace

int stonith_admin(int argc, char** argv) {
  Run run("stonith_admin");
  Asked asked;
  const Grammar app = run.grammar();
  app.set_help_flag("-?,--help");
  app.add_option("-B,--reboot", asked.reboot, "Have this node fenced");
  app.add_option("-F,--fence", asked.off, "The same");
  app.add_option("-H,--history", asked.history, "What is to be fenced: a node, or '*'");
  app.add_option("--output-as", asked.form, "text or xml");
  app.add_option("--tag,-t,--timeout", asked.ignored, "Of no effect");
  app.add_flag("-q,--quiet", run.quiet, "Of no effect");
  if (const auto ended = run.parse(argc, argv)) {
    return *ended;
  }
  if (!asked.history.empty()) {
    return tell_history(run, asked);
  }
  const std::string& node = asked.reboot.empty() ? asked.off : asked.reboot;
  return node.empty() ? run.complain(fail(Errc::invalid_input, "no command is given"))
                      : ask_for_fencing(run, node);
}

}  // namespace mainstay::ctl::crm
