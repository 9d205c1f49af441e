// SPDX-License-Identifier: Apache-2.0
// What controllers say to each other through the cluster's total order, and its wire form (CBOR).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/cib/document.h"
#include "core/model/agent_name.h"
#include "core/model/operation.h"
#include "core/model/values.h"
#include "core/model/view.h"

namespace mainstay::controller {

/// Raised when the wire form changes; messages of another version are refused with a reason.
inline constexpr int kWireVersion = 5;

/// What a member knows, sent when a view brings somebody new. `ballot` orders rounds: a higher one
/// replaces a lower one, equal ones belong together. `view` names the view it was made in.
struct Offer {
  std::uint64_t ballot = 0;
  std::uint64_t view = 0;
  std::string name;
  std::string session;  ///< the session of this member if it joins with somebody else's state
  std::vector<std::uint32_t> standing;  ///< empty: not part of a running cluster
  bool quorate = false;                 ///< its cluster had quorum before this view
  cib::Version version;
  std::uint64_t state_digest = 0;  ///< equal digests: equal replicas
};

/// A whole replica for those who joined in the round of that id.
struct Snapshot {
  std::uint64_t round = 0;
  std::string replica;
};

struct EditCib {
  std::uint64_t request = 0;  ///< of the sender's client; 0: nobody waits
  cib::Change change;
  cib::Origin origin;
};
struct SwapCib {
  std::uint64_t request = 0;
  std::string xml;
  cib::Origin origin;
};

/// One action that a node is told to do. `key` is Pacemaker's transition key and unique.
struct OrderedAction {
  std::string key;
  std::string node;
  std::string resource;
  std::string task;
  model::AgentName agent;
  Duration interval{0};
  Duration timeout{0};
  std::string on_fail;
  model::Values parameters;
  model::Values meta;
  bool operator==(const OrderedAction&) const = default;
};
struct RunActions {
  std::vector<OrderedAction> actions;
};

/// The end of an ordered action, or a changed result of a recurring one. `action.node` ran it.
struct OperationResult {
  OrderedAction action;
  std::int64_t call_id = 0;
  int rc = 0;
  model::OperationStatus status = model::OperationStatus::done;
  std::string exit_reason;
  Duration took{0};
  Duration queued{0};
  bool watched = false;  ///< recurring: its agent tells of changes, too
};
/// A recurring operation was ended as ordered.
struct OperationCancelled {
  std::string key;  ///< of the cancel action
  std::string node;
  std::string resource;
  std::string operation;
  Duration interval{0};
};
/// The DC gave up waiting for an answer.
struct OperationLost {
  std::string key;
};

/// A transient attribute of a node; no value: it is deleted. One that is private stays so as long
/// as a node has it.
struct NodeAttribute {
  std::string node;
  std::string name;
  std::optional<std::string> value;
  std::uint64_t request = 0;  ///< of the sender's client that wants it; 0: the node's own agents do
  bool is_private = false;
};

/// The sender wants to leave in order: its resources are to be stopped first.
struct ShutdownNode {};
/// The sender's last word: it has nothing left to do.
struct Leaving {};

/// What the DC knows from its view; replicas take it from here and not from their own views, whose
/// quorum may change at another place of the order.
struct Facts {
  std::uint32_t dc = 0;
  bool quorate = false;
  std::vector<model::Node> hosts;
  std::vector<model::Node> configured;
  bool operator==(const Facts&) const = default;
};

/// How the DC's last plan stands. `position`: the replica's position that it had seen.
struct PlanReport {
  std::uint64_t position = 0;
  bool idle = false;
  std::vector<std::string> blocked;
  bool operator==(const PlanReport&) const = default;
};

using Message =
    std::variant<Offer, Snapshot, EditCib, SwapCib, RunActions, OperationResult, OperationCancelled,
                 OperationLost, NodeAttribute, ShutdownNode, Leaving, Facts, PlanReport>;

/// `session` is the sender's; messages of another session than the replica knows are void.
struct Envelope {
  std::string session;
  WallTime sent;
  Message message;
};

std::string encode(const Envelope& envelope);
/// Errors: invalid_input names what is wrong; unsupported for another wire version.
Result<Envelope> decode(std::string_view bytes);

/// 64-bit FNV-1a: names views, rounds and replicas. Not a defence against forgery.
std::uint64_t fingerprint(std::string_view bytes, std::uint64_t seed = 14695981039346656037ULL);

}  // namespace mainstay::controller
