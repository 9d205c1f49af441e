// SPDX-License-Identifier: Apache-2.0
// One pass over the text before pugixml sees it: bytes, markup and references that XML does not
// allow or that we do not want (DOCTYPE), and limits on what parsing would cost.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

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

using Bytes = std::array<bool, 256>;

/// ASCII without `markup`: what a CIB mostly consists of.
constexpr Bytes plain_bytes(std::string_view markup) {
  Bytes plain{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte) {
    plain[byte] = markup.find(static_cast<char>(byte)) == std::string_view::npos;
  }
  for (const unsigned char space : {'\t', '\n', '\r'}) {
    plain[space] = true;
  }
  return plain;
}
constexpr Bytes kPlain = plain_bytes("<>&\"'");
constexpr Bytes kPlainInValue = plain_bytes("<&\"'");

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

  Result<Marks> run() {
    note_newlines();
    while (find_other_than(kPlain)) {
      const char c = text_[at_];
      Status step = Done{};
      if (c == '<') {
        step = markup();
      } else if (in_tag_ && c == '>') {
        in_tag_ = false;
        ++at_;
      } else if (in_tag_ && (c == '"' || c == '\'')) {
        step = value();
      } else {
        step = character();
      }
      if (!step) {
        return step.error();
      }
    }
    return std::move(marks_);
  }

 private:
  Error error(const std::string& message) { return error_at(text_, marks_, at_, source_, message); }

  void note_newlines() {
    for (std::size_t at = text_.find('\n'); at != std::string_view::npos;
         at = text_.find('\n', at + 1)) {
      marks_.newlines.push_back(static_cast<std::uint32_t>(at));
    }
  }

  /// Goes on to the next byte that is none of these; false: there is none.
  bool find_other_than(const Bytes& plain) {
    const auto is_other = [&](char c) { return !plain[static_cast<unsigned char>(c)]; };
    const auto* const begin = text_.data();
    const auto* const end = begin + text_.size();
    at_ = static_cast<std::size_t>(std::find_if(begin + at_, end, is_other) - begin);
    return at_ < text_.size();
  }

  /// From the opening quote to behind the closing one.
  Status value() {
    if (++attributes_ > kMaxAttributes) {
      return error("more than " + std::to_string(kMaxAttributes) + " attributes");
    }
    const char quote = text_[at_++];
    while (find_other_than(kPlainInValue)) {
      const char c = text_[at_];
      if (c == quote) {
        ++at_;
        return Done{};
      }
      if (c == '<') {
        return error("a '<' in an attribute value; close the value or write &lt;");
      }
      if (Status step = character(); !step) {
        return step;
      }
    }
    return error("an attribute value is not ended; close it with its quote");
  }

  Status character() {
    if (text_[at_] != '&') {
      return plain_character();
    }
    const std::size_t length = reference_length(text_, at_);
    if (length == 0) {
      return error("a '&' that begins no reference; write &amp; (entities are not supported)");
    }
    at_ += length;
    return Done{};
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
    const char kind = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    const bool is_tag = kind != '!' && kind != '?';
    if (is_tag) {
      marks_.tags.push_back(static_cast<std::uint32_t>(at_));
    }
    if (in_tag_) {
      return error("a '<' inside a tag; close the tag before it with '>'");
    }
    return is_tag ? tag() : no_element();
  }

  Status tag() {
    if (marks_.tags.size() > 2 * kMaxElements) {
      return error("more than " + std::to_string(kMaxElements) + " elements");
    }
    in_tag_ = true;
    ++at_;
    return Done{};
  }

  Status no_element() {
    if (starts_with(text_, at_, "<!--")) {
      return skip(4, "-->", "comment");
    }
    if (starts_with(text_, at_, "<?")) {
      return skip(2, "?>", "processing instruction");
    }
    if (starts_with(text_, at_, "<![CDATA[")) {
      return error("text between elements; the CIB keeps everything in attributes");
    }
    return error("DOCTYPE and entity declarations are not allowed in a CIB; remove them");
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
  Marks marks_;
  std::size_t attributes_ = 0;
  bool in_tag_ = false;
};

}  // namespace

Result<Marks> check_text(std::string_view text, const std::string& source) {
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
