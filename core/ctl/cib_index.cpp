// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/cib_index.h"

#include <algorithm>
#include <sstream>
#include <string_view>

#include <pugixml.hpp>

namespace mainstay::ctl {
namespace {

std::string id_of(const pugi::xml_node& element) {
  return element.attribute("id").value();
}

void collect_primitives(const pugi::xml_node& element, std::vector<pugi::xml_node>& found) {
  if (std::string_view(element.name()) == "primitive") {
    found.push_back(element);
    return;
  }
  for (const pugi::xml_node child : element.children()) {
    if (is_resource(child)) {
      collect_primitives(child, found);
    }
  }
}

bool mentions(const pugi::xml_node& constraint, const Words& resources) {
  const auto named = [&](const char* value) {
    return std::find(resources.begin(), resources.end(), value) != resources.end();
  };
  for (const char* attribute : {"rsc", "with-rsc", "first", "then"}) {
    if (constraint.attribute(attribute) && named(constraint.attribute(attribute).value())) {
      return true;
    }
  }
  return static_cast<bool>(constraint.find_node([&](const pugi::xml_node& node) {
    return std::string_view(node.name()) == "resource_ref" && named(node.attribute("id").value());
  }));
}

pugi::xml_node find_nvpair(const pugi::xml_node& set, const std::string& name) {
  return set.find_child_by_attribute("nvpair", "name", name.c_str());
}

cib::Edit removal(const pugi::xml_node& element) {
  cib::Edit edit;
  edit.kind = cib::Edit::Kind::remove;
  edit.path = path_of(element);
  return edit;
}

}  // namespace

pugi::xml_node section(const cib::Document& cib, const char* name) {
  return cib.root().child("configuration").child(name);
}

pugi::xml_node find_by_id(const cib::Document& cib, const std::string& id) {
  return cib.root().child("configuration").find_node([&](const pugi::xml_node& node) {
    // A reference carries somebody else's id.
    return id == node.attribute("id").value() && std::string_view(node.name()) != "resource_ref" &&
           std::string_view(node.name()) != "obj_ref";
  });
}

bool is_resource(const pugi::xml_node& element) {
  const std::string_view name = element.name();
  return name == "primitive" || name == "group" || name == "clone" || name == "master" ||
         name == "bundle";
}

pugi::xml_node find_resource(const cib::Document& cib, const std::string& id) {
  return section(cib, "resources").find_node([&](const pugi::xml_node& node) {
    return is_resource(node) && id == node.attribute("id").value();
  });
}

std::vector<pugi::xml_node> primitives_of(const pugi::xml_node& element) {
  std::vector<pugi::xml_node> found;
  collect_primitives(element, found);
  return found;
}

pugi::xml_node outermost(const pugi::xml_node& resource) {
  pugi::xml_node result = resource;
  while (is_resource(result.parent())) {
    result = result.parent();
  }
  return result;
}

std::string free_id(const cib::Document& cib, const std::string& wanted) {
  std::string id = wanted;
  for (int suffix = 1; find_by_id(cib, id); ++suffix) {
    id = wanted + "-" + std::to_string(suffix);
  }
  return id;
}

std::string path_of(const pugi::xml_node& element) {
  const std::string id = id_of(element);
  return id.empty() ? std::string("/cib/configuration/") + element.name()
                    : std::string("/cib/configuration//") + element.name() + "[@id='" + id + "']";
}

std::string xml_text(const pugi::xml_node& element) {
  std::ostringstream out;
  element.print(out, "", pugi::format_raw | pugi::format_no_declaration);
  return out.str();
}

std::string nvpair_value(const pugi::xml_node& owner, const char* set_tag,
                         const std::string& name) {
  for (const pugi::xml_node set : owner.children(set_tag)) {
    if (const pugi::xml_node pair = find_nvpair(set, name)) {
      return pair.attribute("value").value();
    }
  }
  return {};
}

void append_nvpairs(pugi::xml_node parent, const char* set_tag, const std::string& set_id,
                    const Options& values) {
  pugi::xml_node set;
  for (const auto& [name, value] : values) {
    if (value.empty()) {
      continue;
    }
    if (!set) {
      set = parent.append_child(set_tag);
      set.append_attribute("id") = set_id.c_str();
    }
    pugi::xml_node pair = set.append_child("nvpair");
    pair.append_attribute("id") = (set_id + "-" + name).c_str();
    pair.append_attribute("name") = name.c_str();
    pair.append_attribute("value") = value.c_str();
  }
}

void set_nvpairs(cib::Change& change, const cib::Document& cib, const pugi::xml_node& owner,
                 const char* set_tag, const std::string& set_id, const Options& values,
                 SetChoice choice) {
  const pugi::xml_node set = choice == SetChoice::first
                                 ? owner.child(set_tag)
                                 : owner.find_child_by_attribute(set_tag, "id", set_id.c_str());
  if (!set) {
    pugi::xml_document scratch;
    append_nvpairs(scratch, set_tag, free_id(cib, set_id), values);
    if (scratch.first_child()) {
      cib::Edit edit;
      edit.path = path_of(owner);
      edit.xml = xml_text(scratch.first_child());
      change.push_back(edit);
    }
    return;
  }
  auto left = std::distance(set.begin(), set.end());
  cib::Change edits;
  for (const auto& [name, value] : values) {
    const pugi::xml_node pair = find_nvpair(set, name);
    cib::Edit edit;
    if (pair && value.empty()) {
      edit = removal(pair);
      --left;
    } else if (pair) {
      edit.kind = cib::Edit::Kind::set_attributes;
      edit.path = path_of(pair);
      edit.attributes["value"] = value;
    } else if (!value.empty()) {
      pugi::xml_document scratch;
      pugi::xml_node fresh = scratch.append_child("nvpair");
      fresh.append_attribute("id") = free_id(cib, id_of(set) + "-" + name).c_str();
      fresh.append_attribute("name") = name.c_str();
      fresh.append_attribute("value") = value.c_str();
      edit.path = path_of(set);
      edit.xml = xml_text(fresh);
      ++left;
    } else {
      continue;
    }
    edits.push_back(edit);
  }
  if (left == 0 && !edits.empty()) {
    edits = {removal(set)};
  }
  change.insert(change.end(), edits.begin(), edits.end());
}

void remove_element(cib::Change& change, const pugi::xml_node& element) {
  change.push_back(removal(element));
}

std::vector<pugi::xml_node> constraints_on(const cib::Document& cib, const Words& resources) {
  std::vector<pugi::xml_node> found;
  for (const pugi::xml_node constraint : section(cib, "constraints").children()) {
    if (mentions(constraint, resources)) {
      found.push_back(constraint);
    }
  }
  return found;
}

Error no_such_resource(const std::string& id) {
  return fail(Errc::not_found, "Unable to find resource: " + id);
}

Error no_such_node(const std::string& name) {
  return fail(Errc::not_found, "Node '" + name + "' does not appear to exist in configuration");
}

pugi::xml_node find_node(const cib::Document& cib, const std::string& uname) {
  return section(cib, "nodes").find_child_by_attribute("node", "uname", uname.c_str());
}

Words node_names(const cib::Document& cib) {
  Words names;
  for (const pugi::xml_node node : section(cib, "nodes").children("node")) {
    names.emplace_back(node.attribute("uname").value());
  }
  return names;
}

std::string property(const cib::Document& cib, const std::string& name) {
  return nvpair_value(section(cib, "crm_config"), "cluster_property_set", name);
}

}  // namespace mainstay::ctl
