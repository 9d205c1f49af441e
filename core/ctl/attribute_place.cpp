// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/attribute_place.h"

#include <array>

#include <pugixml.hpp>

#include "core/base/check.h"
#include "core/ctl/cib_index.h"
#include "core/ctl/resource_edit.h"

namespace mainstay::ctl {
namespace {

using Section = AttributePlace::Section;

struct Row {
  Section section;
  const char* name;  ///< as Pacemaker's tools say it
  const char* set_tag;
  // The id of a set that has to be made: these around the owner's id, which sections have none of.
  const char* before_id;
  const char* after_id;
};

constexpr std::array<Row, 9> kRows{{
    {Section::status, "status", "instance_attributes", "status-", ""},
    {Section::nodes, "nodes", "instance_attributes", "nodes-", ""},
    {Section::utilization, "nodes", "utilization", "nodes-", "-utilization"},
    {Section::crm_config, "crm_config", "cluster_property_set", "cib-bootstrap-options", ""},
    {Section::rsc_defaults, "rsc_defaults", "meta_attributes", "rsc-options", ""},
    {Section::op_defaults, "op_defaults", "meta_attributes", "op-options", ""},
    {Section::parameters, "resources", "instance_attributes", "", "-instance_attributes"},
    {Section::meta, "resources", "meta_attributes", "", "-meta_attributes"},
    {Section::capacity, "resources", "utilization", "", "-utilization"},
}};

const Row& row_of(Section section) {
  return kRows.at(static_cast<std::size_t>(section));
}

/// Null if there is none.
pugi::xml_node owner_of(const cib::Document& cib, const AttributePlace& place) {
  switch (place.section) {
    case Section::status:
      return cib.root()
          .child("status")
          .find_child_by_attribute("node_state", "uname", place.owner.c_str())
          .child("transient_attributes");
    case Section::nodes:
    case Section::utilization:
      return find_node(cib, place.owner);
    case Section::parameters:
    case Section::meta:
    case Section::capacity:
      return find_resource(cib, place.owner);
    default:
      return section(cib, row_of(place.section).name);
  }
}

std::string id_for_set(const AttributePlace& place, const pugi::xml_node& owner) {
  const Row& row = row_of(place.section);
  return place.set_id.empty()
             ? row.before_id + std::string(owner.attribute("id").value()) + row.after_id
             : place.set_id;
}

}  // namespace

const char* section_name(Section section) {
  return row_of(section).name;
}

std::vector<NameAndValue> attributes_at(const cib::Document& cib, const AttributePlace& place,
                                        const std::string& name) {
  std::vector<NameAndValue> found;
  for (const pugi::xml_node set : owner_of(cib, place).children(row_of(place.section).set_tag)) {
    if (!place.set_id.empty() && place.set_id != set.attribute("id").value()) {
      continue;
    }
    for (const pugi::xml_node pair : set.children("nvpair")) {
      if (name.empty() || name == pair.attribute("name").value()) {
        found.emplace_back(pair.attribute("name").value(), pair.attribute("value").value());
      }
    }
  }
  return found;
}

Result<Plan> plan_attributes(const cib::Document& cib, const AttributePlace& place,
                             const Options& values) {
  MAINSTAY_CHECK(place.section != Section::status);
  const Row& row = row_of(place.section);
  const pugi::xml_node owner = owner_of(cib, place);
  if (!owner && !place.owner.empty()) {
    return place.section == Section::nodes || place.section == Section::utilization
               ? no_such_node(place.owner)
               : no_such_resource(place.owner);
  }
  Plan plan;
  if (!owner) {
    return plan_defaults(cib, row.name, values);
  }
  set_nvpairs(plan.change, cib, owner, row.set_tag, id_for_set(place, owner), values,
              place.set_id.empty() ? SetChoice::first : SetChoice::of_that_id);
  return plan;
}

}  // namespace mainstay::ctl
