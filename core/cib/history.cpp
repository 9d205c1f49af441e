// SPDX-License-Identifier: Apache-2.0
// node_state and lrm history. Which entry an outcome goes to follows Pacemaker's
// pcmk__create_history_xml: a failure goes to RSC_last_failure_0 (and to RSC_last_0 if it was no
// recurring one), a success to RSC_last_0 or RSC_OP_INTERVAL; probes are one-off operations like
// any other.
#include "core/cib/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "core/cib/digest.h"
#include "core/cib/status.h"
#include "core/cib/tree.h"

namespace mainstay::cib {
namespace {

constexpr int kPending = -1;
constexpr int kDone = 0;
constexpr int kCancelled = 1;

std::string operation_key(const std::string& resource, const std::string& operation,
                          Duration interval) {
  return fmt::format("{}_{}_{}", resource, operation, interval.count());
}

bool has_failed(const OperationRecord& record) {
  if (record.op_status == kPending || record.op_status == kCancelled) {
    return false;
  }
  const int expected = expected_rc(record.transition_key);
  return record.op_status != kDone || record.rc != (expected < 0 ? 0 : expected);
}

std::string meta_of(const OperationRecord& record, const std::string& name) {
  const auto found = record.parameters.find("CRM_meta_" + name);
  return found == record.parameters.end() ? std::string() : found->second;
}

/// A reload counts as the start that it stands for, a failed one as a monitor.
std::string recorded_task(const OperationRecord& record) {
  if (record.operation == "reload" || record.operation == "reload-agent") {
    return record.op_status == kDone ? "start" : "monitor";
  }
  return record.operation;
}

ResourceHistory& history_of(Document::Tree& tree, const std::string& uname) {
  const auto known = tree.histories.find(uname);
  if (known != tree.histories.end()) {
    return known->second;
  }
  ResourceHistory& history = tree.histories[uname];
  const pugi::xml_node resources = node_state(tree, uname).child("lrm").child("lrm_resources");
  for (const pugi::xml_node& resource : resources.children("lrm_resource")) {
    history.emplace(value_of(resource, "id"), resource);
  }
  return history;
}

pugi::xml_node make_lrm_resource(Document::Tree& tree, const std::string& uname,
                                 const std::string& id) {
  const pugi::xml_node state = node_state(tree, uname);
  pugi::xml_node lrm = state.child("lrm");
  if (!lrm) {
    lrm = pugi::xml_node(state).append_child("lrm");
    set_attribute(lrm, "id", state.attribute("id").value());
  }
  pugi::xml_node resource = child_or_new(lrm, "lrm_resources").append_child("lrm_resource");
  set_attribute(resource, "id", id);
  return resource;
}

pugi::xml_node lrm_resource(Document::Tree& tree, const OperationRecord& record) {
  pugi::xml_node& resource = history_of(tree, record.node)[record.resource];
  if (!resource) {
    resource = make_lrm_resource(tree, record.node, record.resource);
  }
  set_attribute(resource, "type", record.agent.type);
  set_attribute(resource, "class", record.agent.standard);
  if (record.agent.provider.empty()) {
    resource.remove_attribute("provider");
  } else {
    set_attribute(resource, "provider", record.agent.provider);
  }
  return resource;
}

void write_migration(pugi::xml_node entry, const OperationRecord& record) {
  if (record.operation != "migrate_to" && record.operation != "migrate_from") {
    return;
  }
  for (const char* name : {"migrate_source", "migrate_target"}) {
    if (const std::string value = meta_of(record, name); !value.empty()) {
      set_attribute(entry, name, value);
    }
  }
}

void write_entry(pugi::xml_node resource, const std::string& id, const OperationRecord& record) {
  pugi::xml_node entry = child_with(resource, "lrm_rsc_op", "id", id);
  if (!entry) {
    entry = resource.append_child("lrm_rsc_op");
  }
  const std::string task = recorded_task(record);
  const auto changed = std::chrono::floor<std::chrono::seconds>(record.last_rc_change);
  set_attribute(entry, "id", id);
  set_attribute(entry, "operation_key", operation_key(record.resource, task, record.interval));
  set_attribute(entry, "operation", task);
  set_attribute(entry, "crm_feature_set", "3.16.2");
  set_attribute(entry, "transition-key", record.transition_key);
  set_attribute(entry, "transition-magic",
                fmt::format("{}:{};{}", record.op_status, record.rc, record.transition_key));
  if (has_failed(record) && !record.exit_reason.empty()) {
    set_attribute(entry, "exit-reason", record.exit_reason);
  } else {
    entry.remove_attribute("exit-reason");
  }
  set_attribute(entry, "on_node", record.node);
  set_attribute(entry, "call-id", std::to_string(record.call_id));
  set_attribute(entry, "rc-code", std::to_string(record.rc));
  set_attribute(entry, "op-status", std::to_string(record.op_status));
  set_attribute(entry, "interval", std::to_string(record.interval.count()));
  set_attribute(entry, "last-rc-change", std::to_string(changed.time_since_epoch().count()));
  set_attribute(entry, "exec-time", std::to_string(record.exec_time.count()));
  set_attribute(entry, "queue-time", std::to_string(record.queue_time.count()));
  write_migration(entry, record);
  entry.remove_attribute(kWatched);
  if (record.watched) {
    set_attribute(entry, kWatched, "true");
  }
  set_attribute(entry, "op-digest",
                parameters_digest(record.parameters, record.interval, record.timeout));
}

}  // namespace

int expected_rc(const std::string& transition_key) {
  std::string_view rest = transition_key;
  for (int colons = 0; colons < 2; ++colons) {
    const auto colon = rest.find(':');
    if (colon == std::string_view::npos) {
      return -1;
    }
    rest.remove_prefix(colon + 1);
  }
  int rc = -1;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), rc);
  const bool whole = end != rest.data() + rest.size() && *end == ':';
  return error == std::errc() && whole ? rc : -1;
}

void record_operation(Document& document, const OperationRecord& record) {
  const pugi::xml_node resource = lrm_resource(TreeAccess::of(document), record);
  const bool recurring = record.interval.count() > 0;
  const std::string last = record.resource + "_last_0";
  if (record.operation == "notify") {
    const std::string type = meta_of(record, "notify_type");
    const std::string task = meta_of(record, "notify_operation");
    OperationRecord told = record;
    if (told.op_status != kPending) {
      told.rc = 0;  // what a notification answers has no meaning
      told.op_status = kDone;
    }
    write_entry(resource, fmt::format("{}_{}_notify_{}_0", record.resource, type, task), told);
  } else if (has_failed(record)) {
    write_entry(resource, record.resource + "_last_failure_0", record);
    if (!recurring) {
      write_entry(resource, last, record);
    }
  } else {
    const std::string key = operation_key(record.resource, recorded_task(record), record.interval);
    write_entry(resource, recurring ? key : last, record);
  }
  document.count_status_update();
}

void forget_operation(Document& document, const std::string& node, const std::string& resource,
                      const std::string& operation, Duration interval) {
  ResourceHistory& history = history_of(TreeAccess::of(document), node);
  if (const auto found = history.find(resource); found != history.end()) {
    const std::string id = operation_key(resource, operation, interval);
    found->second.remove_child(child_with(found->second, "lrm_rsc_op", "id", id));
  }
  document.count_status_update();
}

void forget_resource(Document& document, const std::string& node, const std::string& resource) {
  Document::Tree& tree = TreeAccess::of(document);
  tree.histories.clear();
  for_each_node_state(tree, node, [&](const pugi::xml_node& state) {
    pugi::xml_node resources = state.child("lrm").child("lrm_resources");
    while (const pugi::xml_node old = child_with(resources, "lrm_resource", "id", resource)) {
      resources.remove_child(old);
    }
  });
  document.count_status_update();
}

void update_node_state(Document& document, const NodeStateUpdate& update) {
  const pugi::xml_node state = node_state(TreeAccess::of(document), update.uname, update.id);
  if (!update.id.empty()) {
    set_attribute(state, "id", update.id);
  }
  if (update.in_ccm) {
    set_attribute(state, "in_ccm", *update.in_ccm ? "true" : "false");
  }
  if (update.crmd_online) {
    set_attribute(state, "crmd", *update.crmd_online ? "online" : "offline");
  }
  set_attribute(state, "crm-debug-origin", kDebugOrigin);
  if (update.join) {
    set_attribute(state, "join", *update.join);
  }
  if (update.expected) {
    set_attribute(state, "expected", *update.expected);
  }
  document.count_status_update();
}

void forget_node_history(Document& document, const std::string& uname) {
  Document::Tree& tree = TreeAccess::of(document);
  tree.histories.clear();
  if (pugi::xml_node state = find_node_state(tree, uname)) {
    state.remove_child("lrm");
    state.remove_child("transient_attributes");
  }
  document.count_status_update();
}

}  // namespace mainstay::cib
