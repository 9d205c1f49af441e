// SPDX-License-Identifier: Apache-2.0
// Constraints: location, order, colocation, and those that ban and move leave; with pcs's ids.
#pragma once

#include "core/ctl/resource_create.h"

namespace mainstay::ctl {

/// "VIP prefers node1=50 node2", "Web avoids node2".
Result<Plan> plan_location(const cib::Document& cib, const Words& words, bool force);

/// "[start] VIP then [start] Web [kind=…] [symmetrical=…] [require-all=…] [id=…]".
Result<Plan> plan_order(const cib::Document& cib, const Words& words, bool force);

/// "[ROLE] Web with [ROLE] VIP [SCORE] [id=…] [score=…]".
Result<Plan> plan_colocation(const cib::Document& cib, const Words& words, bool force);

Result<Plan> plan_constraint_delete(const cib::Document& cib, const Words& ids);

/// Appends the making of one constraint, attributes in their order.
void create_constraint(Plan& plan, const char* tag,
                       const std::vector<std::pair<std::string, std::string>>& attributes);

/// cli-ban-RES-on-NODE / cli-prefer-RES, as crm_resource makes them.
Result<Plan> plan_ban(const cib::Document& cib, const std::string& resource,
                      const std::string& node);
Result<Plan> plan_prefer(const cib::Document& cib, const std::string& resource,
                         const std::string& node);
/// Removes cli-ban-* and cli-prefer-* of a resource; an empty node means all.
Result<Plan> plan_clear(const cib::Document& cib, const std::string& resource,
                        const std::string& node);

/// What `constraint config` prints; `full` adds the ids.
std::string constraint_text(const cib::Document& cib, bool full);

}  // namespace mainstay::ctl
