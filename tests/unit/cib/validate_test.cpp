// SPDX-License-Identifier: Apache-2.0
#include "core/cib/validate.h"

#include <gmock/gmock.h>

namespace mainstay::cib {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kDummy = "class='ocf' provider='heartbeat' type='Dummy'";

std::vector<Complaint> complaints_about(const std::string& resources,
                                        const std::string& constraints = {}) {
  const auto document = Document::parse(
      "<cib>\n<configuration>\n<crm_config/>\n<nodes><node id='1' uname='n1'/></nodes>"
      "\n<resources>\n" +
          resources + "</resources>\n<constraints>\n" + constraints +
          "</constraints>\n</configuration></cib>",
      "test.xml");
  EXPECT_TRUE(document) << (document ? "" : document.error().context);
  return validate(*document);
}

std::string primitive(const std::string& id, const std::string& inside = {}) {
  return "<primitive id='" + id + "' " + kDummy + ">" + inside + "</primitive>\n";
}

auto error(const std::string& text, int line) {
  return AllOf(Field(&Complaint::severity, Complaint::Severity::error),
               Field(&Complaint::message, HasSubstr(text)), Field(&Complaint::line, line));
}

auto warning(const std::string& text) {
  return AllOf(Field(&Complaint::severity, Complaint::Severity::warning),
               Field(&Complaint::message, HasSubstr(text)));
}

TEST(Validate, IsSilentAboutAGoodConfiguration) {
  EXPECT_THAT(validate(Document()), IsEmpty());
  EXPECT_THAT(
      complaints_about(
          primitive("A",
                    "<operations><op id='A-m' name='monitor' interval='10s' timeout='PT20S'/>"
                    "</operations>") +
              primitive("B") + "<group id='G'>" + primitive("C") + "</group>",
          "<rsc_location id='l' rsc='A' node='N1' score='-INFINITY'/>"
          "<rsc_colocation id='c' rsc='A' with-rsc='G' score='INFINITY'/>"
          "<rsc_order id='o' first='A' then='B' kind='Optional'/>"),
      IsEmpty());
}

TEST(Validate, NamesTheLineOfADuplicateId) {
  EXPECT_THAT(complaints_about(primitive("A") + primitive("A")),
              ElementsAre(error("primitive 'A': a primitive has the same id", 7)));
}

TEST(Validate, FindsReferencesToWhatIsMissing) {
  EXPECT_THAT(complaints_about(primitive("A"),
                               "<rsc_location id='l' rsc='Z' node='n1' score='1'/>\n"
                               "<rsc_colocation id='c' rsc='A' with-rsc='Y'/>\n"
                               "<rsc_order id='o' first='X' then='A'/>\n"
                               "<rsc_order id='o2'><resource_set id='s'>"
                               "<resource_ref id='W'/></resource_set></rsc_order>"),
              ElementsAre(error("rsc_location 'l': rsc names 'Z'", 9),
                          error("rsc_colocation 'c': with-rsc names 'Y'", 10),
                          error("rsc_order 'o': first names 'X'", 11),
                          error("resource_set 's': resource_ref names 'W'", 12)));
  EXPECT_THAT(complaints_about("<primitive id='A' template='T'/>"),
              ElementsAre(error("template names 'T'", 6)));
  EXPECT_THAT(
      complaints_about(primitive("A"), "<rsc_location id='l' rsc='A' node='elsewhere' score='1'/>"),
      ElementsAre(warning("node 'elsewhere' is not known")));
}

TEST(Validate, RefusesScoresTimesAndWordsThatAreNone) {
  EXPECT_THAT(complaints_about(primitive("A") + primitive("B"),
                               "<rsc_location id='l' rsc='A' node='n1' score='high'/>\n"
                               "<rsc_colocation id='c' rsc='A' with-rsc='B' score='1.5'/>\n"
                               "<rsc_order id='o' first='A' then='B' kind='sometimes'/>"),
              ElementsAre(error("score='high' is no score", 10), error("score='1.5'", 11),
                          error("kind='sometimes'", 12)));
  for (const char* interval : {"abc", "-5", "10parsec", "", "10s5", "99999999999999999999"}) {
    EXPECT_THAT(complaints_about(primitive("A", "<operations><op id='m' name='monitor' interval='" +
                                                    std::string(interval) + "'/></operations>")),
                ElementsAre(error("is no time", 6)))
        << interval;
  }
}

TEST(Validate, WantsAgentsAndMembers) {
  EXPECT_THAT(complaints_about("<primitive id='A' type='Dummy'/>\n"
                               "<primitive id='B' class='ocf' type='Dummy'/>\n"
                               "<primitive id='C' class='oc' type='Dummy'/>\n"
                               "<group id='G'/>\n<clone id='K'/>\n<foo id='F'/>\n"),
              ElementsAre(error("class or type is missing", 6), error("needs a provider", 7),
                          error("class 'oc' is not known", 8), error("no members", 9),
                          error("exactly one primitive or group", 10),
                          error("<resources> does not know", 11)));
}

TEST(Validate, RefusesTwoMonitorsOfOneInterval) {
  EXPECT_THAT(
      complaints_about(primitive("A",
                                 "<operations><op id='m1' name='monitor' interval='10s'/>"
                                 "<op id='m2' name='monitor' interval='10000ms'/></operations>")),
      ElementsAre(error("op 'm2': op 'm1' has the same name and interval", 6)));
}

TEST(Validate, KnowsNoLinesOnceTheDocumentHasChanged) {
  auto document = Document::parse(
      "<cib>\n<configuration><resources>\n<group id='G'/>"
      "</resources></configuration></cib>",
      "test.xml");
  ASSERT_TRUE(document);
  EXPECT_THAT(validate(*document), ElementsAre(error("no members", 3)));
  document->count_status_update();
  EXPECT_THAT(validate(*document), ElementsAre(error("no members", 0)));
}

}  // namespace
}  // namespace mainstay::cib
