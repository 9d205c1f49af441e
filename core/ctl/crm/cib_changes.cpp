// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/crm/cib_changes.h"

#include <algorithm>
#include <string_view>

#include <pugixml.hpp>

#include "core/ctl/cib_index.h"

namespace mainstay::ctl::crm {
namespace {

Error nothing_there() {
  return fail(Errc::not_found, "No such device or address");
}

/// Whether all that `wanted` says of itself is true of `node`.
bool is_like(const pugi::xml_node& node, const pugi::xml_node& wanted) {
  const auto attributes = wanted.attributes();
  return std::string_view(node.name()) == wanted.name() &&
         std::all_of(attributes.begin(), attributes.end(), [&](const pugi::xml_attribute& one) {
           return std::string_view(node.attribute(one.name()).value()) == one.value();
         });
}

bool is_same_object(const pugi::xml_node& node, const pugi::xml_node& other) {
  return std::string_view(node.name()) == other.name() &&
         std::string_view(node.attribute("id").value()) == other.attribute("id").value();
}

pugi::xml_node scope_of(const cib::Document& cib, const std::string& scope) {
  const pugi::xml_node configuration = cib.root().child("configuration");
  return scope.empty() || scope == "configuration" ? configuration
                                                   : configuration.child(scope.c_str());
}

template <typename Match>
pugi::xml_node find_below(const pugi::xml_node& top, Match match) {
  return match(top) ? top : top.find_node(match);
}

Result<cib::Edit> changed_place(const cib::Document& cib, const CibTask& task,
                                const pugi::xml_node& given) {
  using Kind = cib::Edit::Kind;
  pugi::xml_node top = scope_of(cib, task.scope);
  if (!task.xpath.empty()) {
    const auto found = find_by_xpath(cib, task.xpath);
    if (!found) {
      return found.error();
    }
    top = found->empty() ? pugi::xml_node() : found->front();
  }
  if (!top) {
    return nothing_there();
  }
  cib::Edit edit{.kind = Kind::create, .path = path_of(top), .xml = task.xml};
  if (task.kind == CibTask::Kind::create) {
    return edit;
  }
  const bool removal = task.kind == CibTask::Kind::remove;
  const pugi::xml_node object =
      !task.xpath.empty() ? top : find_below(top, [&](const pugi::xml_node& node) {
        return removal ? is_like(node, given) : is_same_object(node, given);
      });
  if (!object && !(task.allow_create && task.kind == CibTask::Kind::modify)) {
    return nothing_there();
  }
  switch (task.kind) {
    case CibTask::Kind::modify:
      edit.kind = Kind::merge;
      edit.path = object ? path_of(object.parent()) : edit.path;
      return edit;
    case CibTask::Kind::replace:
      return cib::Edit{.kind = Kind::replace, .path = path_of(object), .xml = task.xml};
    default:
      return cib::Edit{.kind = Kind::remove, .path = path_of(object)};
  }
}

Result<Plan> plan_remove_all(const cib::Document& cib, const CibTask& task) {
  const auto found = find_by_xpath(cib, task.xpath);
  if (!found) {
    return found.error();
  }
  Plan plan;
  for (const pugi::xml_node& node : *found) {
    remove_element(plan.change, node);
  }
  return plan;
}

}  // namespace

Result<std::vector<pugi::xml_node>> find_by_xpath(const cib::Document& cib,
                                                  const std::string& xpath) {
  std::vector<pugi::xml_node> found;
  try {
    for (const pugi::xpath_node& match : cib.root().select_nodes(xpath.c_str())) {
      found.push_back(match.node() ? match.node() : match.parent());
    }
  } catch (const pugi::xpath_exception& error) {
    return fail(Errc::invalid_input, "'" + xpath + "': " + error.what());
  }
  return found;
}

Result<Plan> plan_cib_task(const cib::Document& cib, const CibTask& task) {
  if (task.kind == CibTask::Kind::remove_all) {
    return plan_remove_all(cib, task);
  }
  pugi::xml_document given;
  const bool needs_xml = task.kind != CibTask::Kind::remove || task.xpath.empty();
  if (needs_xml && !given.load_string(task.xml.c_str())) {
    return fail(Errc::invalid_input, "Couldn't parse input");
  }
  auto edit = changed_place(cib, task, given.document_element());
  if (!edit) {
    return edit.error();
  }
  Plan plan;
  plan.change.push_back(std::move(*edit));
  return plan;
}

}  // namespace mainstay::ctl::crm
