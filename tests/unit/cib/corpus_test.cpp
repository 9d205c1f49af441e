// SPDX-License-Identifier: Apache-2.0
// Pacemaker's own scheduler inputs, where a checkout of them lies beside this one: all of them are
// CIBs, so none may be refused, and the digests that they recorded must be ours.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <vector>

#include <pugixml.hpp>

#include "core/cib/digest.h"
#include "core/cib/document.h"
#include "core/cib/validate.h"

namespace mainstay::cib {
namespace {

std::vector<std::filesystem::path> corpus() {
  const char* given = std::getenv("MAINSTAY_SCHEDULER_CORPUS");
  const std::filesystem::path folder =
      given != nullptr ? given : MAINSTAY_SOURCE_DIR "/../shared/scheduler-corpus";
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "xml", ignored)) {
    files.push_back(entry.path());
  }
  return files;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Corpus, ReadsAndWritesEveryCib) {
  const auto files = corpus();
  if (files.empty()) {
    GTEST_SKIP() << "no scheduler corpus: set MAINSTAY_SCHEDULER_CORPUS to its folder";
  }
  for (const auto& file : files) {
    const auto document = Document::parse(content_of(file), file.filename());
    ASSERT_TRUE(document) << document.error().context;
    const auto again = Document::parse(document->compact_text(), "copy");
    ASSERT_TRUE(again) << again.error().context;
    EXPECT_EQ(again->text(), document->text()) << file;
    if (file.filename() == "intervals.xml") {
      continue;  // has timeout="bad" on purpose
    }
    for (const Complaint& complaint : validate(*document)) {
      EXPECT_NE(complaint.severity, Complaint::Severity::error)
          << file.filename().string() << ":" << complaint.line << ": " << complaint.message;
    }
  }
}

struct Tally {
  int equal = 0;
  int all = 0;
};

/// The parameters that a primitive has now, without rules: the ones that most digests were made of.
std::map<std::string, std::string> parameters_of(const pugi::xml_node& primitive) {
  std::map<std::string, std::string> parameters;
  for (const pugi::xml_node& pair : primitive.child("instance_attributes").children("nvpair")) {
    parameters.emplace(pair.attribute("name").value(), pair.attribute("value").value());
  }
  return parameters;
}

void compare_digests(const Document& document, Tally& tally) {
  std::map<std::string, pugi::xml_node> primitives;
  document.root().find_node([&](const pugi::xml_node& node) {
    if (std::string_view(node.name()) == "primitive" &&
        std::string_view(node.parent().name()) == "resources" &&
        std::string_view(node.attribute("class").value()) != "stonith") {
      primitives.emplace(node.attribute("id").value(), node);
    }
    return false;
  });
  document.root().child("status").find_node([&](const pugi::xml_node& op) {
    const auto found = primitives.find(op.parent().attribute("id").value());
    const pugi::xml_attribute recorded = op.attribute("op-digest");
    if (recorded && found != primitives.end() &&
        std::string_view(op.attribute("interval").value()) == "0") {
      ++tally.all;
      const auto ours = parameters_digest(parameters_of(found->second), Duration{0}, Duration{0});
      tally.equal += ours == recorded.value() ? 1 : 0;
    }
    return false;
  });
}

// Not all can be equal: some inputs were made by changing parameters after the digest, and secrets
// were masked in others (fence devices are left out for that).
TEST(Corpus, ComputesTheDigestsThatPacemakerRecorded) {
  const auto files = corpus();
  if (files.empty()) {
    GTEST_SKIP() << "no scheduler corpus: set MAINSTAY_SCHEDULER_CORPUS to its folder";
  }
  Tally tally;
  for (const auto& file : files) {
    const auto document = Document::parse(content_of(file), file.filename());
    ASSERT_TRUE(document) << document.error().context;
    compare_digests(*document, tally);
  }
  RecordProperty("equal", tally.equal);
  EXPECT_GT(tally.all, 1000);
  EXPECT_GT(tally.equal * 100, tally.all * 95) << tally.equal << " of " << tally.all;
  std::cout << tally.equal << " of " << tally.all << " digests are equal\n";
}

}  // namespace
}  // namespace mainstay::cib
