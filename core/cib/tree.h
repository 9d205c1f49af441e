// SPDX-License-Identifier: Apache-2.0
// What a Document holds. For the sources of core/cib only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <pugixml.hpp>

#include "core/cib/document.h"
#include "core/cib/parse.h"

namespace mainstay::cib {

/// The history of one node by resource id, so that recording a result does not depend on how many
/// resources there are.
using ResourceHistory = std::unordered_map<std::string, pugi::xml_node>;

struct Document::Tree {
  /// The first element is <cib>; a second top-level element holds what an unfinished change has
  /// removed.
  pugi::xml_document xml;
  std::string laid_out;  ///< the text that the tree was built in
  /// Of that text as it was given; none after the first change and after rest.
  std::optional<Marks> marks;
  /// By uname. Emptied by everything that may remove history behind its back.
  std::unordered_map<std::string, ResourceHistory> histories;

  pugi::xml_node cib() const { return xml.document_element(); }
  pugi::xml_node configuration() const { return cib().child("configuration"); }
  pugi::xml_node status() const { return cib().child("status"); }
  /// 1-based; 0 when not known.
  int line_of(const pugi::xml_node& node) const;
  void forget_lines() { marks.reset(); }
};

/// The way of core/cib's own sources to the tree of a document.
struct TreeAccess {
  static Document::Tree& of(Document& document);
  static const Document::Tree& of(const Document& document);
};

/// The value of an attribute, empty if there is none.
inline std::string_view value_of(const pugi::xml_node& node, const char* name) {
  return node.attribute(name).value();
}

/// Sets or adds an attribute.
void set_attribute(pugi::xml_node node, const char* name, const std::string& value);

/// The first child element of that name whose attribute has the value.
pugi::xml_node child_with(const pugi::xml_node& parent, const char* name, const char* attribute,
                          std::string_view value);

/// The child element of that name, appended if it is missing.
pugi::xml_node child_or_new(pugi::xml_node parent, const char* name);

/// Adds the sections that are missing.
void ensure_sections(pugi::xml_node cib);

}  // namespace mainstay::cib
