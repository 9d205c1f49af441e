// SPDX-License-Identifier: Apache-2.0
// 2.1.5: an instance that would rather be elsewhere than where it runs is put off until the others
// have their places, and no place is kept for it. If every node gets an instance, only mandatory
// colocations and repulsions count. What is put off takes over its clone's colocations twice; a
// group that is put off keeps the place that it was tried on, and nobody counts it there.
#include <algorithm>

#include "core/scheduler/place/assignment.h"
#include "core/scheduler/place/colocation_order.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;

class Distribution {
 public:
  Distribution(Assignment& work, int collective, int maximum, int per_node)
      : work_(work),
        collective_(collective),
        counts_(work.instances[at(collective)]),
        maximum_(maximum),
        per_node_(per_node) {
    std::fill(counts_.begin(), counts_.end(), 0);
    int available = 0;
    for (int node = 0; node < work.node_count(); ++node) {
      available += allows(node) && work.is_available(node) ? 1 : 0;
    }
    optimum_ = available > 0 ? std::max(1, maximum / available) : 1;
    all_colocations_ = maximum < available;
  }

  void run(const std::vector<int>& instances) {
    for (const int instance : instances) {
      if (assigned_ < maximum_ && can_stay(instance) &&
          place(instance, current_node(work_, instance)) >= 0) {
        ++assigned_;
      }
    }
    for (const int instance : instances) {
      if (work_.of(instance).assigned) {
        continue;
      }
      if (assigned_ >= maximum_) {
        add_score(work_, instance, -1, -kInfinity, ScoreReason::Kind::limit,
                  work_.resource(collective_).id);
      } else if (place(instance, -1) >= 0) {
        ++assigned_;
      }
    }
  }

 private:
  bool allows(int node) const { return work_.weights(collective_).allowed[at(node)] != 0; }

  bool can_stay(int instance) const {
    const int node = current_node(work_, instance);
    return node >= 0 && !work_.of(instance).assigned && !work_.resource(instance).failed &&
           work_.is_available(node) && work_.late_score(node) >= 0 &&
           !(allows(node) && counts_[at(node)] >= optimum_);
  }

  void insert(int ColocationLink::*end, Links& list, int link) const {
    const auto priority_of = [&](int resource) { return work_.priority[at(resource)]; };
    insert_sorted(work_.state, work_.colocations.links, end, priority_of, list, link);
  }

  void take_over_colocations(int instance) {
    Colocations& all = work_.colocations;
    for (const int link : all.with_others[at(collective_)]) {
      const int score = all[link].score;
      if (all_colocations_ || score < 0 || score >= kInfinity) {
        insert(&ColocationLink::primary, all.with_others[at(instance)], link);
      }
    }
    for (const int link : all.with_this[at(collective_)]) {
      if ((all_colocations_ || all[link].score < 0) && has_influence(work_, all[link], instance)) {
        insert(&ColocationLink::dependent, all.with_this[at(instance)], link);
      }
    }
  }

  void ban(int instance, int node) {
    if (work_.weights(instance).allowed[at(node)] != 0) {
      work_.weights(instance).score[at(node)] = -kInfinity;
    }
    for (const int child : work_.children(instance)) {
      ban(child, node);
    }
  }

  void ban_full_nodes(int instance) {
    for (int node = 0; node < work_.node_count(); ++node) {
      if (work_.resource(instance).removed || !work_.is_available(node) || !allows(node) ||
          work_.weights(collective_).score[at(node)] < 0 || counts_[at(node)] >= per_node_) {
        ban(instance, node);
      }
    }
  }

  int place(int instance, int prefer) {
    if (work_.of(instance).assigned || work_.of(instance).assigning) {
      return -1;
    }
    take_over_colocations(instance);
    if (prefer >= 0 && (work_.weights(instance).allowed[at(prefer)] == 0 ||
                        work_.weights(instance).score[at(prefer)] < 0)) {
      return -1;
    }
    ban_full_nodes(instance);
    const Weights before = work_.weights(instance);
    const int chosen = assign(work_, instance, prefer, true);
    if (chosen >= 0 && prefer >= 0 && chosen != prefer) {
      work_.weights(instance) = before;
      if (work_.children(instance).empty()) {
        unassign(work_, instance);
      }
      return -1;
    }
    if (chosen >= 0 && allows(chosen)) {
      ++counts_[at(chosen)];
    }
    return chosen;
  }

  Assignment& work_;
  const int collective_;
  std::vector<int>& counts_;
  const int maximum_;
  const int per_node_;
  int optimum_ = 1;
  bool all_colocations_ = false;
  int assigned_ = 0;
};

}  // namespace

void assign_instances(Assignment& work, int collective, const std::vector<int>& instances,
                      int maximum, int per_node) {
  Distribution(work, collective, maximum, per_node).run(instances);
}

}  // namespace mainstay::scheduler
