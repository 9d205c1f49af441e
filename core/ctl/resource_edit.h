// SPDX-License-Identifier: Apache-2.0
// Changes of resources that exist: update, meta, enable, disable, delete, group membership,
// operations, defaults.
#pragma once

#include "core/ctl/resource_create.h"

namespace mainstay::ctl {

/// ID [k=v…] [op NAME k=v…]… [meta k=v…]; an empty value removes. `metadata` as for create.
Result<Plan> plan_resource_update(const cib::Document& cib, const CreateArguments& arguments,
                                  const std::optional<agent::AgentInfo>& metadata);

/// Sets (or, with an empty value, removes) meta attributes of each resource.
Result<Plan> plan_resource_meta(const cib::Document& cib, const Words& ids, const Options& values);

/// Meta attribute target-role; enable also opens the groups and clones around.
Result<Plan> plan_resource_enable(const cib::Document& cib, const Words& ids);
Result<Plan> plan_resource_disable(const cib::Document& cib, const Words& ids);

/// The element, what is left empty around it, and every constraint on it.
Result<Plan> plan_resource_delete(const cib::Document& cib, const std::string& id);

/// Puts resources at the end of a group (or beside `before`/`after`), made if need be.
Result<Plan> plan_group_add(const cib::Document& cib, const std::string& group, const Words& ids,
                            const std::string& before, const std::string& after);
Result<Plan> plan_group_remove(const cib::Document& cib, const std::string& group,
                               const Words& ids);

Result<Plan> plan_operation_add(const cib::Document& cib, const std::string& id,
                                const OperationArguments& operation);
/// Empty options: every operation of that name.
Result<Plan> plan_operation_remove(const cib::Document& cib, const std::string& id,
                                   const OperationArguments& operation);

/// `tag` is "rsc_defaults" or "op_defaults".
Result<Plan> plan_defaults(const cib::Document& cib, const std::string& tag, const Options& values);

}  // namespace mainstay::ctl
