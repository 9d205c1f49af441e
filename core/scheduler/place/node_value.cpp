// SPDX-License-Identifier: Apache-2.0
// By which value of an attribute a colocation knows a node. What runs in a bundle knows the
// bundle's nodes by the hosts that were chosen for their containers, as others can be beside those
// only; and all guests, with container-attribute-target=host. Pacemaker Explained, "Bundles".
#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
namespace {

/// What runs in the containers of a bundle, unlike those and their connections.
bool is_inside_bundle(const Assignment& work, int resource) {
  const model::Resource& top = work.resource(top_of(work, resource));
  return top.parent >= 0 && top.variant == model::Variant::clone;
}

}  // namespace

bool colocates_by_host(const Assignment& work, int resource) {
  return work.reads_host[at(resource)] != 0 || is_inside_bundle(work, resource);
}

const std::string& node_value(const Assignment& work, int node, const std::string& attribute,
                              int resource) {
  static const std::string none;
  if (work.is_guest(node) && (work.reads_host[at(resource)] != 0 ||
                              (work.node(node).of_bundle && is_inside_bundle(work, resource)))) {
    node = host_of(work, node, false);
    if (node < 0) {
      return none;
    }
  }
  return own_value(work, node, attribute);
}

}  // namespace mainstay::scheduler
