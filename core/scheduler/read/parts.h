// SPDX-License-Identifier: Apache-2.0
// The steps of reading a CIB, one file each. Private to this folder.
#pragma once

#include <string>

#include "core/scheduler/read/xml.h"

namespace mainstay::scheduler {

/// What the steps share while one CIB is read.
struct Reading {
  explicit Reading(pugi::xml_node root)
      : cib(root),
        ids(root.child("configuration")),
        resource_defaults(root.child("configuration").child("rsc_defaults"), ids),
        operation_defaults(root.child("configuration").child("op_defaults"), ids) {}
  pugi::xml_node cib;
  IdIndex ids;
  Defaults resource_defaults;
  Defaults operation_defaults;
  std::shared_ptr<const model::OperationDefaults> shared_operation_defaults;  ///< once needed
  model::ClusterState state;
  std::map<std::string, int, std::less<>> resource_by_id;
  std::map<std::string, int> node_by_name;
  std::vector<int> containers_to_stop;
  pugi::xml_document expanded;  ///< primitives merged with their templates

  pugi::xml_node configuration() const { return cib.child("configuration"); }
  model::Resource& resource(int index) { return state.resources[static_cast<std::size_t>(index)]; }
  model::NodeState& node(int index) { return state.nodes[static_cast<std::size_t>(index)]; }
  int node_count() const { return static_cast<int>(state.nodes.size()); }
  std::int64_t now_seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(state.now.time_since_epoch()).count();
  }
  RuleContext rules() {
    RuleContext context;
    context.now = state.now;
    context.recheck_at = &state.recheck_at;
    return context;
  }
};

/// A connection that a guest or a bundle's replica implies.
struct RemoteConnection {
  std::string node;
  std::string container;
  std::string address;
  std::string port;
  std::string start_timeout;
  std::string allow_migrate;
  std::string is_managed;
};

void read_options(Reading& reading);
void read_nodes(Reading& reading);
void read_resources(Reading& reading);
void read_requirements(Reading& reading);
/// Of those that were added later: from this index on.
void read_requirements_from(Reading& reading, std::size_t first);
void read_tags_and_tickets(Reading& reading);
/// Whose node_state this is; -1: nobody's, or it has no id, and so does not count.
int node_of_state(const Reading& reading, pugi::xml_node state);
/// Transient attributes and online status of every node.
void read_node_states(Reading& reading);
void read_histories(Reading& reading);
void apply_node_health(Reading& reading);
void read_constraints(Reading& reading);
/// One rsc_order.
void read_order(Reading& reading, pugi::xml_node xml);

/// A copy of a primitive with what it takes over from its template; itself if it has none.
pugi::xml_node merge_template(Reading& reading, pugi::xml_node primitive);
/// Builds a resource element and everything in it; its index.
int build_resource(Reading& reading, pugi::xml_node xml, int parent);
/// The element's own attributes, but for those that are no meta attributes.
void add_attributes(pugi::xml_node xml, std::initializer_list<std::string_view> others,
                    model::Values& into);
void read_operations(Reading& reading, pugi::xml_node xml, model::Resource& resource);
/// Why the element makes no bundle, and so no resource at all; empty: it does.
std::string fault_of_bundle(pugi::xml_node xml);
/// Adds what the bundle element implies to the bundle's resource.
void build_bundle(Reading& reading, pugi::xml_node xml, int index);
std::vector<std::string> bundle_node_names(pugi::xml_node xml);

/// Adds the nodes that connection resources, guests and bundles stand for.
void add_remote_nodes(Reading& reading);
pugi::xml_node connection_element(Reading& reading, const RemoteConnection& connection);
void add_guest_connections(Reading& reading);
/// Joins a connection resource and its node.
void link_connection(Reading& reading, int index);
void link_containers(Reading& reading);
/// Online or not, once the connection's history is known.
void judge_remote_node(Reading& reading, int index);
void read_remote_state(Reading& reading, int index, pugi::xml_node state);
void read_transient(Reading& reading, int node, pugi::xml_node state);

/// Adds one more instance to a clone, or a resource known from history only.
int add_clone_instance(Reading& reading, int clone, int number);
/// What a constraint means by a name; what an anonymous clone holds can be named once a history
/// knows it, and stands for the clone. -1: nothing.
int constrained_resource(const Reading& reading, const std::string& name);
/// The same for a name that may be a tag's or a template's, which stand for their resources.
std::vector<int> constrained_resources(const Reading& reading, const std::string& name);
/// The resource that a history of this name on this node belongs to; -1: none that is configured.
int find_for_history(Reading& reading, std::string_view id, int node);
int add_removed_resource(Reading& reading, const std::string& id, const model::AgentName& agent);

/// The configured operation, an enabled one first; null: none.
const model::Operation* find_operation(const model::Resource& resource, std::string_view task,
                                       Duration interval);
/// Resolved meta attributes of an operation, configured or not.
const model::Values& operation_meta(const model::Resource& resource, std::string_view task,
                                    Duration interval);

/// Marks a node for fencing.
void demand_fencing(model::ClusterState& state, int node, const std::string& reason);

/// Puts -INFINITY (or another score) for a resource on a node, or on all nodes (-1).
void add_location(model::ClusterState& state, int resource, int node, int score,
                  const std::string& why);

}  // namespace mainstay::scheduler
