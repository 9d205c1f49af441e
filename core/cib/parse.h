// SPDX-License-Identifier: Apache-2.0
// Strict reading of XML text: what pugixml forgives (DOCTYPE, unknown entities, broken UTF-8,
// duplicate attributes, several roots) is an error here, with its place. For core/cib only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "core/base/result.h"

namespace mainstay::cib {

/// Elements and attributes of one document; each costs about a hundred bytes of memory.
inline constexpr std::size_t kMaxElements = 4'000'000;
inline constexpr std::size_t kMaxAttributes = 24'000'000;

/// How a CIB is read: what print() writes comes back as it was, comments too.
inline constexpr unsigned kParseFlags = pugi::parse_default | pugi::parse_comments;

/// Where the lines and the tags of a text begin: noted before a tree is built in the text, which
/// makes it unreadable.
struct Marks {
  std::vector<std::uint32_t> newlines;
  std::vector<std::uint32_t> tags;  ///< each '<' of an element, those of end tags too

  std::size_t line_of(std::size_t offset) const;  ///< 1-based
};

/// Fills `xml` with exactly one element (and comments), built in `text`, which must live as long.
/// Errors: "SOURCE:LINE:COLUMN: …".
Result<Marks> parse_xml(pugi::xml_document& xml, std::string& text, const std::string& source);

/// Well-formedness of bytes, markup and references; the error names the place.
Result<Marks> check_text(std::string_view text, const std::string& source);

/// `value` with every byte that XML text cannot hold replaced by '?': what agents print may be
/// anything, and what is written must read back.
std::string storable(const std::string& value);

/// "SOURCE:LINE:COLUMN: in element <NAME>: MESSAGE". A tree may have been built in `text`.
Error error_at(std::string_view text, const Marks& marks, std::size_t offset,
               const std::string& source, const std::string& message);

}  // namespace mainstay::cib
