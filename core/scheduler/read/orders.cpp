// SPDX-License-Identifier: Apache-2.0
// Order constraints as values: kinds Optional, Mandatory and Serialize (or a score), symmetrical
// unless Serialize; resource sets stay sets.
#include <algorithm>

#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {
namespace {

using model::OrderKind;

OrderKind read_kind(pugi::xml_node xml, OrderKind fallback) {
  const std::string kind = attr(xml, "kind");
  if (kind == "Mandatory") {
    return OrderKind::mandatory;
  }
  if (kind == "Optional") {
    return OrderKind::optional;
  }
  if (kind == "Serialize") {
    return OrderKind::serialize;
  }
  if (xml.attribute("score")) {
    return parse_score(attr(xml, "score")) == 0 ? OrderKind::optional : OrderKind::mandatory;
  }
  return fallback;
}

bool read_symmetry(pugi::xml_node xml, OrderKind kind, bool fallback) {
  if (kind == OrderKind::serialize) {
    return false;
  }
  return xml.attribute("symmetrical") ? is_true(attr(xml, "symmetrical")) : fallback;
}

std::string task_or(pugi::xml_node xml, const char* name, const std::string& fallback) {
  const std::string text = attr(xml, name);
  return text.empty() ? fallback : text;
}

model::OrderSetConstraint without_sets(pugi::xml_node xml) {
  model::OrderSetConstraint constraint;
  constraint.id = attr(xml, "id");
  constraint.kind = read_kind(xml, OrderKind::mandatory);
  constraint.symmetrical = read_symmetry(xml, constraint.kind, true);
  return constraint;
}

void add(Reading& reading, model::OrderSetConstraint constraint) {
  reading.state.order_sequence.push_back(
      {model::OrderSource::Kind::sets, static_cast<int>(reading.state.order_sets.size())});
  reading.state.order_sets.push_back(std::move(constraint));
}

void read_sets(Reading& reading, pugi::xml_node xml) {
  model::OrderSetConstraint constraint = without_sets(xml);
  for (const pugi::xml_node raw : xml.children("resource_set")) {
    const pugi::xml_node node = reading.ids.resolve(raw);
    model::OrderSet set;
    set.id = attr(node, "id");
    set.kind = read_kind(node, constraint.kind);
    set.symmetrical = read_symmetry(node, set.kind, constraint.symmetrical);
    set.ends_count = is_true(attr(node, "sequential"));
    set.sequential = !node.attribute("sequential") || set.ends_count;
    set.require_all = !node.attribute("require-all") || is_true(attr(node, "require-all"));
    set.task = task_or(node, "action", "start");
    for (const pugi::xml_node ref : node.children("resource_ref")) {
      for (const int resource : constrained_resources(reading, attr(ref, "id"))) {
        set.resources.push_back(resource);
      }
    }
    if (!set.resources.empty()) {
      constraint.sets.push_back(std::move(set));
    }
  }
  add(reading, std::move(constraint));
}

/// An ordering with a tag or template is one of two sets, in which nothing is ordered.
void read_ends_as_sets(Reading& reading, pugi::xml_node xml) {
  model::OrderSetConstraint constraint = without_sets(xml);
  for (const std::string end : {"first", "then"}) {
    model::OrderSet set;
    set.kind = constraint.kind;
    set.symmetrical = constraint.symmetrical;
    set.sequential = false;
    set.task = task_or(xml, (end + "-action").c_str(), "start");
    set.resources = constrained_resources(reading, attr(xml, end.c_str()));
    constraint.sets.push_back(std::move(set));
  }
  add(reading, std::move(constraint));
}

}  // namespace

void read_order(Reading& reading, pugi::xml_node xml) {
  if (xml.child("resource_set")) {
    read_sets(reading, xml);
    return;
  }
  model::OrderConstraint order;
  order.first = constrained_resource(reading, attr(xml, "first"));
  order.then = constrained_resource(reading, attr(xml, "then"));
  if (order.first < 0 || order.then < 0) {
    read_ends_as_sets(reading, xml);
    return;
  }
  order.id = attr(xml, "id");
  order.first_task = task_or(xml, "first-action", "start");
  order.then_task = task_or(xml, "then-action", order.first_task);
  order.kind = read_kind(xml, OrderKind::mandatory);
  order.symmetrical = read_symmetry(xml, order.kind, true);
  order.require_all = !xml.attribute("require-all") || is_true(attr(xml, "require-all"));
  reading.state.order_sequence.push_back(
      {model::OrderSource::Kind::pair, static_cast<int>(reading.state.orders.size())});
  reading.state.orders.push_back(std::move(order));
}

}  // namespace mainstay::scheduler
