// SPDX-License-Identifier: Apache-2.0
// Cluster properties and what is set on nodes.
#pragma once

#include "core/ctl/resource_create.h"

namespace mainstay::ctl {

/// An empty value removes. Unknown names and values that do not fit are refused unless `force`.
Result<Plan> plan_property_set(const cib::Document& cib, const Options& values, bool force);
Result<Plan> plan_property_unset(const cib::Document& cib, const Words& names, bool force);
/// " stonith-enabled: false" under "Cluster Properties:", for the named ones or all that are set.
std::string property_text(const cib::Document& cib, const Words& names);

/// A permanent attribute of each node; an empty value removes it.
Result<Plan> plan_node_attribute(const cib::Document& cib, const Words& nodes,
                                 const std::string& name, const std::string& value);

}  // namespace mainstay::ctl
