// SPDX-License-Identifier: Apache-2.0
#include "core/report/status_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/report/status_printer.h"

namespace mainstay::report {
using model::ClusterState;
using model::Resource;
using model::Role;
using model::Variant;

const char* probe_text(int code) {
  return code == 5 ? "Not installed" : exit_code_text(code);
}

std::string join(const std::vector<std::string>& words, const char* separator) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : separator) + word;
  }
  return text;
}

std::string Printer::pending_text(const Resource& r) const {
  if (!options.show_pending || r.pending_task.empty()) {
    return "";
  }
  if (r.pending_task == "start") {
    return "Starting";
  }
  if (r.pending_task == "stop") {
    return "Stopping";
  }
  if (r.pending_task == "migrate_to" || r.pending_task == "migrate_from") {
    return "Migrating";
  }
  if (r.pending_task == "promote") {
    return "Promoting";
  }
  if (r.pending_task == "demote") {
    return "Demoting";
  }
  return r.pending_task == "monitor" ? "Monitoring" : "";
}

std::string Printer::managed_text(const Resource& r) const {
  if (r.blocked) {
    return "blocked";
  }
  if (!r.managed) {
    return r.maintenance ? "maintenance" : "unmanaged";
  }
  return "";
}

std::string Printer::flags(const Resource& r, bool unclean_offline) const {
  std::vector<std::string> words;
  if (unclean_offline) {
    words.emplace_back("UNCLEAN");
  }
  const bool there = r.running_on.size() == 1 && r.running_on.front() == r.lock_node;
  if (r.lock_node >= 0 && (r.running_on.empty() || there)) {
    words.emplace_back("LOCKED");
  }
  const std::string pending = pending_text(r);
  const bool transition = pending == "Starting" || pending == "Stopping" ||
                          pending == "Migrating" || pending == "Promoting" || pending == "Demoting";
  if (!pending.empty() && !transition) {
    words.push_back(pending);
  }
  if (r.target_role == Role::stopped) {
    words.emplace_back("disabled");
  } else if (is_disabled(r)) {
    words.push_back("target-role:" + r.meta.at("target-role"));
  }
  const std::string managed = managed_text(r);
  if (!managed.empty()) {
    words.push_back(managed);
  }
  if (r.failure_ignored) {
    words.emplace_back("failure ignored");
  }
  return words.empty() ? "" : " (" + join(words, ", ") + ")";
}

int Printer::probe_failure(int index, int where) const {
  int top = index;
  while (resource(top).parent >= 0 && resource(resource(top).parent).variant != Variant::bundle) {
    top = resource(top).parent;
  }
  const Resource& whole = resource(top);
  const bool cloned = whole.variant == Variant::clone && !whole.children.empty();
  const std::string key =
      (cloned ? resource(whole.children.front()).base : resource(index).id) + "_monitor_0";
  for (const model::FailedOperation& failed : state.failed_operations) {
    if ((where < 0 || failed.node == where) && (failed.rc == 5 || failed.rc == 2) &&
        (failed.key.empty() ? failed.id : failed.key) == key) {
      return failed.rc;
    }
  }
  return 0;
}

void Printer::print_primitive(int index, int level) {
  const Resource& r = resource(index);
  if (is_implied(index)) {
    return;
  }
  print_as(index, r.unique || r.parent < 0 ? r.id : r.base, std::nullopt, level);
}

bool Printer::is_implied(int index) const {
  const Resource& r = resource(index);
  return r.meta.contains("internal_rsc") || (r.is_remote && r.container_index >= 0 && !r.removed);
}

int Printer::awaited_on(const Resource& r) const {
  if (r.lock_node >= 0) {
    return r.lock_node;
  }
  return r.pending_node;
}

/// " Started", " FAILED Promoted", " Starting", …
std::string Printer::state_words(const Resource& r) const {
  if (r.failed) {
    return r.role > Role::unpromoted ? std::string(" FAILED ") + model::role_text(r.role)
                                     : std::string(" FAILED");
  }
  const std::string pending = pending_text(r);
  if (!pending.empty() && pending != "Monitoring") {
    return " " + pending;
  }
  return std::string(" ") + model::role_text(r.role == Role::unknown ? Role::stopped : r.role);
}

void Printer::print_as(int index, const std::string& name, std::optional<int> given, int level) {
  const Resource& r = resource(index);
  int where = given ? *given : r.running_on.empty() ? -1 : r.running_on.front();
  where = where < 0 ? awaited_on(r) : where;
  const bool listed = r.running_on.size() > 1;  // at the end, instead of one node
  std::string text = name + "\t" + agent(r) + ":\t" + (r.removed ? " ORPHANED" : "");
  text += state_words(r);
  if (where >= 0 && !listed && options.show_nodes) {
    text += " " + node(where).name;
  }
  if (const int failure = probe_failure(index, where); r.role <= Role::stopped && failure != 0) {
    text += std::string(" (") + probe_text(failure) + ") ";
  }
  text += flags(
      r, options.show_nodes && where >= 0 && !listed && !node(where).online && node(where).unclean);
  if (listed && options.show_nodes) {
    std::vector<std::string> names;
    for (const int n : r.running_on) {
      names.push_back(node(n).name);
    }
    text += " [ " + join(names, " ") + " ]";
  }
  add(level, text);
}

void Printer::print_group(int index, int level) {
  const Resource& r = resource(index);
  const auto left_out = [this](int child) { return !options.show_inactive && !active(child); };
  const auto count = std::count_if(r.children.begin(), r.children.end(), left_out);
  std::vector<std::string> words;
  if (count > 0) {
    words.push_back(fmt::format("{} member{} inactive", count, count == 1 ? "" : "s"));
  }
  if (is_disabled(r)) {
    words.emplace_back("disabled");
  }
  const std::string managed = managed_text(r);
  if (!managed.empty()) {
    words.push_back(managed);
  }
  std::string head =
      "Resource Group: " + (r.unique || r.parent < 0 ? r.id : r.base + r.id.substr(r.base.size()));
  head += words.empty() ? "" : " (" + join(words, ", ") + ")";
  add(level, head + ":");
  for (const int child : r.children) {
    if (!left_out(child)) {
      print(child, level + 1);
    }
  }
}

bool Printer::any_leaf(int index, bool (*check)(const Resource&)) const {
  const Resource& r = resource(index);
  if (r.children.empty()) {
    return check(r);
  }
  return std::any_of(r.children.begin(), r.children.end(),
                     [&](int child) { return any_leaf(child, check); });
}

bool Printer::active(int index) const {
  const Resource& r = resource(index);
  if (!r.children.empty()) {
    return std::any_of(r.children.begin(), r.children.end(),
                       [&](int child) { return active(child); });
  }
  // What ran on a node that is known to be down runs no more. What a history leaves on a node
  // counts though it says stopped, as after some failed migrations.
  return std::any_of(r.running_on.begin(), r.running_on.end(),
                     [&](int n) { return !r.managed || node(n).online || node(n).unclean; });
}

bool Printer::all_active(int index) const {
  return !any_leaf(index, [](const Resource& r) { return r.role <= Role::stopped; });
}

std::vector<int> Printer::locations(int index) const {
  const Resource& r = resource(index);
  std::vector<int> result = r.children.empty() ? r.running_on : std::vector<int>();
  for (const int child : r.children) {
    for (const int n : locations(child)) {
      if (std::find(result.begin(), result.end(), n) == result.end()) {
        result.push_back(n);
      }
    }
  }
  return result;
}

Role Printer::state_of(int index) const {
  const Resource& r = resource(index);
  Role role = r.children.empty() ? r.role : Role::unknown;
  for (const int child : r.children) {
    role = std::max(role, state_of(child));
  }
  return role;
}

void Printer::print(int index, int level) {
  switch (resource(index).variant) {
    case Variant::primitive:
      print_primitive(index, level);
      break;
    case Variant::group:
      print_group(index, level);
      break;
    case Variant::clone:
      print_clone(index, level);
      break;
    case Variant::bundle:
      print_bundle(index, level);
      break;
  }
}

std::vector<std::string> resource_lines(const ClusterState& state, const StatusOptions& options) {
  Printer printer{state, options};
  for (const int top : state.top_level) {
    const bool active = printer.active(top);
    const bool is_there = active || (options.show_inactive && !printer.resource(top).removed);
    if (is_there && (options.show_active || !printer.all_active(top))) {
      printer.print(top, 0);
    }
  }
  return printer.lines;
}

std::string primitive_text(const ClusterState& state, int resource) {
  StatusOptions options;
  options.show_nodes = false;
  Printer printer{state, options};
  printer.print(resource, 0);
  return printer.lines.empty() ? "" : printer.lines.front().substr(2);
}

std::vector<std::string> node_resource_lines(const ClusterState& state) {
  StatusOptions options;
  options.show_nodes = false;
  std::vector<std::string> lines;
  for (const model::NodeState& node : state.nodes) {
    lines.push_back(node_heading(state, node));
    lines.emplace_back("  * Resources:");
    Printer printer{state, options};
    for (const int index : node.running) {
      if (!printer.is_implied(index)) {
        printer.print(index, 2);
      }
    }
    lines.insert(lines.end(), printer.lines.begin(), printer.lines.end());
  }
  return lines;
}

InstanceCounts count_instances(const ClusterState& state) {
  InstanceCounts counts;
  for (const Resource& resource : state.resources) {
    if (resource.variant == Variant::primitive && !resource.removed) {
      ++counts.all;
      counts.disabled += is_disabled(resource) ? 1 : 0;
      counts.blocked += resource.blocked ? 1 : 0;
    }
  }
  return counts;
}

std::string cluster_status_text(const ClusterState& state, const StatusOptions& options) {
  std::string text = "  * Node List:\n";
  for (const std::string& line : node_lines(state)) {
    text += "    " + line + "\n";
  }
  text += "\n  * Full List of Resources:\n";
  const auto lines = resource_lines(state, options);
  for (const std::string& line : lines) {
    text += "    " + line + "\n";
  }
  if (lines.empty()) {
    text += "    * No resources\n";
  }
  if (options.failed_operations && !state.failed_operations.empty()) {
    text += "\nFailed Resource Actions:\n";
    for (const std::string& line : failed_operation_lines(state)) {
      text += "  " + line + "\n";
    }
  }
  return text;
}

}  // namespace mainstay::report
