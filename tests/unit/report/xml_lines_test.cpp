// SPDX-License-Identifier: Apache-2.0
#include "core/report/xml_lines.h"

#include <gtest/gtest.h>

namespace mainstay::report {
namespace {

TEST(XmlLines, HaveOneElementEach) {
  XmlLines xml;
  xml.open("a", {{"x", "1"}, {"y", "2"}});
  xml.add("b");
  xml.open("c");
  xml.add("d", {{"z", "3"}});
  xml.close();
  xml.open("e");
  xml.close();
  xml.close();
  EXPECT_EQ(xml.text(),
            "<a x=\"1\" y=\"2\">\n  <b/>\n  <c>\n    <d z=\"3\"/>\n  </c>\n  <e/>\n</a>\n");
}

TEST(XmlLines, ReadBackWhatTheyWereGiven) {
  XmlLines xml;
  xml.add("a", {{"x", "<\"&\n>"}});
  EXPECT_EQ(xml.text(), "<a x=\"&lt;&quot;&amp;&#10;&gt;\"/>\n");
}

}  // namespace
}  // namespace mainstay::report
