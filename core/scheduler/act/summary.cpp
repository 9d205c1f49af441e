// SPDX-License-Identifier: Apache-2.0
// The decisions as an administrator says them: one verb per resource, with where and why. The verb
// follows from the roles before and after and from which actions are required and can run.
#include <algorithm>

#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {
namespace {

using model::Decision;
using model::Role;
using model::Variant;

class Summariser {
 public:
  explicit Summariser(const Plan& plan) : plan_(plan) {}

  std::vector<Decision> run() {
    for (int index = plan_.table.size() - 1; index >= 0; --index) {
      decide_node(plan_.table[index]);
    }
    for (const int index : plan_.placement.top_level) {
      visit(index);
    }
    return std::move(decisions_);
  }

 private:
  void decide_node(const Action& action) {
    if (action.task == task::kFence) {
      const std::string& op = action.meta.at("stonith_action");
      const bool impossible = action.optional && op != "on" && plan_.is_unclean(action.node);
      if ((action.optional && !impossible) || action.reason.empty()) {
        return;
      }
      std::string name = plan_.node(action.node).name;
      if (plan_.is_guest(action.node)) {
        const int connection = plan_.node(action.node).remote_resource;
        const int container = plan_.resource(connection).container_index;
        name += " (resource: " + plan_.resource(container).id + ")";
      }
      decisions_.push_back({name, "Fence", op, action.reason, impossible});
    } else if (action.task == task::kShutdown) {
      decisions_.push_back({plan_.node(action.node).name, "Shutdown", "", "", false});
    }
  }

  void visit(int index) {
    const model::Resource& resource = plan_.resource(index);
    for (const model::BundleReplica& replica : resource.replicas) {
      for (const int part : {replica.ip, replica.container, replica.remote, replica.child}) {
        if (part >= 0) {
          visit(part);
        }
      }
    }
    if (resource.variant == Variant::bundle) {
      return;
    }
    if (resource.variant != Variant::primitive) {
      for (const int child : resource.children) {
        visit(child);
      }
      return;
    }
    if (plan_.managed(index)) {
      Decider(*this, index).decide();
    }
  }

  class Decider {
   public:
    Decider(Summariser& out, int index)
        : out_(out),
          plan_(out.plan_),
          index_(index),
          resource_(plan_.resource(index)),
          current_(plan_.current(index)),
          next_(plan_.home(index)),
          role_(plan_.role(index)),
          next_role_(plan_.next_role(index)) {
      if (current_ >= 0 && role_ == Role::stopped) {
        role_ = Role::started;
      }
    }

    void decide() {
      if (current_ < 0 && (next_ < 0 || resource_.removed)) {
        return;
      }
      start_ = action(task::kStart, next_);
      const bool starts = start_ != nullptr && start_->runnable;
      stop_ = action(task::kStop, starts ? current_ : -1);
      if (stop_ == nullptr && resource_.multiple_active == model::MultipleActive::stop_unexpected) {
        stop_ = action(task::kStop, -1);
      }
      moving_ = current_ >= 0 && next_ >= 0 && current_ != next_;
      reloads_ = plan_.reloading[static_cast<std::size_t>(index_)] != 0;
      if (role_ == next_role_) {
        decide_same_role();
      } else {
        decide_other_role();
      }
    }

   private:
    /// On that node (or on a node still open), the one that was wanted first; -1: on any.
    const Action* action(std::string_view name, int node) const {
      const Action* first = nullptr;
      for (const int each : plan_.table.all(index_, name)) {
        const Action& found = plan_.table[each];
        first = node < 0 || found.node < 0 || found.node == node ? &found : first;
      }
      return first;
    }

    static bool required(const Action* action) { return action != nullptr && !action->optional; }

    void decide_same_role() {
      if (next_ < 0) {
        return;
      }
      const Action* migrate = action(task::kMigrateFrom, next_);
      const Action* promote = action(task::kPromote, next_);
      const Action* demote = action(task::kDemote, next_);
      if (migrate != nullptr && current_ >= 0 && migrate->runnable) {
        add("Migrate", current_, next_, start_);
      } else if (reloads_) {
        add("Reload", current_, next_, start_);
      } else if (!required(start_)) {
        if (required(demote) && required(promote)) {
          add("Re-promote", current_, next_, promote, demote);
        }
      } else if (!start_->runnable) {
        add("Stop", current_, -1, stop_,
            stop_ == nullptr || stop_->reason.empty() ? start_ : stop_);
      } else if (moving_) {
        add(resource_.failed ? "Recover" : "Move", current_, next_, stop_);
      } else if (resource_.failed) {
        add("Recover", current_, -1, stop_);
      } else {
        add("Restart", current_, next_, start_);
      }
    }

    void decide_other_role() {
      if (stop_ != nullptr &&
          (next_role_ <= Role::stopped || (start_ != nullptr && !start_->runnable))) {
        for (const int node : resource_.running_on) {
          const Action* stop = action(task::kStop, node);
          const bool explains = stop != nullptr && !stop->reason.empty();
          add("Stop", node, -1, stop, explains ? stop : start_);
        }
      } else if (stop_ != nullptr && resource_.failed && resource_.stop_if_failed) {
        add("Recover", current_, next_, stop_, start_);
      } else if (moving_) {
        add("Move", current_, next_, stop_);
      } else if (reloads_) {
        add("Reload", current_, next_, start_);
      } else if (required(stop_)) {
        add("Restart", current_, next_, start_);
      } else if (role_ == Role::promoted) {
        add("Demote", current_, next_, action(task::kDemote, next_));
      } else if (next_role_ == Role::promoted) {
        add("Promote", current_, next_, action(task::kPromote, next_));
      } else if (role_ == Role::stopped && next_role_ > Role::stopped) {
        add("Start", current_, next_, start_);
      }
    }

    std::string details(int from, int to) const {
      const bool roles = resource_.role > Role::started || next_role_ > Role::unpromoted;
      const bool same_role = role_ == next_role_;
      const std::string now = model::role_text(role_);
      const std::string then = model::role_text(next_role_);
      const auto name = [&](int node) { return plan_.node(node).name; };
      if (from < 0) {
        return roles ? now + " -> " + then + " " + name(to) : name(to);
      }
      if (to < 0 || (same_role && from == to)) {
        return roles ? now + " " + name(from) : name(from);
      }
      if (same_role) {
        return name(from) + " -> " + name(to) + (roles ? " " + now : "");
      }
      if (from == to) {
        return now + " -> " + then + " " + name(from);
      }
      return now + " " + name(from) + " -> " + then + " " + name(to);
    }

    void add(const char* verb, int from, int to, const Action* action,
             const Action* source = nullptr) {
      if (from < 0 && to < 0) {
        return;
      }
      const Action* why = source != nullptr ? source : action;
      out_.decisions_.push_back({resource_.id, verb, details(from, to),
                                 why == nullptr ? "" : why->reason,
                                 action != nullptr && !action->runnable});
    }

    Summariser& out_;
    const Plan& plan_;
    int index_;
    const model::Resource& resource_;
    int current_;
    int next_;
    Role role_;
    Role next_role_;
    const Action* start_ = nullptr;
    const Action* stop_ = nullptr;
    bool moving_ = false;
    bool reloads_ = false;
  };

  const Plan& plan_;
  std::vector<Decision> decisions_;
};

}  // namespace

std::vector<Decision> summarise(const Plan& plan) {
  return Summariser(plan).run();
}

}  // namespace mainstay::scheduler
