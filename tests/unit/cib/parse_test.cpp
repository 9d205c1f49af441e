// SPDX-License-Identifier: Apache-2.0
// What Document::parse refuses, and how it says where.
#include <gmock/gmock.h>

#include "core/cib/document.h"
#include "core/cib/path.h"

namespace mainstay::cib {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string refusal(const std::string& text) {
  const auto document = Document::parse(text, "cib.xml");
  return document ? "accepted" : document.error().context;
}

TEST(Parse, NamesPlaceElementAndRemedy) {
  EXPECT_THAT(refusal("<cib>\n  <configuration>\n    <nodes>\n  </configuration>\n</cib>"),
              testing::AllOf(StartsWith("cib.xml:4:"), HasSubstr("</x>")));
  EXPECT_THAT(refusal("<cib>\n<configuration a=5/></cib>"),
              testing::AllOf(StartsWith("cib.xml:2:"), HasSubstr("in element <configuration>"),
                             HasSubstr("name=\"value\"")));
}

// By then a tree has been built in the text: references are characters, and names end at NULs.
TEST(Parse, NamesPlaceAndElementBehindWhatItHasRead) {
  const std::string read = "<cib>\n<a x='1 &lt;b&gt;\n&lt;c' y='&amp;'/>\n";
  EXPECT_EQ(refusal(read + "<a z='&lt;b'></d></cib>").substr(0, 31),
            "cib.xml:4:16: in element <d>: a");
  EXPECT_EQ(refusal(read + " <e f='&lt;b' f='2'/></cib>"),
            "cib.xml:4:3: in element <e>: an attribute is given twice; keep one of them");
  EXPECT_EQ(refusal(read + "<e/>&lt;x</cib>"),
            "cib.xml:4:5: in element <e>: text between elements; the CIB keeps everything in "
            "attributes");
}

TEST(Parse, RefusesWhatIsNoCib) {
  EXPECT_THAT(refusal(""), HasSubstr("there is no text"));
  EXPECT_THAT(refusal(" \n\t"), HasSubstr("there is no text"));
  EXPECT_THAT(refusal("hello"), HasSubstr("there is no element"));
  EXPECT_THAT(refusal("<html/>"), HasSubstr("the root element is <html>; a CIB's is <cib>"));
  EXPECT_THAT(refusal("<cib/><cib/>"), HasSubstr("a second root element"));
  EXPECT_THAT(refusal("<cib>\n\ntext</cib>"), HasSubstr("text between elements"));
  EXPECT_THAT(refusal("<cib a='1' a='2'/>"), HasSubstr("given twice"));
}

TEST(Parse, TellsNamesApartThatLookAlike) {
  EXPECT_EQ(refusal("<cib abcde='1' aXcYe='2'/>"), "accepted");
  EXPECT_THAT(refusal("<cib abcde='1' aXcYe='2' abcde='3'/>"), HasSubstr("given twice"));
  EXPECT_EQ(refusal("<cib><a id='1'/><a id='1'/></cib>"), "accepted");
}

TEST(Parse, EndsAValueAtItsOwnQuote) {
  const auto document = Document::parse(R"(<cib a='"' b="'" c=">" d='&apos;"/>' e=""/>)", "x");
  ASSERT_TRUE(document) << document.error().context;
  EXPECT_EQ(document->attribute("a"), "\"");
  EXPECT_EQ(document->attribute("b"), "'");
  EXPECT_EQ(document->attribute("c"), ">");
  EXPECT_EQ(document->attribute("d"), "'\"/>");
  EXPECT_THAT(refusal("<cib\n  a='1\"/>"),
              testing::AllOf(StartsWith("cib.xml:2:"), HasSubstr("close it with its quote")));
  EXPECT_THAT(refusal("<cib a='1'\n<b/>"), HasSubstr("close the tag before it"));
}

TEST(Parse, RefusesDoctypesEntitiesAndBytesThatAreNoText) {
  EXPECT_THAT(refusal("<!DOCTYPE cib [<!ENTITY a 'b'>]>\n<cib/>"), HasSubstr("DOCTYPE"));
  EXPECT_THAT(refusal("<cib a='&lol;'/>"), HasSubstr("&amp;"));
  EXPECT_THAT(refusal("<cib a='&#0;'/>"), HasSubstr("&amp;"));
  EXPECT_THAT(refusal(std::string("<cib\0/>", 7)), HasSubstr("not allowed"));
  EXPECT_THAT(refusal("<cib a='\xff'/>"), HasSubstr("UTF-8"));
  EXPECT_THAT(refusal("<cib a='\xc0\x80'/>"), HasSubstr("UTF-8"));
  EXPECT_THAT(refusal("<cib a='<b/>'/>"), HasSubstr("&lt;"));
}

TEST(Parse, RefusesCountersThatCannotBeCountedOn) {
  EXPECT_THAT(refusal("<cib epoch='x'/>"), HasSubstr("epoch=\"x\" is no count"));
  EXPECT_THAT(refusal("<cib epoch='-1'/>"), HasSubstr("is no count"));
  EXPECT_THAT(refusal("<cib epoch='18446744073709551615'/>"), HasSubstr("is no count"));
}

TEST(Parse, LimitsDepthAndSize) {
  std::string nested;
  for (int i = 0; i < 70; ++i) {
    nested += "<a>";
  }
  EXPECT_THAT(refusal("<cib>" + nested), HasSubstr("cib.xml:1:"));
  std::string closed = nested;
  for (int i = 0; i < 70; ++i) {
    closed += "</a>";
  }
  EXPECT_THAT(refusal("<cib>" + closed + "</cib>"), HasSubstr("nested deeper than 64"));
  const auto large = Document::parse(std::string(Document::kMaxBytes + 1, ' '), "cib.xml");
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Errc::limit_exceeded);
}

TEST(Parse, AddsMissingSectionsAndKeepsComments) {
  const auto document =
      Document::parse("<?xml version='1.0'?>\n<!-- top --><cib><!-- kept --><status/></cib>", "x");
  ASSERT_TRUE(document) << document.error().context;
  EXPECT_THAT(document->text(), HasSubstr("  <!-- kept -->\n"));
  EXPECT_THAT(document->text(), HasSubstr("    <resources/>\n"));
  EXPECT_EQ(document->version(), Version{});
}

TEST(Path, ReadsStepsAndConditions) {
  const auto steps = parse_path("/cib//primitive[@id='a/b[]']/*[@x=\"it's\"]");
  ASSERT_TRUE(steps) << steps.error().context;
  const std::vector<PathStep> expected = {
      {false, "cib", "", ""}, {true, "primitive", "id", "a/b[]"}, {false, "*", "x", "it's"}};
  EXPECT_EQ(*steps, expected);
}

TEST(Path, RefusesWhatItDoesNotSupport) {
  for (const char* path :
       {"", "cib", "/", "//", "/cib/", "/cib[1]", "/cib[@id]", "/cib[@id='a'", "/cib[@id='a]",
        "/cib[@id='a']x", "/@id", "/cib[@='a']", "/cib[@id=a]", "///cib", "/cib][@id='a']"}) {
    const auto steps = parse_path(path);
    EXPECT_FALSE(steps) << path;
  }
  std::string deep;
  for (int i = 0; i < 33; ++i) {
    deep += "/a";
  }
  EXPECT_FALSE(parse_path(deep));
}

}  // namespace
}  // namespace mainstay::cib
