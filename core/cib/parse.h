// SPDX-License-Identifier: Apache-2.0
// Strict reading of XML text: what pugixml forgives (DOCTYPE, unknown entities, broken UTF-8,
// duplicate attributes, several roots) is an error here, with its place. For core/cib only.
#pragma once

#include <cstddef>
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

/// Fills `xml` with exactly one element (and comments). Errors: "SOURCE:LINE:COLUMN: …".
Status parse_xml(pugi::xml_document& xml, std::string_view text, const std::string& source);

std::vector<std::size_t> newline_offsets(std::string_view text);

/// Well-formedness of bytes, markup and references; the error names the place.
Status check_text(std::string_view text, const std::string& source);

/// `value` with every byte that XML text cannot hold replaced by '?': what agents print may be
/// anything, and what is written must read back.
std::string storable(const std::string& value);

/// "SOURCE:LINE:COLUMN: in element <NAME>: MESSAGE".
Error error_at(std::string_view text, std::size_t offset, const std::string& source,
               const std::string& message);

}  // namespace mainstay::cib
