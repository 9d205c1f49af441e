// SPDX-License-Identifier: Apache-2.0
// See replica.h. Failure accounting follows Pacemaker: recurring operations, promote and demote add
// one, start (unless start-failure-is-fatal=false) and stop count as INFINITY, probes never count.
#include "core/controller/replica.h"

#include <algorithm>
#include <utility>

#include "core/base/xml_escape.h"
#include "core/cib/history.h"
#include "core/cib/query.h"

namespace mainstay::controller {
namespace {

constexpr int kPendingRc = 193;
constexpr int kPendingStatus = -1;
constexpr int kTimedOutRc = 1;

std::string seconds_text(WallTime time) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

bool is_probe(const OrderedAction& action) {
  return action.task == "monitor" && action.interval == Duration{0};
}

cib::OperationRecord record_of(const OrderedAction& action) {
  cib::OperationRecord record;
  record.node = action.node;
  record.resource = action.resource;
  record.agent = action.agent;
  record.operation = action.task;
  record.interval = action.interval;
  record.transition_key = action.key;
  record.parameters = action.parameters;
  record.timeout = action.timeout;
  return record;
}

/// A probe leaves no pending entry: it would stand for a result that nobody has yet.
bool leaves_pending_entry(const OrderedAction& action) {
  const auto wanted = action.meta.find("record-pending");
  return !is_probe(action) && (wanted == action.meta.end() || wanted->second != "false");
}

bool contains(const std::vector<model::Node>& nodes, std::uint32_t id) {
  return std::any_of(nodes.begin(), nodes.end(),
                     [id](const model::Node& node) { return node.id == id; });
}

}  // namespace

bool is_expected(const OperationResult& result, int expected_rc) {
  const bool degraded = (result.rc == 190 && expected_rc == 0) ||  // OCF_DEGRADED
                        (result.rc == 191 && expected_rc == 8);    // OCF_DEGRADED_PROMOTED
  return result.status == model::OperationStatus::done && (result.rc == expected_rc || degraded);
}

bool forgets_history(const OrderedAction& action) {
  return action.task == "lrm_delete" || action.task == "delete";
}

Replica::Replica(cib::Document document) : document_(std::move(document)) {
  configuration_changed();
}

void Replica::configuration_changed() {
  const cib::Version version = document_.version();
  if (!past_.empty() && past_.back().admin_epoch == version.admin_epoch &&
      past_.back().epoch == version.epoch) {
    return;
  }
  past_.push_back({version.admin_epoch, version.epoch, document_.digest()});
  if (past_.size() > kPastConfigurations) {
    past_.erase(past_.begin());
  }
}

std::optional<bool> Replica::had_configuration(const cib::Version& version,
                                               const std::string& digest) const {
  for (const PastConfiguration& past : past_) {
    if (past.admin_epoch == version.admin_epoch && past.epoch == version.epoch) {
      return past.digest == digest;
    }
  }
  return std::nullopt;
}

void Replica::forget_cluster() {
  standing_.clear();
  members_.clear();
  in_flight_.clear();
  private_.clear();
  facts_ = {};
  report_ = {};
}

void Replica::stand_alone(std::uint32_t id, const Member& self) {
  forget_cluster();
  members_[id] = self;
  standing_ = {id};
  ++position_;
}

void Replica::depart(const std::vector<std::uint32_t>& gone) {
  for (const std::uint32_t id : gone) {
    const auto member = members_.find(id);
    if (member == members_.end()) {
      continue;
    }
    const std::string name = member->second.name;
    members_.erase(member);
    private_.erase(name);
    std::erase(standing_, id);
    std::erase_if(in_flight_, [&](const auto& entry) { return entry.second.node == name; });
    cib::update_node_state(document_, {.id = std::to_string(id),
                                       .uname = name,
                                       .in_ccm = std::nullopt,
                                       .crmd_online = false,
                                       .join = "down",
                                       .expected = std::nullopt});
  }
  facts_ = {};
  report_ = {};
  ++position_;
}

void Replica::admit(const std::map<std::uint32_t, Member>& joiners,
                    const std::vector<std::uint32_t>& standing) {
  for (const auto& [id, member] : joiners) {
    const std::string& name = member.name;
    std::erase_if(in_flight_, [&](const auto& entry) { return entry.second.node == name; });
    private_.erase(name);
    cib::forget_node_history(document_, name);
    cib::update_node_state(document_, {.id = std::to_string(id),
                                       .uname = name,
                                       .in_ccm = true,
                                       .crmd_online = true,
                                       .join = "member",
                                       .expected = "member"});
    members_[id] = member;
    known_.insert(id);
  }
  standing_ = standing;
  facts_ = {};
  report_ = {};
  ++position_;
}

Status Replica::apply(const EditCib& edit, WallTime sent) {
  Status done = document_.apply(edit.change, edit.origin, sent);
  if (done) {
    ++position_;
    configuration_changed();
    list_nodes(sent);
  }
  return done;
}

Status Replica::apply(const SwapCib& swap, WallTime sent) {
  const Result<cib::Document> replacement = cib::Document::parse(swap.xml, "the given CIB");
  if (!replacement) {
    return replacement.error();
  }
  Status done = document_.replace_configuration(*replacement, swap.origin, sent);
  if (done) {
    ++position_;
    configuration_changed();
    list_nodes(sent);
  }
  return done;
}

void Replica::apply(const RunActions& run, WallTime sent) {
  for (const OrderedAction& action : run.actions) {
    if (action.task == "clear_failcount") {
      cib::clear_failures(document_, action.node, action.resource, "", std::nullopt);
      continue;
    }
    if (forgets_history(action)) {
      cib::forget_resource(document_, action.node, action.resource);
      continue;
    }
    const bool present = std::any_of(members_.begin(), members_.end(), [&](const auto& entry) {
      return entry.second.name == action.node;
    });
    if (!present) {
      continue;
    }
    in_flight_[action.key] = action;
    if (action.resource.empty() || action.task == "cancel" || !leaves_pending_entry(action)) {
      continue;
    }
    cib::OperationRecord record = record_of(action);
    record.rc = kPendingRc;
    record.op_status = kPendingStatus;
    record.call_id = -1;
    record.last_rc_change = sent;
    cib::record_operation(document_, record);
  }
  ++position_;
}

void Replica::apply(const OperationResult& result, WallTime sent) {
  in_flight_.erase(result.action.key);
  ++position_;
  if (result.status == model::OperationStatus::cancelled) {
    cib::forget_operation(document_, result.action.node, result.action.resource, result.action.task,
                          result.action.interval);
    return;
  }
  cib::OperationRecord record = record_of(result.action);
  record.rc = result.rc;
  record.op_status = static_cast<int>(result.status);
  record.call_id = result.call_id;
  record.exit_reason = result.exit_reason;
  record.last_rc_change = sent;
  record.exec_time = result.took;
  record.queue_time = result.queued;
  record.watched = result.watched;
  cib::record_operation(document_, record);
  if (!is_expected(result, cib::expected_rc(result.action.key))) {
    record_failure(result, sent);
  }
}

void Replica::record_failure(const OperationResult& result, WallTime sent) {
  const OrderedAction& action = result.action;
  const bool counted = action.interval > Duration{0} || action.task == "promote" ||
                       action.task == "demote" || action.task == "start" || action.task == "stop";
  if (!counted) {
    return;
  }
  if (action.on_fail == "ignore") {  // shown, not counted
    cib::set_transient_attribute(document_, action.node,
                                 "last-failure-" + action.resource + "#" + action.task + "_" +
                                     std::to_string(action.interval.count()),
                                 seconds_text(sent));
    return;
  }
  const bool fatal_start =
      action.task == "start" &&
      cib::cluster_option(document_, "start-failure-is-fatal", "true") != "false";
  cib::count_failure(document_, action.node, action.resource, action.task, action.interval, sent,
                     fatal_start || action.task == "stop");
}

void Replica::apply(const OperationCancelled& cancelled) {
  in_flight_.erase(cancelled.key);
  cib::forget_operation(document_, cancelled.node, cancelled.resource, cancelled.operation,
                        cancelled.interval);
  ++position_;
}

void Replica::apply(const OperationLost& lost, WallTime sent) {
  const auto found = in_flight_.find(lost.key);
  if (found == in_flight_.end()) {
    return;
  }
  OperationResult result;
  result.action = found->second;
  result.rc = kTimedOutRc;
  result.status = model::OperationStatus::timed_out;
  result.exit_reason = "no answer from " + result.action.node;
  result.took = result.action.timeout;
  if (result.action.resource.empty() || result.action.task == "cancel") {
    in_flight_.erase(found);
    ++position_;
    return;
  }
  apply(result, sent);
}

std::optional<std::string> Replica::attribute(const std::string& node,
                                              const std::string& name) const {
  if (const auto own = private_.find(node); own != private_.end()) {
    if (const auto found = own->second.find(name); found != own->second.end()) {
      return found->second;
    }
  }
  return cib::transient_attribute(document_, node, name);
}

bool Replica::is_private(const std::string& attribute) const {
  return std::any_of(private_.begin(), private_.end(),
                     [&](const auto& of_node) { return of_node.second.contains(attribute); });
}

bool Replica::apply(const NodeAttribute& update) {
  const auto present = attribute(update.node, update.name);
  std::optional<std::string> wanted = update.value;
  if (wanted) {
    wanted = cib::counted_value(*wanted, present);
  }
  if (wanted == present) {
    return false;
  }
  if (is_private(update.name) || (update.is_private && !present)) {
    if (wanted) {
      private_[update.node][update.name] = *wanted;
    } else {
      private_[update.node].erase(update.name);
    }
    return true;
  }
  cib::set_transient_attribute(document_, update.node, update.name, wanted);
  ++position_;
  return true;
}

void Replica::apply_shutdown(std::uint32_t from, WallTime sent) {
  cib::set_transient_attribute(document_, members_.at(from).name, "shutdown", seconds_text(sent));
  ++position_;
}

void Replica::apply_leaving(std::uint32_t from) {
  Member& member = members_.at(from);
  member.leaving = true;
  std::erase_if(in_flight_, [&](const auto& entry) { return entry.second.node == member.name; });
  cib::update_node_state(document_, {.id = std::to_string(from),
                                     .uname = member.name,
                                     .in_ccm = std::nullopt,
                                     .crmd_online = false,
                                     .join = "down",
                                     .expected = "down"});
  ++position_;
}

Status Replica::list_node(const model::Node& node, WallTime sent) {
  if (node.name.empty() || cib::lists_node(document_, node.name)) {
    return Done{};
  }
  const cib::Edit entry{.kind = cib::Edit::Kind::create,
                        .path = "/cib/configuration/nodes",
                        .xml = "<node id=\"" + std::to_string(node.id) + "\" uname=\"" +
                               escaped_attribute(node.name) + "\"/>",
                        .attributes = {},
                        .before = {}};
  Status done = document_.apply({entry}, {.client = "mainstayd", .user = "", .node = ""}, sent);
  configuration_changed();
  return done ? std::move(done) : Status(within("list node " + node.name, done.error()));
}

/// A configuration from elsewhere may know none of our nodes, but without its nodes a cluster would
/// stop everything.
void Replica::list_nodes(WallTime sent) {
  for (const model::Node& node : facts_.configured) {
    static_cast<void>(list_node(node, sent));  // the next Facts try again, and say why it fails
  }
}

void Replica::update_presence(const model::Node& node, bool present) {
  cib::NodeStateUpdate update;
  update.id = std::to_string(node.id);
  update.uname = node.name;
  update.in_ccm = present;
  if (!members_.contains(node.id)) {
    update.crmd_online = false;
    update.join = "down";
  }
  cib::update_node_state(document_, update);
}

Status Replica::apply(const Facts& facts, WallTime sent) {
  facts_ = facts;
  document_.set_attribute("have-quorum", facts.quorate ? "1" : "0");
  document_.set_attribute("dc-uuid", std::to_string(facts.dc));
  Status done = Done{};
  for (const model::Node& node : facts.configured) {
    Status listed = list_node(node, sent);
    if (!listed) {
      done = std::move(listed);
    }
    const bool present = contains(facts.hosts, node.id);
    if (present) {
      known_.insert(node.id);
    }
    // A host that was never seen has no state: the scheduler treats it as unseen.
    if (known_.contains(node.id)) {
      update_presence(node, present);
    }
  }
  ++position_;
  return done;
}

}  // namespace mainstay::controller
