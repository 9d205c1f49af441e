// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/resource_text.h"

#include <fmt/format.h>

#include <string_view>

#include <pugixml.hpp>

#include "core/ctl/cib_index.h"

namespace mainstay::ctl {
namespace {

std::string set_text(const pugi::xml_node& owner, const char* tag, const std::string& heading,
                     const std::string& indent) {
  std::string text;
  for (const pugi::xml_node set : owner.children(tag)) {
    text += fmt::format("{}{}: {}\n", indent, heading, set.attribute("id").value());
    for (const pugi::xml_node pair : set.children("nvpair")) {
      text += fmt::format("{}  {}={}\n", indent, pair.attribute("name").value(),
                          pair.attribute("value").value());
    }
  }
  return text;
}

std::string operations_text(const pugi::xml_node& primitive, const std::string& indent) {
  std::string text;
  for (const pugi::xml_node op : primitive.child("operations").children("op")) {
    text += fmt::format("{}  {}: {}\n", indent, op.attribute("name").value(),
                        op.attribute("id").value());
    for (const pugi::xml_attribute attribute : op.attributes()) {
      const std::string_view name = attribute.name();
      if (name != "id" && name != "name") {
        text += fmt::format("{}    {}={}\n", indent, name, attribute.value());
      }
    }
    for (const pugi::xml_node pair : op.child("instance_attributes").children("nvpair")) {
      text += fmt::format("{}    {}={}\n", indent, pair.attribute("name").value(),
                          pair.attribute("value").value());
    }
  }
  return text.empty() ? text : indent + "Operations:\n" + text;
}

std::string element_text(const pugi::xml_node& element, const std::string& indent) {
  const std::string_view kind = element.name();
  const std::string id = element.attribute("id").value();
  const std::string inner = indent + "  ";
  if (kind == "primitive") {
    std::string line =
        fmt::format("{}Resource: {} (class={}", indent, id, element.attribute("class").value());
    if (element.attribute("provider")) {
      line += fmt::format(" provider={}", element.attribute("provider").value());
    }
    line += fmt::format(" type={})\n", element.attribute("type").value());
    return line + set_text(element, "instance_attributes", "Attributes", inner) +
           set_text(element, "meta_attributes", "Meta Attributes", inner) +
           set_text(element, "utilization", "Utilization", inner) + operations_text(element, inner);
  }
  const char* label = kind == "group" ? "Group" : kind == "bundle" ? "Bundle" : "Clone";
  std::string text = fmt::format("{}{}: {}\n", indent, label, id);
  text += set_text(element, "instance_attributes", "Attributes", inner);
  text += set_text(element, "meta_attributes", "Meta Attributes", inner);
  for (const pugi::xml_node child : element.children()) {
    if (is_resource(child)) {
      text += element_text(child, inner);
    }
  }
  return text;
}

}  // namespace

Result<std::string> resource_config_text(const cib::Document& cib, const Words& ids) {
  std::string text;
  for (const std::string& id : ids) {
    const pugi::xml_node found = find_resource(cib, id);
    if (!found) {
      return fail(Errc::not_found, "Unable to find resource '" + id + "'");
    }
    text += element_text(found, "");
  }
  if (ids.empty()) {
    for (const pugi::xml_node element : section(cib, "resources").children()) {
      if (is_resource(element)) {
        text += element_text(element, "");
      }
    }
  }
  return text;
}

std::string defaults_text(const cib::Document& cib, const std::string& tag) {
  std::string text;
  for (const pugi::xml_node set : section(cib, tag.c_str()).children("meta_attributes")) {
    text += fmt::format("Meta Attrs: {}\n", set.attribute("id").value());
    for (const pugi::xml_node pair : set.children("nvpair")) {
      text +=
          fmt::format("  {}={}\n", pair.attribute("name").value(), pair.attribute("value").value());
    }
  }
  return text.empty() ? "No defaults set\n" : text;
}

}  // namespace mainstay::ctl
