// SPDX-License-Identifier: Apache-2.0
#include "core/report/xml_lines.h"

#include "core/base/xml_escape.h"

namespace mainstay::report {

void XmlLines::begin(std::string_view name, const Attributes& attributes) {
  if (open_) {
    text_ += ">\n";
    open_ = false;
  }
  text_.append(around_.size() * 2, ' ');
  text_ += '<';
  text_ += name;
  for (const auto& [attribute, value] : attributes) {
    text_ += ' ';
    text_ += attribute;
    text_ += "=\"";
    append_escaped_attribute(text_, value);
    text_ += '"';
  }
}

void XmlLines::open(std::string_view name, const Attributes& attributes) {
  begin(name, attributes);
  around_.emplace_back(name);
  open_ = true;
}

void XmlLines::add(std::string_view name, const Attributes& attributes) {
  begin(name, attributes);
  text_ += "/>\n";
}

void XmlLines::close() {
  const std::string name = std::move(around_.back());
  around_.pop_back();
  if (open_) {
    text_ += "/>\n";
    open_ = false;
    return;
  }
  text_.append(around_.size() * 2, ' ');
  text_ += "</" + name + ">\n";
}

}  // namespace mainstay::report
