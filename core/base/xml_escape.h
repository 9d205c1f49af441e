// SPDX-License-Identifier: Apache-2.0
// Text as it stands in XML. What is read back is equal to what was given.
#pragma once

#include <string>
#include <string_view>

namespace mainstay {

/// For the content of an element.
std::string escaped_text(std::string_view text);

/// For the value of an attribute in double quotes: tabs and line ends too, which a reader would
/// take for blanks.
std::string escaped_attribute(std::string_view value);
/// The same at the end of `out`.
void append_escaped_attribute(std::string& out, std::string_view value);

/// Whether an element or an attribute may be called so; of the letters outside ASCII any are taken.
bool is_xml_name(std::string_view text);

}  // namespace mainstay
