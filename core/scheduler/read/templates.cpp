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
  pugi::xml_node operations = copy.child("operations");
  const pugi::xml_node own = copy.first_child();
  for (const pugi::xml_node child : base.children()) {
    if (std::strcmp(child.name(), "operations") != 0 || !operations) {
      // In front: of equal blocks the last one counts.
      own ? copy.insert_copy_before(child, own) : copy.append_copy(child);
      continue;
    }
    for (const pugi::xml_node op : child.children("op")) {
      const auto same = [&](pugi::xml_node known) {
        return attr(known, "name") == attr(op, "name") && role_of(known) == role_of(op);
      };
      if (!operations.find_child(same)) {
        operations.append_copy(op);
      }
    }
  }
  return copy;
}

}  // namespace mainstay::scheduler
