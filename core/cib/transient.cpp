// SPDX-License-Identifier: Apache-2.0
// Transient node attributes, fail counts among them. Ids of nvpairs are made as Pacemaker makes
// them, so that its tools find what we wrote.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>
#include <vector>

#include "core/cib/history.h"
#include "core/cib/status.h"
#include "core/cib/tree.h"
#include "core/model/score.h"

namespace mainstay::cib {
namespace {

using model::kInfinity;
constexpr std::string_view kFailCount = "fail-count-";
constexpr std::string_view kLastFailure = "last-failure-";

pugi::xml_node attribute_set(const pugi::xml_node& state) {
  return state.child("transient_attributes").child("instance_attributes");
}

pugi::xml_node make_attribute_set(pugi::xml_node state) {
  const std::string id = state.attribute("id").value();
  pugi::xml_node transient = state.child("transient_attributes");
  if (!transient) {
    transient = state.append_child("transient_attributes");
    set_attribute(transient, "id", id);
  }
  pugi::xml_node attributes = transient.child("instance_attributes");
  if (!attributes) {
    attributes = transient.append_child("instance_attributes");
    set_attribute(attributes, "id", "status-" + id);
  }
  return attributes;
}

std::string nvpair_id(const pugi::xml_node& attributes, const std::string& name) {
  std::string id = fmt::format("{}-{}", value_of(attributes, "id"), name);
  std::replace_if(
      id.begin(), id.end(), [](char c) { return c == ':' || c == '#' || c == ' '; }, '.');
  return id;
}

/// Without counting an update.
void write_attribute(Document::Tree& tree, const std::string& uname, const std::string& name,
                     const std::string& value) {
  pugi::xml_node attributes = make_attribute_set(node_state(tree, uname));
  pugi::xml_node pair = child_with(attributes, "nvpair", "name", name);
  if (!pair) {
    pair = attributes.append_child("nvpair");
    set_attribute(pair, "id", nvpair_id(attributes, name));
    set_attribute(pair, "name", name);
  }
  set_attribute(pair, "value", value);
}

/// 0 for what is no number.
int score_of(std::string_view value) {
  const bool negative = value.starts_with('-');
  if (negative || value.starts_with('+')) {
    value.remove_prefix(1);
  }
  int score = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), score);
  const bool infinite = value == "INFINITY" || error == std::errc::result_out_of_range;
  score = infinite ? kInfinity : std::min(score, kInfinity);
  return negative ? -score : score;
}

int failures_of(const std::optional<std::string>& value) {
  return std::max(score_of(value.value_or("")), 0);
}

/// Whether `name`, an attribute's, belongs to failures of the resource: PREFIX RSC [:N] [#OP].
/// `operation` is "monitor_10000", "monitor_" (any interval) or empty.
bool is_failure_of(std::string_view name, const std::string& resource,
                   const std::string& operation) {
  for (const std::string_view prefix : {kFailCount, kLastFailure}) {
    if (name.substr(0, prefix.size()) != prefix ||
        name.substr(prefix.size(), resource.size()) != resource) {
      continue;
    }
    std::string_view rest = name.substr(prefix.size() + resource.size());
    if (!rest.empty() && rest.front() == ':') {
      rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of("0123456789", 1)));
    }
    if (rest.empty()) {
      return operation.empty();
    }
    if (rest.front() != '#') {
      continue;
    }
    rest.remove_prefix(1);
    const bool any_interval = !operation.empty() && operation.back() == '_';
    return operation.empty() || rest == operation ||
           (any_interval && rest.substr(0, operation.size()) == operation);
  }
  return false;
}

}  // namespace

pugi::xml_node find_node_state(const Document::Tree& tree, const std::string& uname) {
  return child_with(tree.status(), "node_state", "uname", uname);
}

pugi::xml_node node_state(Document::Tree& tree, const std::string& uname, const std::string& id) {
  pugi::xml_node state = find_node_state(tree, uname);
  if (state) {
    return state;
  }
  const pugi::xml_node node =
      child_with(tree.configuration().child("nodes"), "node", "uname", uname);
  const std::string known = node.attribute("id").value();
  state = tree.status().append_child("node_state");
  set_attribute(state, "id", !id.empty() ? id : !known.empty() ? known : uname);
  set_attribute(state, "uname", uname);
  return state;
}

std::string counted_value(const std::string& value, const std::optional<std::string>& present) {
  constexpr std::string_view kOne = "value++";
  constexpr std::string_view kSome = "value+=";
  if (value != kOne && !value.starts_with(kSome)) {
    return value;
  }
  const int more = value == kOne ? 1 : score_of(std::string_view(value).substr(kSome.size()));
  return std::to_string(model::add_scores(score_of(present.value_or("")), more));
}

void set_transient_attribute(Document& document, const std::string& uname, const std::string& name,
                             const std::optional<std::string>& value) {
  Document::Tree& tree = TreeAccess::of(document);
  if (value) {
    write_attribute(tree, uname, name, *value);
  } else if (pugi::xml_node attributes = attribute_set(find_node_state(tree, uname))) {
    attributes.remove_child(child_with(attributes, "nvpair", "name", name));
  }
  document.count_status_update();
}

std::optional<std::string> transient_attribute(const Document& document, const std::string& uname,
                                               const std::string& name) {
  const pugi::xml_node pair = child_with(
      attribute_set(find_node_state(TreeAccess::of(document), uname)), "nvpair", "name", name);
  if (!pair) {
    return std::nullopt;
  }
  return std::string(value_of(pair, "value"));
}

void count_failure(Document& document, const std::string& node, const std::string& resource,
                   const std::string& operation, Duration interval, WallTime when, bool infinite) {
  const std::string what = fmt::format("{}#{}_{}", resource, operation, interval.count());
  const std::string name = std::string(kFailCount) + what;
  const int before = failures_of(transient_attribute(document, node, name));
  const int after = infinite ? kInfinity : std::min(before + 1, kInfinity);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(when).time_since_epoch().count();
  Document::Tree& tree = TreeAccess::of(document);
  write_attribute(tree, node, name, after == kInfinity ? "INFINITY" : std::to_string(after));
  write_attribute(tree, node, std::string(kLastFailure) + what, std::to_string(seconds));
  document.count_status_update();
}

void clear_failures(Document& document, const std::string& node, const std::string& resource,
                    const std::string& operation, std::optional<Duration> interval) {
  const std::string wanted =
      operation.empty()
          ? std::string()
          : operation + "_" + (interval ? std::to_string(interval->count()) : std::string());
  for_each_node_state(TreeAccess::of(document), node, [&](const pugi::xml_node& state) {
    pugi::xml_node attributes = attribute_set(state);
    pugi::xml_node next;
    for (pugi::xml_node pair = attributes.child("nvpair"); pair; pair = next) {
      next = pair.next_sibling("nvpair");
      if (is_failure_of(value_of(pair, "name"), resource, wanted)) {
        attributes.remove_child(pair);
      }
    }
  });
  document.count_status_update();
}

}  // namespace mainstay::cib
