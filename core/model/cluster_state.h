// SPDX-License-Identifier: Apache-2.0
// What a CIB says, as typed values: options, nodes, resources with their current state,
// constraints. Made by core/scheduler/read/reader.h, read by the scheduler and the status text.
// Nodes and resources are named by their index in the vectors here; -1 means none.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/model/agent_name.h"
#include "core/model/score.h"
#include "core/model/values.h"

namespace mainstay::model {

/// In this order: a greater role is more active.
enum class Role { unknown, stopped, started, unpromoted, promoted };
enum class Variant { primitive, group, clone, bundle };
enum class QuorumPolicy { stop, freeze, ignore, demote, fence };
/// In this order: the strongest seen failure wins.
enum class OnFail {
  ignore,
  demote,
  restart,
  reset_remote,
  restart_container,
  ban,
  block,
  stop,
  standby,
  fence
};
enum class Requires { nothing, quorum, fencing, unfencing };
enum class MultipleActive { stop_start, stop_only, block, stop_unexpected };

struct ClusterOptions {
  bool fencing_enabled = true;
  bool symmetric = true;
  bool maintenance_mode = false;
  bool start_failure_is_fatal = true;
  bool startup_fencing = true;
  bool stop_all_resources = false;
  bool stop_removed_resources = true;
  bool remove_after_stop = false;
  bool cancel_removed_actions = true;
  bool concurrent_fencing = true;
  bool startup_probes = true;
  bool shutdown_lock = false;
  bool have_quorum = false;
  bool have_watchdog = false;
  bool have_fencing_device = false;
  bool have_unfencing = false;
  bool have_remotes = false;
  QuorumPolicy quorum_policy = QuorumPolicy::stop;
  Duration fencing_timeout{60'000};
  std::string fencing_action = "reboot";
  std::string placement_strategy = "default";
  std::string dc_id;
  std::string feature_set;
  std::string cluster_name;
  std::string health_strategy;
  int health_base = 0;
  int health_red = 0;
  int health_yellow = 0;
  int health_green = 0;
  Duration node_pending_timeout{0};
  Duration shutdown_lock_limit{0};
  Duration priority_fencing_delay{0};
};

/// One lrm_rsc_op. There is one for each resource and node, so its texts, and those of
/// HistoryResource, are views into the CIB's tree: it must outlive whoever reads them.
struct HistoryEntry {
  std::string_view id;
  std::string_view key;  ///< RESOURCE_TASK_INTERVAL, as its node names the resource
  std::string_view task;
  Duration interval{0};
  int rc = 0;
  int status = 0;
  int call_id = 0;
  int expected_rc = -1;
  std::int64_t last_change = 0;  ///< seconds, 0: unknown
  int exec_time = -1;            ///< how long it ran, milliseconds; -1: unknown
  int queue_time = -1;           ///< how long it waited before
  bool forgotten = false;        ///< a recurring failure that expired: to be started anew
  std::string_view exit_reason;
  std::string_view magic;
  std::string_view digest;
  std::string_view restart_digest;
  std::optional<std::string_view> restart_parameters;  ///< none: all of them
  std::string_view secure_digest;
  std::string_view secure_parameters;
  std::string_view feature_set;  ///< of whoever recorded it
  std::string_view migrate_source;
  std::string_view migrate_target;
};

/// One lrm_resource of a node, operations in the order in which they were done.
struct HistoryResource {
  std::string_view id;
  std::string_view standard;  ///< of the agent, as provider and type
  std::string_view provider;
  std::string_view type;
  std::string_view container;
  std::vector<HistoryEntry> entries;
  std::vector<int> resources;  ///< the resource (instance) that it was attached to
};

enum class NodeType { member, remote };
/// The worst of a node's #health… attributes, where a health strategy looks at them.
enum class Health { red, yellow, green };

struct NodeState {
  std::string id;
  std::string name;
  NodeType type = NodeType::member;
  int remote_resource = -1;  ///< connection resource of a remote or guest node
  Values attributes;         ///< permanent and transient, with #uname, #id, #kind, …
  Values utilization;
  std::map<std::string, int> fail_counts;             ///< "RSC#OP_INTERVAL" -> count
  std::map<std::string, std::int64_t> last_failures;  ///< same keys, seconds
  std::map<std::string, std::string> digests;
  bool online = false;
  bool unclean = false;
  bool pending = false;
  bool standby = false;
  bool standby_on_fail = false;
  bool maintenance = false;
  bool shutdown = false;
  bool unseen = true;
  bool expected_up = false;
  bool is_dc = false;
  bool history_known = false;
  bool rsc_discovery = true;
  bool remote_requires_reset = false;
  bool remote_maintenance = false;
  bool remote_was_fenced = false;
  bool configured = false;  ///< has an element in <nodes>
  bool of_removed = false;  ///< a remote node whose connection was removed from the configuration
  bool of_bundle = false;   ///< allowed for what is in its replica only
  Health health = Health::green;
  int priority = 0;
  int base_score = 0;        ///< with which every resource starts there
  std::string fence_reason;  ///< not empty: the node is to be fenced
  int fence_order = -1;      ///< in which place it was found
  std::vector<int> running;  ///< primitives
  std::vector<HistoryResource> history;
};

/// A configured (or implied) operation.
struct Operation {
  std::string id;
  std::string name;
  Duration interval{0};
  bool enabled = true;
  Values meta;        ///< op_defaults and the op's own, resolved
  Values parameters;  ///< its own instance attributes
};

/// By task.
using OperationDefaults = std::map<std::string, Values, std::less<>>;

/// Instance attributes may depend on the node by rules.
struct Parameters {
  Values common;
  std::map<int, Values> by_node;
  const Values& on(int node) const {
    const auto it = by_node.find(node);
    return it == by_node.end() ? common : it->second;
  }
};

/// What a bundle consists of, once per replica; -1: there is none.
struct BundleReplica {
  int container = -1;
  int ip = -1;
  int remote = -1;  ///< the connection to `node`
  int child = -1;   ///< the instance inside
  int node = -1;
  std::string address;
};

struct Resource {
  std::string id;    ///< with ":N" for an instance of a clone
  std::string base;  ///< without it
  Variant variant = Variant::primitive;
  int parent = -1;
  std::vector<int> children;
  AgentName agent;
  Values meta;           ///< resolved
  Values explicit_meta;  ///< of a collective: what the element itself says
  Values utilization;
  Parameters parameters;
  std::vector<Operation> operations;
  /// op_defaults for what is not configured; instances, and all resources if no rule tells them
  /// apart, share them. Null: there are none.
  std::shared_ptr<const OperationDefaults> operation_defaults;

  bool unique = false;
  bool promotable = false;
  bool notify = false;
  bool ordered = false;     ///< clone: instances start in order; group: members do
  bool colocated = true;    ///< group
  bool interleave = false;  ///< clone
  bool managed = true;
  bool blocked = false;
  bool failed = false;
  bool stop_if_failed = false;
  bool removed = false;  ///< known from history only
  bool removed_filler = false;
  bool critical = true;
  bool maintenance = false;
  bool failure_ignored = false;
  bool start_pending = false;
  bool allow_migrate = false;
  bool exclusive_discovery = false;
  bool is_remote = false;
  bool container_nested = false;

  int priority = 0;
  int stickiness = 0;
  int migration_threshold = kInfinity;
  Duration failure_timeout{0};
  Duration remote_reconnect{0};
  MultipleActive multiple_active = MultipleActive::stop_start;
  Requires requirement = Requires::quorum;
  bool provides_unfencing = false;
  std::string container;  ///< of a guest's connection
  int container_index = -1;
  int remote_node = -1;      ///< the node that a connection resource stands for
  std::vector<int> fillers;  ///< what lives in this container
  std::string history_id;    ///< the name under which a history knew it last

  std::vector<BundleReplica> replicas;  ///< bundle
  std::string image;                    ///< bundle
  int bundled = -1;                     ///< bundle: the clone inside
  int contained = -1;                   ///< replica's container: the instance inside
  bool is_bundle_container = false;

  int clone_max = 1;
  int clone_node_max = 1;
  int clone_min = 0;
  int promoted_max = 0;
  int promoted_node_max = 0;

  Role role = Role::unknown;
  Role next_role = Role::unknown;  ///< as far as reading limits it (target-role, failures)
  Role target_role = Role::unknown;
  /// Collectives name a node once for each member there that is not managed.
  std::vector<int> running_on;
  std::vector<char> known_on;  ///< by node
  std::vector<int> dangling_migrations;
  int partial_migration_source = -1;
  int partial_migration_target = -1;
  std::string pending_task;
  Duration pending_interval{0};
  int pending_node = -1;
  int lock_node = -1;
  std::int64_t lock_time = 0;
};

struct LocationConstraint {
  std::string id;
  int resource = -1;
  Role role = Role::unknown;
  std::string discovery = "always";
  std::vector<std::pair<int, int>> nodes;  ///< node, score
};

struct ColocationConstraint {
  std::string id;
  int dependent = -1;
  int primary = -1;
  Role dependent_role = Role::unknown;
  Role primary_role = Role::unknown;
  int score = 0;
  std::string node_attribute = "#uname";
  bool influence = true;
};

enum class OrderKind { optional, mandatory, serialize };

/// "first" then "then"; sets are resolved into pairs and placeholders by the reader.
struct OrderConstraint {
  std::string id;
  int first = -1;
  int then = -1;
  std::string first_task = "start";
  std::string then_task = "start";
  OrderKind kind = OrderKind::mandatory;
  bool symmetrical = true;
  bool require_all = true;
};

/// One resource_set of an ordering.
struct OrderSet {
  std::string id;
  std::vector<int> resources;
  bool sequential = true;   ///< its resources one after the other
  bool ends_count = false;  ///< neighbouring sets are ordered with its ends only, not with each
  bool require_all = true;
  std::string task = "start";
  OrderKind kind = OrderKind::mandatory;
  bool symmetrical = true;
};
struct OrderSetConstraint {
  std::string id;
  OrderKind kind = OrderKind::mandatory;
  bool symmetrical = true;
  std::vector<OrderSet> sets;
};

struct Ticket {
  std::string id;
  bool granted = false;
  bool standby = false;
  std::int64_t last_granted = -1;
};
struct TicketConstraint {
  std::string id;
  int resource = -1;
  std::string ticket;
  Role role = Role::unknown;
  OnFail loss_policy = OnFail::stop;  ///< stop, demote, fence, ignore (= freeze)
};

/// A failed operation as status lists it.
struct FailedOperation {
  int resource = -1;
  int node = -1;
  std::string task;
  Duration interval{0};
  int rc = 0;
  int status = 0;
  int call_id = 0;
  std::int64_t last_change = 0;  ///< seconds, 0: unknown
  std::string exit_reason;
  std::string id;
  std::string key;  ///< as HistoryEntry's, which may be empty; and its times
  int exec_time = -1;
  int queue_time = -1;
};

/// A constraint that orders actions, by its place in `orders`, `order_sets` or `colocations`.
struct OrderSource {
  enum class Kind { pair, sets, apart };
  Kind kind = Kind::pair;
  int index = -1;
};

/// Something that reading the history already decided.
struct HistoryDemand {
  enum class Kind { stop, demote, clear_failcount, clear_history };
  Kind kind = Kind::stop;
  int resource = -1;
  int node = -1;
  std::string reason;
  bool optional = false;  ///< a later entry made it needless; it only counts if something else asks
};

struct ClusterState {
  WallTime now;
  bool execution_date = false;  ///< now was taken from the CIB
  ClusterOptions options;
  std::vector<NodeState> nodes;  ///< in natural order of their names
  std::vector<Resource> resources;
  std::vector<int> top_level;                         ///< by priority, then in the CIB's order
  std::vector<LocationConstraint> history_locations;  ///< bans that come from histories
  std::vector<LocationConstraint> locations;
  std::vector<ColocationConstraint> colocations;
  std::vector<OrderSource> order_sequence;  ///< in the CIB's order
  std::vector<OrderConstraint> orders;
  std::vector<OrderSetConstraint> order_sets;
  std::map<std::string, Ticket> tickets;
  std::vector<TicketConstraint> ticket_constraints;
  std::vector<FailedOperation> failed_operations;
  std::vector<HistoryDemand> demands;
  std::vector<std::string> problems;  ///< of the configuration, crm_verify's words
  std::optional<WallTime> recheck_at;
  std::map<std::string, std::vector<std::string>> tags;

  int find_resource(const std::string& id) const;
  int find_node(std::string_view name_or_id) const;
  /// The outermost resource that holds this one.
  int top_of(int resource) const;
};

const char* role_text(Role role);
Role parse_role(const std::string& text);

}  // namespace mainstay::model
