// SPDX-License-Identifier: Apache-2.0
// See xml_escape.h.
#include "core/base/xml_escape.h"

#include <algorithm>
#include <cctype>

namespace mainstay {
namespace {

const char* reference_for(char c, bool attribute) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '\r':
      return "&#13;";
    case '"':
      return attribute ? "&quot;" : nullptr;
    case '\t':
      return attribute ? "&#9;" : nullptr;
    case '\n':
      return attribute ? "&#10;" : nullptr;
    default:
      return nullptr;
  }
}

void append(std::string& out, std::string_view text, bool attribute) {
  std::size_t plain = 0;  // from here on nothing needs a reference
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const char* reference = reference_for(text[i], attribute)) {
      out += text.substr(plain, i - plain);
      out += reference;
      plain = i + 1;
    }
  }
  out += text.substr(plain);
}

}  // namespace

std::string escaped_text(std::string_view text) {
  std::string out;
  append(out, text, false);
  return out;
}

std::string escaped_attribute(std::string_view value) {
  std::string out;
  append(out, value, true);
  return out;
}

void append_escaped_attribute(std::string& out, std::string_view value) {
  append(out, value, true);
}

bool is_xml_name(std::string_view text) {
  const auto is_start = [](unsigned char c) {
    return std::isalpha(c) != 0 || c == '_' || c == ':' || c >= 0x80;
  };
  const auto is_part = [&](unsigned char c) {
    return is_start(c) || std::isdigit(c) != 0 || c == '-' || c == '.';
  };
  return !text.empty() && is_start(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_part(static_cast<unsigned char>(c)); });
}

}  // namespace mainstay
