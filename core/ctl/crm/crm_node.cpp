// SPDX-License-Identifier: Apache-2.0
// crm_node: which nodes there are, and which of them is this one.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "core/ctl/crm/answer.h"
#include "core/ctl/crm/tool.h"

namespace mainstay::ctl::crm {
namespace {

enum class Question { name, id, list, partition, quorum, name_for_id };

std::string node_line(const model::View& view, const model::Node& node) {
  const bool is_member =
      std::any_of(view.members.begin(), view.members.end(),
                  [&](const model::Node& member) { return member.id == node.id; });
  return fmt::format("{} {} {}\n", node.id, node.name, is_member ? "member" : "lost");
}

/// Without the daemon, as Pacemaker's: the host's name is the node's.
int name_alone(const Run& run) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  if (const char* told = std::getenv("OCF_RESKEY_CRM_meta_on_node")) {
    fmt::print("{}\n", told);
    return kOk;
  }
  const auto snapshot = run.cluster().load();
  fmt::print("{}\n", snapshot ? local_node(*snapshot) : host_name());
  return kOk;
}

int tell_name_of(const Run& run, const control::ClusterStatus& cluster, std::uint32_t id) {
  const auto known = std::find_if(cluster.view.configured.begin(), cluster.view.configured.end(),
                                  [id](const model::Node& node) { return node.id == id; });
  if (known == cluster.view.configured.end()) {
    return run.complain(fail(Errc::not_found, fmt::format("Node {} is not known to cluster", id)));
  }
  fmt::print("{}\n", known->name);
  return kOk;
}

int answer(const Run& run, Question question, std::uint32_t id) {
  const auto snapshot = run.cluster().load();
  if (!snapshot) {
    return run.complain(snapshot.error());
  }
  const control::ClusterStatus& cluster = *snapshot->cluster;
  if (question == Question::name_for_id) {
    return tell_name_of(run, cluster, id);
  }
  std::string text;
  if (question == Question::list) {
    for (const model::Node& node : cluster.view.configured) {
      text += node_line(cluster.view, node);
    }
  } else if (question == Question::partition) {
    for (const model::Node& node : cluster.view.members) {
      text += node.name + " ";
    }
    text += "\n";
  } else {
    text = question == Question::id ? fmt::format("{}\n", cluster.self.id)
                                    : (cluster.view.quorate ? "1\n" : "0\n");
  }
  fmt::print("{}", text);
  return kOk;
}

}  // namespace

int crm_node(int argc, char** argv) {
  Run run("crm_node");
  std::optional<Question> question;
  std::uint32_t id = 0;
  const auto flag = [&](const char* names, Question asked, const char* text) {
    run.grammar().add_flag(
        names, [&question, asked] { question = asked; }, text);
  };
  flag("-n,--name", Question::name, "Name of this node");
  flag("-i,--cluster-id", Question::id, "Id of this node");
  flag("-l,--list", Question::list, "All nodes");
  flag("-p,--partition", Question::partition, "The members");
  flag("-q,--quorum", Question::quorum, "1 with quorum, else 0");
  const OptionRule name_for_id =
      run.grammar().add_option("-N,--name-for-id", id, "Name of the node of an id");
  run.grammar().add_flag("-Q,--quiet", run.quiet, "Of no effect");
  if (const auto ended = run.parse(argc, argv)) {
    return *ended;
  }
  if (name_for_id.was_given()) {
    question = Question::name_for_id;
  }
  if (!question) {
    return run.complain(fail(Errc::invalid_input, "no command is given"));
  }
  return *question == Question::name ? name_alone(run) : answer(run, *question, id);
}

}  // namespace mainstay::ctl::crm
