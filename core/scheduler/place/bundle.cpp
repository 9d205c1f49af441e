// SPDX-License-Identifier: Apache-2.0
// Bundles: containers are placed like instances of a clone, then each replica's address and
// connection near its container; the resource inside a replica may run on the replica's node only.
// Pacemaker Explained, "Bundles".
#include "core/scheduler/place/assignment.h"
#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

using model::BundleReplica;
using model::kInfinity;
using model::Resource;

/// A connection to a container on a remote node needs that node's own connection beside it.
void bind_to_host_connection(Assignment& work, const BundleReplica& replica) {
  const int host = work.assigned_node(replica.container);
  if (host < 0 || work.node(host).remote_resource < 0) {
    return;
  }
  ColocationLink link;
  link.id = "#replica-remote-with-host-remote";
  link.dependent = replica.remote;
  link.primary = work.node(host).remote_resource;
  link.score = kInfinity;
  work.colocations.add(work.state, std::move(link));
}

void assign_inner(Assignment& work, int clone, const BundleReplica& replica, bool stop_if_fail) {
  Weights& weights = work.weights(replica.child);
  for (int node = 0; node < work.node_count(); ++node) {
    if (weights.allowed[at(node)] == 0) {
      continue;
    }
    if (node != replica.node) {
      weights.score[at(node)] = -kInfinity;
    } else if (!reaches_fail_limit(work, replica.child, node)) {
      weights.score[at(node)] = kInfinity;
    }
  }
  work.of(clone).assigning = true;
  assign(work, replica.child, replica.node, stop_if_fail);
  work.of(clone).assigning = false;
}

void assign_replica(Assignment& work, int clone, const BundleReplica& replica, int prefer,
                    bool stop_if_fail) {
  if (replica.ip >= 0) {
    assign(work, replica.ip, prefer, stop_if_fail);
  }
  if (replica.remote >= 0) {
    bind_to_host_connection(work, replica);
    assign(work, replica.remote, prefer, stop_if_fail);
  }
  if (replica.child >= 0) {
    assign_inner(work, clone, replica, stop_if_fail);
  }
}

/// The clone inside may be on the replicas' nodes, and nowhere else.
void assign_bundled_clone(Assignment& work, const Resource& bundle, int prefer, bool stop_if_fail) {
  Weights& weights = work.weights(bundle.bundled);
  for (int node = 0; node < work.node_count(); ++node) {
    weights.score[at(node)] = -kInfinity;
  }
  for (const BundleReplica& replica : bundle.replicas) {
    weights.score[at(replica.node)] = 0;
  }
  assign(work, bundle.bundled, prefer, stop_if_fail);
}

}  // namespace

int assign_bundle(Assignment& work, int resource, int prefer, bool stop_if_fail) {
  const Resource& bundle = work.resource(resource);
  if (work.of(resource).assigning) {
    return -1;
  }
  work.of(resource).assigning = true;
  record_scores(work, resource, ScoreLine::Stage::bundle);
  if (!work.of(resource).assigned) {
    std::vector<int> containers;
    for (const BundleReplica& replica : bundle.replicas) {
      containers.push_back(replica.container);
    }
    sort_like_merge(containers, [&](int a, int b) { return compare_instances(work, a, b); });
    assign_instances(work, resource, containers, bundle.clone_max, bundle.clone_node_max);
    for (const BundleReplica& replica : bundle.replicas) {
      assign_replica(work, bundle.bundled, replica, prefer, stop_if_fail);
    }
    if (bundle.bundled >= 0) {
      assign_bundled_clone(work, bundle, prefer, stop_if_fail);
    }
  }
  work.of(resource).assigning = false;
  work.of(resource).assigned = true;
  return -1;
}

}  // namespace mainstay::scheduler
