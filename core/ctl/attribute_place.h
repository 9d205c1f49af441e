// SPDX-License-Identifier: Apache-2.0
// Where an attribute is kept: its reading, and the plan of its change.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/cib/document.h"
#include "core/ctl/resource_create.h"

namespace mainstay::ctl {

struct AttributePlace {
  enum class Section {
    status,        ///< of a node, until it leaves the cluster
    nodes,         ///< of a node, for good
    utilization,   ///< of a node
    crm_config,    ///< of the cluster
    rsc_defaults,  ///< of all resources
    op_defaults,   ///< of all operations
    parameters,    ///< of a resource: its instance attributes
    meta,          ///< of a resource
    capacity       ///< of a resource: its utilization
  };

  Section section = Section::crm_config;
  std::string owner;   ///< uname of the node, id of the resource
  std::string set_id;  ///< empty: the first set
};

/// As Pacemaker calls it: "crm_config".
const char* section_name(AttributePlace::Section section);

using NameAndValue = std::pair<std::string, std::string>;

/// What is there of that name; every one if it is empty.
std::vector<NameAndValue> attributes_at(const cib::Document& cib, const AttributePlace& place,
                                        const std::string& name);

/// An empty value removes. Not for Section::status, which no edit of the CIB changes.
Result<Plan> plan_attributes(const cib::Document& cib, const AttributePlace& place,
                             const Options& values);

}  // namespace mainstay::ctl
