// SPDX-License-Identifier: Apache-2.0
// The few questions that the controller asks a CIB, for those who may not see XML.
#pragma once

#include <string>

#include "core/base/time.h"
#include "core/cib/document.h"

namespace mainstay::cib {

/// A property of crm_config without a rule; `fallback` when it is not set.
std::string cluster_option(const Document& document, const std::string& name,
                           const std::string& fallback);

/// Whether configuration/nodes has an entry of that name.
bool lists_node(const Document& document, const std::string& uname);

/// Whether the status section knows a result of that recurring operation on that node.
bool has_recurring_history(const Document& document, const std::string& node,
                           const std::string& resource, const std::string& operation,
                           Duration interval);

}  // namespace mainstay::cib
