// SPDX-License-Identifier: Apache-2.0
// One pass over the text before pugixml sees it: bytes, markup and references that XML does not
// allow or that we do not want (DOCTYPE), and limits on what parsing would cost.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/cib/parse.h"

namespace mainstay::cib {
namespace {

bool starts_with(std::string_view text, std::size_t at, std::string_view what) {
  return text.compare(at, what.size(), what) == 0;
}

/// Length of the UTF-8 sequence of an allowed character at `at`; 0 if there is none.
std::size_t character_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80) {
    return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) {
      return 0;
    }
  }
  const unsigned second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool outside = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
  const bool non_character = first == 0xEF && second == 0xBF && byte(2) >= 0xBE;
  return overlong || outside || non_character ? 0 : length;
}

/// ASCII that means nothing to XML: what a CIB mostly consists of.
constexpr std::array<bool, 256> plain_bytes() {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte) {
    plain[byte] = true;
  }
  for (const unsigned char markup : {'<', '>', '&', '"', '\''}) {
    plain[markup] = false;
  }
  for (const unsigned char space : {'\t', '\n', '\r'}) {
    plain[space] = true;
  }
  return plain;
}
constexpr std::array<bool, 256> kPlain = plain_bytes();

/// Whether "&#NNN;" without its frame names a character that XML allows.
bool is_character_number(std::string_view digits) {
  const bool hex = !digits.empty() && digits.front() == 'x';
  if (hex) {
    digits.remove_prefix(1);
  }
  if (digits.empty() || digits.size() > 8) {
    return false;
  }
  unsigned long code = 0;
  for (const char c : digits) {
    const auto u = static_cast<unsigned char>(c);
    if ((hex ? std::isxdigit(u) : std::isdigit(u)) == 0) {
      return false;
    }
    const int digit = std::isdigit(u) != 0 ? u - '0' : std::tolower(u) - 'a' + 10;
    code = code * (hex ? 16 : 10) + static_cast<unsigned long>(digit);
  }
  return code == 9 || code == 10 || code == 13 || (code >= 0x20 && code <= 0xD7FF) ||
         (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

/// Length of the reference at `at` (an '&'); 0 if it is none that we know.
std::size_t reference_length(std::string_view text, std::size_t at) {
  for (const std::string_view known : {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"}) {
    if (starts_with(text, at, known)) {
      return known.size();
    }
  }
  const auto end = text.substr(at, 16).find(';');
  if (!starts_with(text, at, "&#") || end == std::string_view::npos ||
      !is_character_number(text.substr(at + 2, end - 2))) {
    return 0;
  }
  return end + 1;
}

class Scanner {
 public:
  Scanner(std::string_view text, const std::string& source) : text_(text), source_(source) {}

  Status run() {
    while (true) {
      while (at_ < text_.size() && kPlain[static_cast<unsigned char>(text_[at_])]) {
        ++at_;
      }
      if (at_ == text_.size()) {
        break;
      }
      Status step = text_[at_] == '<' ? markup() : character();
      if (!step) {
        return step;
      }
    }
    if (quote_ != 0) {
      return error("an attribute value is not ended; close it with its quote");
    }
    return Done{};
  }

 private:
  Error error(const std::string& message) { return error_at(text_, at_, source_, message); }

  Status character() {
    const char c = text_[at_];
    if (c == '&') {
      const std::size_t length = reference_length(text_, at_);
      if (length == 0) {
        return error("a '&' that begins no reference; write &amp; (entities are not supported)");
      }
      at_ += length;
      return Done{};
    }
    if (in_tag_) {
      tag_character(c);
      if (attributes_ > kMaxAttributes) {
        return error("more than " + std::to_string(kMaxAttributes) + " attributes");
      }
    }
    return plain_character();
  }

  void tag_character(char c) {
    if (quote_ != 0) {
      quote_ = c == quote_ ? '\0' : quote_;
    } else if (c == '"' || c == '\'') {
      quote_ = c;
      ++attributes_;
    } else if (c == '>') {
      in_tag_ = false;
    }
  }

  Status plain_character() {
    const std::size_t length = character_length(text_, at_);
    if (length == 0) {
      return error("a byte that is not allowed in XML text; save the text as UTF-8");
    }
    at_ += length;
    return Done{};
  }

  Status markup() {
    if (quote_ != 0) {
      return error("a '<' in an attribute value; close the value or write &lt;");
    }
    if (in_tag_) {
      return error("a '<' inside a tag; close the tag before it with '>'");
    }
    if (starts_with(text_, at_, "<!--")) {
      return skip(4, "-->", "comment");
    }
    if (starts_with(text_, at_, "<?")) {
      return skip(2, "?>", "processing instruction");
    }
    if (starts_with(text_, at_, "<![CDATA[")) {
      return error("text between elements; the CIB keeps everything in attributes");
    }
    if (starts_with(text_, at_, "<!")) {
      return error("DOCTYPE and entity declarations are not allowed in a CIB; remove them");
    }
    if (++elements_ > 2 * kMaxElements) {
      return error("more than " + std::to_string(kMaxElements) + " elements");
    }
    in_tag_ = true;
    ++at_;
    return Done{};
  }

  Status skip(std::size_t opening, std::string_view closing, const std::string& what) {
    const auto end = text_.find(closing, at_ + opening);
    if (end == std::string_view::npos) {
      return error("a " + what + " is not ended; close it with " + std::string(closing));
    }
    const bool comment = closing == "-->";
    const std::size_t begin = at_;
    for (at_ += opening; at_ < end;) {
      if (comment && starts_with(text_, at_, "--")) {
        return error("'--' inside a comment; write something else");
      }
      if (Status plain = plain_character(); !plain) {
        return plain;
      }
    }
    if (comment && end > begin + opening && text_[end - 1] == '-') {
      return error("a comment ends with '--->'; write '-->'");
    }
    at_ = end + closing.size();
    return Done{};
  }

  std::string_view text_;
  const std::string& source_;
  std::size_t at_ = 0;
  std::size_t elements_ = 0;
  std::size_t attributes_ = 0;
  bool in_tag_ = false;
  char quote_ = 0;
};

}  // namespace

Status check_text(std::string_view text, const std::string& source) {
  return Scanner(text, source).run();
}

std::string storable(const std::string& value) {
  std::string result = value;
  for (std::size_t at = 0; at < result.size();) {
    const std::size_t length = character_length(result, at);
    if (length == 0) {
      result[at] = '?';
    }
    at += std::max<std::size_t>(length, 1);
  }
  return result;
}

}  // namespace mainstay::cib
