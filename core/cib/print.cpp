// SPDX-License-Identifier: Apache-2.0
#include "core/cib/print.h"

#include <cstddef>
#include <string>

#include <pugixml.hpp>

#include "core/base/xml_escape.h"

namespace mainstay::cib {
namespace {

void indent(std::string& out, int level) {
  if (level > 0) {
    out.append(static_cast<std::size_t>(level) * 2, ' ');
  }
}

void end_line(std::string& out, int level) {
  if (level >= 0) {
    out += '\n';
  }
}

}  // namespace

void print_attributes(std::string& out, const pugi::xml_node& node) {
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    out += ' ';
    out += attribute.name();
    out += "=\"";
    append_escaped_attribute(out, attribute.value());
    out += '"';
  }
}

void print(std::string& out, const pugi::xml_node& node, int level) {
  indent(out, level);
  if (node.type() == pugi::node_comment) {
    out += "<!--";
    out += node.value();
    out += "-->";
    end_line(out, level);
    return;
  }
  out += '<';
  out += node.name();
  print_attributes(out, node);
  if (!node.first_child()) {
    out += "/>";
    end_line(out, level);
    return;
  }
  out += '>';
  end_line(out, level);
  for (const pugi::xml_node& child : node.children()) {
    print(out, child, level < 0 ? level : level + 1);
  }
  indent(out, level);
  out += "</";
  out += node.name();
  out += '>';
  end_line(out, level);
}

}  // namespace mainstay::cib
