// SPDX-License-Identifier: Apache-2.0
// XML as Pacemaker's tools print it: one element a line, two blanks a level.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mainstay::report {

class XmlLines {
 public:
  using Attributes = std::vector<std::pair<std::string_view, std::string>>;

  /// An element that others follow in until close().
  void open(std::string_view name, const Attributes& attributes = {});
  void close();
  /// An element that holds nothing.
  void add(std::string_view name, const Attributes& attributes = {});

  const std::string& text() const { return text_; }

 private:
  void begin(std::string_view name, const Attributes& attributes);

  std::string text_;
  std::vector<std::string> around_;
  bool open_ = false;  ///< the last line's element has no ">" yet
};

/// Pacemaker's booleans.
inline const char* yes_no(bool value) {
  return value ? "true" : "false";
}

}  // namespace mainstay::report
