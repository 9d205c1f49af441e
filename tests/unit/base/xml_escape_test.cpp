// SPDX-License-Identifier: Apache-2.0
#include "core/base/xml_escape.h"

#include <gtest/gtest.h>

namespace mainstay {
namespace {

TEST(XmlEscape, KeepsLinesInTextAndProtectsThemInAttributes) {
  EXPECT_EQ(escaped_text("a <b> & \"c\"\n\td"), "a &lt;b&gt; &amp; \"c\"\n\td");
  EXPECT_EQ(escaped_attribute("a <b> & \"c\"\n\td\r"),
            "a &lt;b&gt; &amp; &quot;c&quot;&#10;&#9;d&#13;");
}

TEST(XmlEscape, AppendsWithoutTouchingWhatIsThere) {
  std::string out = "<";
  append_escaped_attribute(out, "<");
  EXPECT_EQ(out, "<&lt;");
}

TEST(XmlEscape, KnowsWhatAnAttributeMayBeCalled) {
  for (const char* name : {"a", "_", "xml:id", "clone-max", "a.1", "\xc3\xa4"}) {
    EXPECT_TRUE(is_xml_name(name)) << name;
  }
  for (const char* name : {"", "1", "-a", ".a", "a b", "a=b", "a<", "a\"", "a/"}) {
    EXPECT_FALSE(is_xml_name(name)) << name;
  }
}

}  // namespace
}  // namespace mainstay
