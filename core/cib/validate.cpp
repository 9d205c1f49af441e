// SPDX-License-Identifier: Apache-2.0
#include "core/cib/validate.h"

#include <fmt/format.h>

#include <string_view>
#include <unordered_map>

#include "core/cib/tree.h"

namespace mainstay::cib {
namespace {

/// Names whose id is that of a node or refers to another element.
bool declares_id(std::string_view name, std::string_view parent) {
  return name != "node" && name != "resource_ref" && name != "obj_ref" &&
         !(name == "role" && parent != "acls");
}

void find_duplicate_ids(const Document::Tree& tree, std::vector<Complaint>& complaints) {
  std::unordered_map<std::string_view, pugi::xml_node> known;
  tree.configuration().find_node([&](const pugi::xml_node& node) {
    const std::string_view id = value_of(node, "id");
    if (!id.empty() && declares_id(node.name(), node.parent().name())) {
      const auto [first, fresh] = known.emplace(id, node);
      if (!fresh) {
        complaints.push_back({Complaint::Severity::error,
                              fmt::format("{} '{}': the id is already used by a {}; choose another",
                                          node.name(), id, first->second.name()),
                              tree.line_of(node)});
      }
    }
    return false;
  });
}

}  // namespace

std::vector<Complaint> validate(const Document& document) {
  std::vector<Complaint> complaints;
  find_duplicate_ids(TreeAccess::of(document), complaints);
  return complaints;
}

}  // namespace mainstay::cib
