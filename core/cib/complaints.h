// SPDX-License-Identifier: Apache-2.0
// The checks behind validate(), one function per part of a configuration. For core/cib only.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/cib/tree.h"
#include "core/cib/validate.h"

namespace mainstay::cib {

/// Collects what is found, with its place.
class Complaints {
 public:
  explicit Complaints(const Document::Tree& tree) : tree_(tree) {}

  /// "primitive 'Web': MESSAGE".
  void error(const pugi::xml_node& about, const std::string& message) {
    add(Complaint::Severity::error, about, message);
  }
  void warning(const pugi::xml_node& about, const std::string& message) {
    add(Complaint::Severity::warning, about, message);
  }
  std::vector<Complaint> take() { return std::move(found_); }

 private:
  void add(Complaint::Severity severity, const pugi::xml_node& about, const std::string& message);

  const Document::Tree& tree_;
  std::vector<Complaint> found_;
};

/// Every element of the configuration that declares an id.
using Ids = std::unordered_map<std::string_view, pugi::xml_node>;

/// Ids of nodes and references to other elements declare none.
bool declares_id(const pugi::xml_node& node);

Ids check_ids(const pugi::xml_node& configuration, Complaints& complaints);
void check_references(const pugi::xml_node& configuration, const Ids& ids, Complaints& complaints);
/// Scores, times and words of one element's attributes, or of an nvpair.
void check_values(const pugi::xml_node& element, Complaints& complaints);
/// What a section or resource must and may hold.
void check_structure(const pugi::xml_node& element, Complaints& complaints);

}  // namespace mainstay::cib
