// SPDX-License-Identifier: Apache-2.0
// What cibadmin's changes mean. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/ctl/resource_create.h"

namespace pugi {
class xml_node;
}

namespace mainstay::ctl::crm {

struct CibTask {
  enum class Kind { create, modify, replace, remove, remove_all };
  Kind kind = Kind::create;
  std::string scope{};  ///< a section below configuration; empty: all of it
  std::string xpath{};  ///< instead of a scope
  std::string xml{};
  bool allow_create = false;  ///< modify: what is not there
};

/// Errors: not_found where the object, or the place for it, is not there.
Result<Plan> plan_cib_task(const cib::Document& cib, const CibTask& task);

/// Elements of the CIB that match; errors name what is wrong with the expression.
Result<std::vector<pugi::xml_node>> find_by_xpath(const cib::Document& cib,
                                                  const std::string& xpath);

}  // namespace mainstay::ctl::crm
