// SPDX-License-Identifier: Apache-2.0
// Actions on a remote or guest node go over a connection: after its start, before its stop. Where
// the connection cannot come back, what runs there is stopped by fencing the node; what runs in a
// container that failed is gone with it.
#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {
namespace {

enum class Connection {
  alive,
  resting,  ///< where it was is gone; it may be made again from elsewhere
  unknown,  ///< nowhere now, but it may be made
  failed,
  stopped,  ///< cleanly, and for good
};

/// Either half of a migration goes over the connection as it is, like a stop.
bool leaves(const Action& action) {
  return action.task == task::kStop || action.task == task::kMigrateTo ||
         action.task == task::kMigrateFrom;
}

class RemoteOrderings {
 public:
  explicit RemoteOrderings(Plan& plan) : plan_(plan) {}

  void add() {
    for (int index = plan_.table.size() - 1; index >= 0; --index) {
      const Action& action = plan_.table[index];
      if (action.resource < 0) {
        continue;
      }
      if (plan_.resource(action.resource).is_remote && action.task == task::kClearFailcount) {
        plan_.order({index, -1, {}}, {-1, action.resource, task::kStart}, kOrdered);
        continue;
      }
      if (action.node < 0 || action.pseudo || plan_.node(action.node).remote_resource < 0) {
        continue;
      }
      add(index);
    }
  }

 private:
  void add(int index) {
    const Action& action = plan_.table[index];
    const int connection = plan_.node(action.node).remote_resource;
    const int node = action.node;
    if (action.task == task::kStart) {
      const std::vector<int> own = plan_.table.of(action.resource);
      for (const int other : own) {
        if (plan_.table[other].task == task::kStop && plan_.table[other].node != node) {
          plan_.order({-1, connection, task::kStart}, {other, -1, {}}, kOrdered);
        }
      }
    }
    if (plan_.resource(connection).container_index >= 0) {
      add_on_guest(index, connection);
    } else {
      add_on_remote(index, connection);
    }
  }

  void after_start(int first, int action, Effects more) {
    plan_.order({-1, first, task::kStart}, {action, -1, {}},
                kGuestAllowed | kFirstBlocksThen | more);
  }
  void before_stop(int action, int then, Effects more) {
    plan_.order({action, -1, {}}, {-1, then, task::kStop}, kGuestAllowed | more);
  }

  void add_on_guest(int index, int connection) {
    const Action& action = plan_.table[index];
    const int container = plan_.resource(connection).container_index;
    const bool failed = plan_.resource(container).failed;
    if (failed) {
      plan_.demand_fencing(action.node, "container failed");
    }
    if (action.task == task::kStart || action.task == task::kPromote) {
      after_start(container, index, kFirstRequiresThen);
      after_start(connection, index, kNone);
    } else if (leaves(action) || action.task == task::kDemote) {
      if (!failed) {
        before_stop(index, connection, kNone);
      }
    } else if (action.task != task::kCancel) {
      // What is cancelled runs already; a connection that does not start must not hold it up.
      after_start(connection, index, action.interval > Duration(0) ? kFirstRequiresThen : kNone);
    }
  }

  Connection state_of(int node) const {
    const int connection = plan_.node(node).remote_resource;
    const model::Resource& resource = plan_.resource(connection);
    const int host = plan_.current(connection);
    const bool stops = plan_.next_role(connection) <= model::Role::stopped;
    if (stops || plan_.home(connection) < 0) {
      if (host >= 0 && plan_.is_unclean(host)) {
        return Connection::failed;
      }
      if (!resource.failed) {
        return Connection::stopped;
      }
      const model::NodeState& remote = plan_.node(node);
      const bool waits = stops && resource.remote_reconnect > Duration(0) &&
                         remote.remote_was_fenced && !remote.shutdown;
      return waits ? Connection::unknown : Connection::failed;
    }
    if (host < 0) {
      return Connection::unknown;
    }
    const bool migrating = resource.running_on.size() > 1 &&
                           resource.partial_migration_source >= 0 &&
                           plan_.is_half_migrated(connection);
    if (plan_.is_unclean(host) || !plan_.is_online(host) || migrating) {
      return Connection::resting;
    }
    return Connection::alive;
  }

  void add_on_remote(int index, int connection) {
    const Action& action = plan_.table[index];
    const int node = action.node;
    const Connection state = state_of(node);
    if (action.task == task::kStart || action.task == task::kPromote) {
      after_start(connection, index, state == Connection::failed ? kFirstRequiresThen : kNone);
    } else if (leaves(action)) {
      if (state == Connection::failed) {
        plan_.demand_fencing(node, "resources are active but connection is unrecoverable");
      } else if (state == Connection::alive ||
                 plan_.next_role(connection) <= model::Role::stopped) {
        before_stop(index, connection, kThenRequiresFirst);
      } else {
        after_start(connection, index, kNone);
      }
    } else if (action.task == task::kDemote) {
      if (state == Connection::resting || state == Connection::unknown) {
        after_start(connection, index, kNone);
      }
    } else if (action.interval > Duration(0)) {
      after_start(connection, index, kFirstRequiresThen);
    } else {
      if (action.task == task::kMonitor && state == Connection::failed) {
        plan_.demand_fencing(node,
                             "resources are in unknown state and connection is unrecoverable");
      }
      if (plan_.current(connection) >= 0 && state == Connection::stopped) {
        before_stop(index, connection, kFirstBlocksThen);
      } else {
        after_start(connection, index, kNone);
      }
    }
  }

  Plan& plan_;
};

}  // namespace

void add_remote_orderings(Plan& plan) {
  bool any = false;
  for (const model::NodeState& node : plan.state.nodes) {
    any = any || node.remote_resource >= 0;
  }
  if (any) {
    RemoteOrderings(plan).add();
  }
}

}  // namespace mainstay::scheduler
