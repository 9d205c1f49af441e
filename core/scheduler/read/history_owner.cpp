// SPDX-License-Identifier: Apache-2.0
// To which resource a node's history belongs: an entry of an anonymous clone goes to the instance
// that is active there, else to a free one, else to one that is too many.
#include "core/scheduler/read/fenceable.h"
#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {
namespace {

using model::Resource;
using model::Variant;

std::string_view without_instance(std::string_view id) {
  const auto colon = id.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == id.size() ||
      id.find_first_not_of("0123456789", colon + 1) != std::string_view::npos) {
    return id;
  }
  return id.substr(0, colon);
}

/// The member of an instance (or the instance itself) with this base name.
int member_named(const Reading& reading, int instance, std::string_view base) {
  const auto& resources = reading.state.resources;
  const Resource& resource = resources[static_cast<std::size_t>(instance)];
  if (resource.base == base) {
    return instance;
  }
  for (const int child : resource.children) {
    const int found = member_named(reading, child, base);
    if (found >= 0) {
      return found;
    }
  }
  return -1;
}

bool any_pending_elsewhere(Reading& reading, int resource, int node) {
  const Resource& r = reading.resource(resource);
  return r.pending_node >= 0 && r.pending_node != node;
}

/// Where an instance, or the first of its members that is active or has an action pending, is; -1:
/// nowhere.
int node_of_instance(const Reading& reading, int instance) {
  const Resource& resource = reading.state.resources[static_cast<std::size_t>(instance)];
  if (resource.children.empty()) {
    return resource.running_on.empty() ? resource.pending_node : resource.running_on.front();
  }
  for (const int child : resource.children) {
    const int node = node_of_instance(reading, child);
    if (node >= 0) {
      return node;
    }
  }
  return -1;
}

/// The member of an instance that is made for it, and is one too many.
int extra_member(Reading& reading, int clone, std::string_view base) {
  const auto number = static_cast<int>(reading.resource(clone).children.size());
  const int extra = add_clone_instance(reading, clone, number);
  for (auto i = static_cast<std::size_t>(extra); i < reading.state.resources.size(); ++i) {
    reading.state.resources[i].removed = true;
  }
  return member_named(reading, extra, base);
}

/// The member of an instance that is active there, else of a free one; -1: neither, or each that is
/// active there has its history already.
int known_or_free_member(Reading& reading, int clone, std::string_view base, int node) {
  int free = -1;
  bool taken = false;
  for (const int instance : reading.resource(clone).children) {
    const int where = node_of_instance(reading, instance);
    if (where == node) {
      const int member = member_named(reading, instance, base);
      if (member >= 0 && reading.resource(member).running_on.empty()) {
        return member;
      }
      taken = taken || member >= 0;
    } else if (where < 0 && free < 0 && !reading.resource(instance).blocked) {
      const int member = member_named(reading, instance, base);
      free = member >= 0 && any_pending_elsewhere(reading, member, node) ? -1 : member;
    }
  }
  return taken ? -1 : free;
}

int anonymous_instance(Reading& reading, int clone, std::string_view base, int node) {
  const int found = known_or_free_member(reading, clone, base, node);
  const model::NodeState& host = reading.node(node);
  // What need not be fenced may be started elsewhere: its number is wanted there. A guest is
  // recovered with its container, and no fencing is waited for.
  const bool lost = found >= 0 && (!host.online || host.unclean) &&
                    reading.resource(found).requirement < model::Requires::fencing &&
                    !is_guest(reading.state, node) &&
                    reading.resource(clone).clone_max != reading.node_count();
  return found >= 0 && !lost ? found : extra_member(reading, clone, base);
}

/// Index of the clone around a resource, -1 if none.
int clone_around(const Reading& reading, int resource) {
  int at = resource;
  while (at >= 0) {
    const Resource& r = reading.state.resources[static_cast<std::size_t>(at)];
    if (r.variant == Variant::clone) {
      return at;
    }
    at = r.parent;
  }
  return -1;
}

/// The instance inside the replica whose node this is.
int bundled_instance(const Reading& reading, int bundle, int node) {
  for (const auto& replica : reading.state.resources[static_cast<std::size_t>(bundle)].replicas) {
    if (replica.node == node) {
      return replica.child;
    }
  }
  return -1;
}

}  // namespace

int find_for_history(Reading& reading, std::string_view id, int node) {
  auto it = reading.resource_by_id.find(id);
  int exact = it == reading.resource_by_id.end() ? -1 : it->second;
  const std::string_view base = without_instance(id);
  if (exact < 0) {
    it = reading.resource_by_id.find(std::string(base) + ":0");
    exact = it == reading.resource_by_id.end() ? -1 : it->second;
    if (exact < 0) {
      return -1;
    }
    const int clone = clone_around(reading, exact);
    if (clone < 0 || reading.resource(clone).unique) {
      return -1;
    }
  }
  if (reading.resource(exact).variant != Variant::primitive) {
    return -1;
  }
  const int clone = clone_around(reading, exact);
  if (clone >= 0 && !reading.resource(clone).unique) {
    const int around = reading.resource(clone).parent;
    return around >= 0 ? bundled_instance(reading, around, node)
                       : anonymous_instance(reading, clone, base, node);
  }
  return exact;
}

}  // namespace mainstay::scheduler
