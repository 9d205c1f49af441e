// SPDX-License-Identifier: Apache-2.0
#include "core/cib/validate.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/cib/complaints.h"
#include "core/cib/tree.h"

namespace mainstay::cib {

void Complaints::add(Complaint::Severity severity, const pugi::xml_node& about,
                     const std::string& message) {
  const std::string_view id = value_of(about, "id");
  const std::string who =
      id.empty() ? fmt::format("<{}>", about.name()) : fmt::format("{} '{}'", about.name(), id);
  found_.push_back({severity, who + ": " + message, tree_.line_of(about)});
}

std::vector<Complaint> validate(const Document& document) {
  const Document::Tree& tree = TreeAccess::of(document);
  const pugi::xml_node configuration = tree.configuration();
  Complaints complaints(tree);
  const Ids ids = check_ids(configuration, complaints);
  check_references(configuration, ids, complaints);
  check_structure(configuration, complaints);
  configuration.find_node([&](const pugi::xml_node& element) {
    if (element.type() == pugi::node_element) {
      check_structure(element, complaints);
      check_values(element, complaints);
    }
    return false;
  });
  std::vector<Complaint> found = complaints.take();
  // By line where lines are known; the order of the checks otherwise.
  std::stable_sort(found.begin(), found.end(),
                   [](const Complaint& a, const Complaint& b) { return a.line < b.line; });
  return found;
}

}  // namespace mainstay::cib
