// SPDX-License-Identifier: Apache-2.0
// XML text as cibadmin prints it ("<nodes/>", two blanks a level) or without any blanks. For
// core/cib, and for who shows a part of a CIB.
#pragma once

#include <string>

namespace pugi {
class xml_node;
}

namespace mainstay::cib {

/// Appends `node` and what it holds. `level` is its depth of indentation; below 0: one line.
void print(std::string& out, const pugi::xml_node& node, int level);

/// " name=\"value\" …" of the element.
void print_attributes(std::string& out, const pugi::xml_node& node);

}  // namespace mainstay::cib
