// SPDX-License-Identifier: Apache-2.0
// Resource templates: a primitive takes over what it does not say itself. Pacemaker Explained,
// "Reusing Resource Definitions".
#include <cstring>

#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {

/// Operations of one name and role replace the template's, whatever their interval.
static model::Role role_of(pugi::xml_node op) {
  const model::Role role = model::parse_role(attr(op, "role"));
  return role == model::Role::started || role == model::Role::unpromoted ? model::Role::unknown
                                                                         : role;
}

pugi::xml_node merge_template(Reading& reading, pugi::xml_node primitive) {
  const std::string name = attr(primitive, "template");
  if (name.empty()) {
    return primitive;
  }
  const pugi::xml_node base = reading.ids.find(name);
  if (std::strcmp(base.name(), "template") != 0) {
    return primitive;
  }
  pugi::xml_node copy = reading.expanded.append_copy(primitive);
  for (const char* key : {"class", "provider", "type"}) {
    if (!copy.attribute(key) && base.attribute(key)) {
      copy.append_attribute(key) = base.attribute(key).value();
    }
  }
  for (const pugi::xml_node child : base.children()) {
    if (std::strcmp(child.name(), "operations") != 0) {
      copy.append_copy(child);
      continue;
    }
    pugi::xml_node operations = copy.child("operations");
    if (!operations) {
      copy.append_copy(child);
      continue;
    }
    for (const pugi::xml_node op : child.children("op")) {
      const auto same = [&](pugi::xml_node own) {
        return attr(own, "name") == attr(op, "name") && role_of(own) == role_of(op);
      };
      if (!operations.find_child(same)) {
        operations.append_copy(op);
      }
    }
  }
  return copy;
}

}  // namespace mainstay::scheduler
