// SPDX-License-Identifier: Apache-2.0
#include "core/report/graph_xml.h"

#include <gmock/gmock.h>

#include <string>

namespace mainstay::report {
namespace {

using model::ActionKind;
using testing::HasSubstr;

std::string xml_of(model::GraphAction action) {
  model::TransitionGraph graph;
  action.runnable = true;
  graph.actions.push_back(std::move(action));
  return transition_graph_xml(graph);
}

model::GraphAction action_of(ActionKind kind, const std::string& task, const std::string& node) {
  model::GraphAction action;
  action.kind = kind;
  action.task = task;
  action.node = node;
  return action;
}

TEST(GraphXml, NamesANotificationByWhatItIsAbout) {
  model::GraphAction told = action_of(ActionKind::resource, "notify", "node1");
  told.resource = told.label = "DB";
  told.meta = {{"notify_type", "post"}, {"notify_operation", "start"}, {"clone-max", "2"}};
  const std::string xml = xml_of(told);
  EXPECT_THAT(xml, HasSubstr("operation=\"notify\" operation_key=\"DB_post_notify_start_0\""));
  EXPECT_THAT(xml, HasSubstr(" CRM_meta_clone_max=\"2\""));
}

TEST(GraphXml, NamesFencingByNodeAndAction) {
  for (const ActionKind kind : {ActionKind::fence, ActionKind::pseudo}) {
    model::GraphAction fencing = action_of(kind, "stonith", "node2");
    fencing.meta = {{"stonith_action", "off"}};
    EXPECT_THAT(xml_of(fencing),
                HasSubstr("operation=\"stonith\" operation_key=\"stonith-node2-off\""));
  }
}

TEST(GraphXml, KeepsParametersWhoseNamesAreNoneOfXml) {
  model::GraphAction start = action_of(ActionKind::resource, "start", "node1");
  start.resource = start.label = "VIP";
  start.parameters = {{"1", "192.0.2.1"}, {"a b", "c"}, {"nic", "eth0"}};
  const std::string xml = xml_of(start);
  EXPECT_THAT(xml, HasSubstr(" nic=\"eth0\""));
  EXPECT_THAT(xml, HasSubstr("<param name=\"1\" value=\"192.0.2.1\" />"));
  EXPECT_THAT(xml, HasSubstr("<param name=\"a b\" value=\"c\" />"));
}

}  // namespace
}  // namespace mainstay::report
