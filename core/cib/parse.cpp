// SPDX-License-Identifier: Apache-2.0
#include "core/cib/parse.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "core/cib/document.h"

namespace mainstay::cib {
namespace {

/// The name in the last tag that begins at or before `offset`; empty if there is none.
std::string element_at(std::string_view text, const Marks& marks, std::size_t offset) {
  const auto after = std::upper_bound(marks.tags.begin(), marks.tags.end(), offset);
  if (after == marks.tags.begin()) {
    return {};
  }
  std::string_view name = text.substr(*std::prev(after) + 1UL, 80);
  if (!name.empty() && name.front() == '/') {
    name.remove_prefix(1);
  }
  using std::string_view_literals::operator""sv;
  // NUL is what ends a name where a tree was built.
  return std::string(name.substr(0, name.find_first_of(" \t\r\n/<>\"'=\0"sv)));
}

const char* advice(pugi::xml_parse_status status) {
  switch (status) {
    case pugi::status_end_element_mismatch:
      return "an end tag does not fit the element that is open; every <x> needs its </x>";
    case pugi::status_bad_attribute:
      return "a broken attribute; write name=\"value\"";
    case pugi::status_bad_start_element:
      return "a broken start tag; write <name attribute=\"value\">";
    case pugi::status_bad_end_element:
      return "a broken end tag; write </name>";
    case pugi::status_unrecognized_tag:
      return "a '<' that begins no element; write &lt; for the character";
    case pugi::status_no_document_element:
      return "there is no element; a CIB is one <cib> element";
    case pugi::status_out_of_memory:
      return "there is not enough memory for it";
    default:
      return nullptr;
  }
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Finds names that an element gives twice. Nearly all elements have none, and telling so must cost
/// less than sorting their names: two names rarely have the same place in a table.
class Names {
 public:
  bool any_twice(const pugi::xml_node& element) {
    ++element_;
    bool perhaps = false;
    for (const pugi::xml_attribute& attribute : element.attributes()) {
      std::uint32_t& last_seen = seen_[place_of(attribute.name())];
      perhaps = perhaps || last_seen == element_;
      last_seen = element_;
    }
    return perhaps && twice_for_sure(element);
  }

 private:
  static constexpr std::size_t kPlaces = 4096;

  static std::size_t place_of(std::string_view name) {
    if (name.empty()) {
      return 0;
    }
    const auto byte = [&](std::size_t at) {
      return static_cast<std::size_t>(static_cast<unsigned char>(name[at]));
    };
    return (name.size() * 1021 + byte(0) * 509 + byte(name.size() / 2) * 61 +
            byte(name.size() - 1)) %
           kPlaces;
  }

  bool twice_for_sure(const pugi::xml_node& element) {
    names_.clear();
    for (const pugi::xml_attribute& attribute : element.attributes()) {
      names_.emplace_back(attribute.name());
    }
    std::sort(names_.begin(), names_.end());
    return std::adjacent_find(names_.begin(), names_.end()) != names_.end();
  }

  std::vector<std::string_view> names_;
  std::vector<std::uint32_t> seen_ = std::vector<std::uint32_t>(kPlaces);  ///< in which element
  std::uint32_t element_ = 0;
};

/// What pugixml lets pass: an attribute twice, text between elements.
const char* fault_of(const pugi::xml_node& node, Names& names) {
  if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
    return "text between elements; the CIB keeps everything in attributes";
  }
  if (node.type() != pugi::node_element) {
    return nullptr;
  }
  return names.any_twice(node) ? "an attribute is given twice; keep one of them" : nullptr;
}

std::size_t offset_of(const pugi::xml_node& node) {
  const auto offset = node.offset_debug();
  return offset < 0 ? 0 : static_cast<std::size_t>(offset);
}

/// A text in which a tree was built, to say where in it something is wrong.
struct Place {
  std::string_view text;
  const Marks& marks;
  const std::string& source;

  Error error(std::size_t offset, const std::string& message) const {
    return error_at(text, marks, offset, source, message);
  }
  Error error(const pugi::xml_node& node, const std::string& message) const {
    return error(offset_of(node), message);
  }
};

Status check_tree(const pugi::xml_document& xml, const Place& place) {
  std::size_t elements = 0;
  int depth = 0;
  Names names;
  pugi::xml_node node = xml.first_child();
  while (node) {
    if (const char* fault = fault_of(node, names)) {
      return place.error(node, fault);
    }
    if (++elements > kMaxElements) {
      return place.error(node, "more than " + std::to_string(kMaxElements) + " elements");
    }
    if (node.first_child()) {
      if (++depth >= Document::kMaxDepth) {
        return place.error(node,
                           "elements nested deeper than " + std::to_string(Document::kMaxDepth));
      }
      node = node.first_child();
      continue;
    }
    while (node && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    node = node.next_sibling();
  }
  return Done{};
}

/// One root element; comments beside it are dropped.
Status keep_only_root(pugi::xml_document& xml, const Place& place) {
  const pugi::xml_node root = xml.document_element();
  if (!root) {
    return place.error(0, advice(pugi::status_no_document_element));
  }
  pugi::xml_node next;
  for (pugi::xml_node node = xml.first_child(); node; node = next) {
    next = node.next_sibling();
    if (node != root && node.type() == pugi::node_element) {
      return place.error(node, "a second root element; there can be one");
    }
    if (node != root) {
      xml.remove_child(node);
    }
  }
  return Done{};
}

}  // namespace

std::size_t Marks::line_of(std::size_t offset) const {
  const auto after = std::lower_bound(newlines.begin(), newlines.end(), offset);
  return static_cast<std::size_t>(after - newlines.begin()) + 1;
}

Error error_at(std::string_view text, const Marks& marks, std::size_t offset,
               const std::string& source, const std::string& message) {
  offset = std::min(offset, text.size());
  const std::size_t line = marks.line_of(offset);
  const std::size_t line_start = line == 1 ? 0 : marks.newlines[line - 2] + 1UL;
  std::string place =
      source + ":" + std::to_string(line) + ":" + std::to_string(offset - line_start + 1) + ": ";
  const std::string element = element_at(text, marks, offset);
  if (!element.empty()) {
    place += "in element <" + element + ">: ";
  }
  return fail(Errc::invalid_input, place + message);
}

Result<Marks> parse_xml(pugi::xml_document& xml, std::string& text, const std::string& source) {
  if (text.size() > Document::kMaxBytes) {
    return fail(Errc::limit_exceeded, source + ": " + std::to_string(text.size()) +
                                          " bytes are more than the limit of " +
                                          std::to_string(Document::kMaxBytes));
  }
  if (is_blank(text)) {
    return error_at(text, {}, 0, source, "there is no text; a CIB is one <cib> element");
  }
  auto marks = check_text(text, source);
  if (!marks) {
    return marks.error();
  }
  const pugi::xml_parse_result parsed =
      xml.load_buffer_inplace(text.data(), text.size(), kParseFlags, pugi::encoding_utf8);
  const Place place{text, *marks, source};
  if (!parsed) {
    const char* known = advice(parsed.status);
    return place.error(static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)),
                       known != nullptr ? known : parsed.description());
  }
  if (Status checked = check_tree(xml, place); !checked) {
    return checked.error();
  }
  if (Status checked = keep_only_root(xml, place); !checked) {
    return checked.error();
  }
  return marks;
}

}  // namespace mainstay::cib
