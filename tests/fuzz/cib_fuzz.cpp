// SPDX-License-Identifier: Apache-2.0
// The CIB's reader, its validation, edits and history. The input is parts separated by NUL: a
// document, then any number of edits of four parts (kind, path, xml, "name=value" or sibling).
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/check.h"
#include "core/cib/document.h"
#include "core/cib/history.h"
#include "core/cib/validate.h"

namespace {

using mainstay::Duration;
using mainstay::WallTime;
namespace cib = mainstay::cib;

constexpr std::size_t kMaxParts = 41;
const WallTime kNoon{std::chrono::seconds{1'700'000'000}};

std::vector<std::string> parts_of(std::string_view input) {
  std::vector<std::string> parts;
  while (parts.size() < kMaxParts) {
    const auto end = input.find('\0');
    parts.emplace_back(input.substr(0, end));
    if (end == std::string_view::npos) {
      break;
    }
    input.remove_prefix(end + 1);
  }
  return parts;
}

cib::Change change_of(const std::vector<std::string>& parts) {
  cib::Change change;
  for (std::size_t i = 1; i + 3 < parts.size(); i += 4) {
    cib::Edit edit;
    const unsigned kind = parts[i].empty() ? 0 : static_cast<unsigned char>(parts[i][0]);
    edit.kind = static_cast<cib::Edit::Kind>(kind % 7);
    edit.path = parts[i + 1];
    edit.xml = parts[i + 2];
    const auto equals = parts[i + 3].find('=');
    if (equals == std::string::npos) {
      edit.before = parts[i + 3];
    } else {
      edit.attributes[parts[i + 3].substr(0, equals)] = parts[i + 3].substr(equals + 1);
    }
    change.push_back(edit);
  }
  return change;
}

/// What we write must read back as the same.
void check_round_trip(const cib::Document& document) {
  const std::string text = document.text();
  for (const std::string& written : {text, document.compact_text()}) {
    const auto again = cib::Document::parse(written, "again");
    MAINSTAY_CHECK(again.has_value());
    MAINSTAY_CHECK(again->text() == text);
    MAINSTAY_CHECK(again->digest() == document.digest());
  }
  MAINSTAY_CHECK(cib::Document::parse(document.configuration_text(), "stored").has_value());
}

void check_change(cib::Document& document, const cib::Change& change) {
  cib::Document twin = document;
  const std::string before = document.text();
  const cib::Version version = document.version();
  const bool done = document.apply(change, {"fuzz", "root", "node1"}, kNoon).has_value();
  MAINSTAY_CHECK(done == twin.apply(change, {"fuzz", "root", "node1"}, kNoon).has_value());
  MAINSTAY_CHECK(twin.text() == document.text());
  MAINSTAY_CHECK(done ? document.version() > version : document.text() == before);
}

void record(cib::Document& document, const std::string& resource) {
  cib::OperationRecord operation;
  operation.node = "node1";
  operation.resource = resource;
  operation.agent = {"ocf", "heartbeat", "Dummy"};
  operation.operation = "monitor";
  operation.interval = Duration{10'000};
  operation.transition_key = "1:2:0:x";
  operation.rc = 7;
  operation.exit_reason = resource;
  cib::record_operation(document, operation);
  cib::count_failure(document, "node1", resource, "monitor", Duration{10'000}, kNoon, false);
  cib::forget_operation(document, "node1", resource, "monitor", Duration{10'000});
  cib::clear_failures(document, "", resource, "", std::nullopt);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> parts =
      parts_of({reinterpret_cast<const char*>(data), size});  // NOLINT
  auto document = cib::Document::parse(parts.front(), "fuzz");
  if (!document) {
    MAINSTAY_CHECK(document.error().context.rfind("fuzz:", 0) == 0);
    document = cib::Document();
  }
  cib::validate(*document);
  check_round_trip(*document);
  check_change(*document, change_of(parts));
  check_round_trip(*document);
  record(*document, parts.back());
  check_round_trip(*document);
  return 0;
}
