// SPDX-License-Identifier: Apache-2.0
// The few questions that the controller asks a CIB, for those who may not see XML.
#pragma once

#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/cib/document.h"

namespace mainstay::cib {

/// A property of crm_config without a rule; `fallback` when it is not set.
std::string cluster_option(const Document& document, const std::string& name,
                           const std::string& fallback);

/// The same for a length of time; `fallback` also for what is no length of time.
Duration cluster_duration(const Document& document, const std::string& name, Duration fallback);

/// Whether nobody has configured anything yet: nothing but the list of nodes, which the cluster
/// writes by itself.
bool is_unconfigured(const Document& document);

/// Whether configuration/nodes has an entry of that name.
bool lists_node(const Document& document, const std::string& uname);

/// Whether there is a resource of that id; "VIP:0" is an instance of VIP.
bool has_resource(const Document& document, const std::string& id);

/// Whether the status section knows a result of that recurring operation on that node.
bool has_recurring_history(const Document& document, const std::string& node,
                           const std::string& resource, const std::string& operation,
                           Duration interval);

/// Resources whose last operation on that node is a stop that failed: they may be active there.
std::vector<std::string> failed_stops(const Document& document, const std::string& node);

}  // namespace mainstay::cib
