// SPDX-License-Identifier: Apache-2.0
#include "core/cib/path.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_set>

#include <pugixml.hpp>

namespace mainstay::cib {
namespace {

constexpr std::size_t kMaxSteps = 32;

bool is_name_end(char c) {
  return c == '/' || c == '[' || c == ']' || c == '@' || c == '=';
}

Error bad_path(std::string_view path, const std::string& why) {
  return fail(Errc::invalid_input,
              "path '" + std::string(path) + "': " + why +
                  "; write steps such as /cib/configuration//primitive[@id='VIP']");
}

/// Reads "[@name='value']" at the front of `rest` into `step`.
bool take_condition(std::string_view& rest, PathStep& step) {
  if (rest.substr(0, 2) != "[@") {
    return false;
  }
  rest.remove_prefix(2);
  const auto equals = rest.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 >= rest.size()) {
    return false;
  }
  step.attribute = rest.substr(0, equals);
  if (std::any_of(step.attribute.begin(), step.attribute.end(), is_name_end)) {
    return false;
  }
  rest.remove_prefix(equals + 1);
  const char quote = rest.front();
  const auto end = rest.find(quote, 1);
  if ((quote != '\'' && quote != '"') || end == std::string_view::npos ||
      rest.substr(end + 1, 1) != "]") {
    return false;
  }
  step.value = rest.substr(1, end - 1);
  rest.remove_prefix(end + 2);
  return true;
}

bool matches(const pugi::xml_node& node, const PathStep& step) {
  if (node.type() != pugi::node_element || (step.name != "*" && step.name != node.name())) {
    return false;
  }
  if (step.attribute.empty()) {
    return true;
  }
  const pugi::xml_attribute found = node.attribute(step.attribute.c_str());
  return found && step.value == found.value();
}

/// The node after `node` in document order that still lies below `top`; null at the end.
pugi::xml_node next_below(const pugi::xml_node& top, pugi::xml_node node) {
  if (node.first_child()) {
    return node.first_child();
  }
  while (node != top && !node.next_sibling()) {
    node = node.parent();
  }
  return node == top ? pugi::xml_node() : node.next_sibling();
}

void collect_below(const pugi::xml_node& top, const PathStep& step,
                   std::vector<pugi::xml_node>& found) {
  for (pugi::xml_node node = next_below(top, top); node; node = next_below(top, node)) {
    if (matches(node, step)) {
      found.push_back(node);
    }
  }
}

/// Leaves out what lies below another one: its descendants are found from there.
std::vector<pugi::xml_node> outermost(const std::vector<pugi::xml_node>& nodes) {
  std::unordered_set<std::size_t> known;
  for (const pugi::xml_node& node : nodes) {
    known.insert(node.hash_value());
  }
  std::vector<pugi::xml_node> result;
  for (const pugi::xml_node& node : nodes) {
    pugi::xml_node above = node.parent();
    while (above && !known.contains(above.hash_value())) {
      above = above.parent();
    }
    if (!above) {
      result.push_back(node);
    }
  }
  return result;
}

std::vector<pugi::xml_node> next_step(const std::vector<pugi::xml_node>& from,
                                      const PathStep& step) {
  std::vector<pugi::xml_node> found;
  if (step.anywhere) {
    for (const pugi::xml_node& top : from.size() > 1 ? outermost(from) : from) {
      collect_below(top, step, found);
    }
    return found;
  }
  for (const pugi::xml_node& parent : from) {
    for (const pugi::xml_node& child : parent.children()) {
      if (matches(child, step)) {
        found.push_back(child);
      }
    }
  }
  return found;
}

}  // namespace

Result<std::vector<PathStep>> parse_path(std::string_view path) {
  std::vector<PathStep> steps;
  std::string_view rest = path;
  while (!rest.empty()) {
    PathStep step;
    if (rest.front() != '/') {
      return bad_path(path, "a step does not begin with '/'");
    }
    rest.remove_prefix(1);
    if (!rest.empty() && rest.front() == '/') {
      step.anywhere = true;
      rest.remove_prefix(1);
    }
    const auto* const end = std::find_if(rest.begin(), rest.end(), is_name_end);
    step.name = std::string(rest.begin(), end);
    rest.remove_prefix(step.name.size());
    if (step.name.empty()) {
      return bad_path(path, "a step has no element name");
    }
    if (!rest.empty() && rest.front() == '[' && !take_condition(rest, step)) {
      return bad_path(path, "a condition is not of the form [@attribute='value']");
    }
    steps.push_back(std::move(step));
    if (steps.size() > kMaxSteps) {
      return bad_path(path, "more than " + std::to_string(kMaxSteps) + " steps");
    }
  }
  if (steps.empty()) {
    return bad_path(path, "it is empty");
  }
  return steps;
}

std::vector<pugi::xml_node> find_all(const pugi::xml_node& root,
                                     const std::vector<PathStep>& steps) {
  std::vector<pugi::xml_node> at;
  bool first = true;
  for (const PathStep& step : steps) {
    if (!first) {
      at = next_step(at, step);
    } else {
      if (matches(root, step)) {
        at.push_back(root);
      }
      if (step.anywhere) {
        collect_below(root, step, at);
      }
      first = false;
    }
  }
  return at;
}

}  // namespace mainstay::cib
