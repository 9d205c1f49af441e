// SPDX-License-Identifier: Apache-2.0
// The restricted XPath of Edit::path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pugi {
class xml_node;
}

namespace mainstay::cib {

struct PathStep {
  bool anywhere = false;  ///< after "//": any depth below
  std::string name;       ///< "*": any element
  std::string attribute;  ///< empty: no condition
  std::string value;
  bool operator==(const PathStep&) const = default;
};

/// Steps of "/cib/configuration/resources//primitive[@id='VIP']". At most 32 steps.
Result<std::vector<PathStep>> parse_path(std::string_view path);

/// Every element at the path, each once, `root` being the element that "/" leads to.
std::vector<pugi::xml_node> find_all(const pugi::xml_node& root,
                                     const std::vector<PathStep>& steps);

}  // namespace mainstay::cib
