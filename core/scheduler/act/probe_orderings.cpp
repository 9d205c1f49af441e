// SPDX-License-Identifier: Apache-2.0
// What else waits for probes, once edges between actions are known: starts of instances, and stops
// that a probe may turn out to make unnecessary.
#include <algorithm>

#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {
namespace {

using model::Role;
using model::Variant;

/// What is done first where this is done again; empty for all else.
std::string_view opposite_of(std::string_view task) {
  return task == task::kStart     ? task::kStop
         : task == task::kPromote ? task::kDemote
                                  : std::string_view();
}

/// "Probe, then whatever would be stopped because the probed resource starts": a probe that finds
/// it running makes those stops unnecessary.
class ProbeOrderings {
 public:
  explicit ProbeOrderings(Plan& plan) : plan_(plan) {}

  void add() {
    for (std::size_t i = 0; i < plan_.state.resources.size(); ++i) {
      for (const int probe : plan_.table.all(static_cast<int>(i), task::kMonitor)) {
        const Indices edges = plan_.table[probe].after;
        std::for_each(edges.rbegin(), edges.rend(), [&](int edge) {
          hold_starts(probe, edge);
          ++round_;
          hold_restarts(probe, plan_.table.edge(edge).then);
        });
      }
    }
    before_stops();
  }

 private:
  /// Instances that do not run yet wait for a probe that cannot run; running ones are left alone.
  void hold_starts(int probe, int edge) {
    const Edge known = plan_.table.edge(edge);
    const Action& after = plan_.table[known.then];
    if (after.resource < 0 || plan_.table[probe].runnable || after.task != task::kStart ||
        has(known.made, kFirstBlocksThen) ||
        plan_.resource(after.resource).variant < Variant::clone ||
        plan_.top(plan_.table[probe].resource) != after.resource) {
      return;
    }
    const Indices following = after.after;
    for (const int next : following) {
      const Action& then = plan_.table[plan_.table.edge(next).then];
      if (then.resource >= 0 && then.task == task::kStart && !plan_.is_active(then.resource) &&
          plan_.top(then.resource) == after.resource) {
        plan_.table.relate(probe, plan_.table.edge(next).then, kOrdered | kFirstBlocksThen);
      }
    }
  }

  void hold_restarts(int probe, int index) {
    seen_.resize(static_cast<std::size_t>(plan_.table.size()), 0);
    if (seen_[at(index)] == round_) {
      return;
    }
    seen_[at(index)] = round_;
    const int probed = plan_.table[probe].resource;
    const int whose = plan_.table[index].resource;
    const std::string_view opposite = opposite_of(plan_.table[index].task);
    if (whose >= 0 && whose != probed && !opposite.empty() &&
        plan_.resource(whose).variant == Variant::primitive) {
      for (const int undone : plan_.table.all(whose, opposite)) {
        if (!plan_.table[undone].pseudo) {
          plan_.table.relate(probe, undone, kOrdered);
        }
      }
    }
    const Indices edges = plan_.table[index].after;
    std::for_each(edges.rbegin(), edges.rend(), [&](int edge) {
      const Edge known = plan_.table.edge(edge);
      if (has(known.made, kFirstRequiresThen) ||
          is_for_member(probed, whose, plan_.table[known.then].resource)) {
        hold_restarts(probe, known.then);
      }
    });
  }

  /// Whether what a collective does may go on with this member, for a probe of something else: any,
  /// but of interleaved instances only the one that shares the node of what is probed.
  bool is_for_member(int probed, int whole, int member) const {
    if (whole < 0 || member < 0 || plan_.resource(whole).variant < Variant::group ||
        plan_.resource(probed).parent == whole || plan_.resource(member).parent != whole ||
        plan_.resource(member).variant > Variant::group) {
      return false;
    }
    const model::Resource& collective = plan_.resource(whole);
    return collective.variant == Variant::group || !collective.interleave ||
           matching_instance(plan_, probed, whole, Role::unknown, false) == member;
  }

  std::string_view task_of(const Endpoint& end) const {
    return end.action >= 0 ? plan_.table[end.action].task : end.task;
  }

  /// What goes before a stop goes after the probes of the resource that is to be stopped.
  void before_stops() {
    for (const Ordering& ordering : plan_.orderings) {
      const int first = ordering.first.resource;
      const int then = ordering.then.resource;
      // Not what a node does, such as shutting down: that waits for no probe.
      if (first < 0 || then < 0 || first == then || task_of(ordering.first) != task::kStop) {
        continue;
      }
      if (plan_.resource(first).container_index == then && ordering.then.task == task::kStop) {
        continue;
      }
      const bool placed =
          ordering.effects == kIfRequiredOnSameNode || ordering.effects == kOnSameNodeOrTarget;
      const Effects effects =
          placed ? ordering.effects
                 : kOrdered | (ordering.effects & (kUnlessMigrating | kOnSameNode));
      const Indices probes = plan_.table.all(first, task::kMonitor);
      if (probes.empty()) {
        continue;
      }
      const Indices thens = plan_.table.meant_by(ordering.then);
      for (const int probe : probes) {
        for (const int action : thens) {
          plan_.table.relate(probe, action, effects);
        }
      }
    }
  }

  Plan& plan_;
  std::vector<int> seen_;
  int round_ = 0;
};

}  // namespace

void add_probe_orderings(Plan& plan) {
  ProbeOrderings(plan).add();
}

}  // namespace mainstay::scheduler
