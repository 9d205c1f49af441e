// SPDX-License-Identifier: Apache-2.0
// One recorded operation (lrm_rsc_op) as a value.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

using model::HistoryEntry;

/// The third field of a transition key.
int expected_rc(std::string_view key) {
  for (int field = 0; field < 2; ++field) {
    const auto colon = key.find(':');
    if (colon == std::string_view::npos) {
      return HistoryEntry().expected_rc;
    }
    key.remove_prefix(colon + 1);
  }
  return parse_int(key.substr(0, key.find(':')), -1);
}

struct Field {
  std::string_view name;
  void (*read)(HistoryEntry& entry, const char* value);
};

/// An entry has twenty attributes: looking for each by name would go over all of them often.
constexpr std::array<Field, 17> kFields{{
    {"id", [](HistoryEntry& e, const char* value) { e.id = value; }},
    {"operation", [](HistoryEntry& e, const char* value) { e.task = value; }},
    {"interval",
     [](HistoryEntry& e, const char* value) {
       e.interval = Duration(std::strtoll(value, nullptr, 10));
     }},
    {"rc-code", [](HistoryEntry& e, const char* value) { e.rc = parse_int(value, -1); }},
    {"op-status", [](HistoryEntry& e, const char* value) { e.status = parse_int(value, -2); }},
    {"call-id", [](HistoryEntry& e, const char* value) { e.call_id = parse_int(value, 0); }},
    {"last-rc-change",
     [](HistoryEntry& e, const char* value) { e.last_change = std::strtoll(value, nullptr, 10); }},
    {"exit-reason", [](HistoryEntry& e, const char* value) { e.exit_reason = value; }},
    {"transition-magic", [](HistoryEntry& e, const char* value) { e.magic = value; }},
    {"transition-key",
     [](HistoryEntry& e, const char* value) { e.expected_rc = expected_rc(value); }},
    {"op-digest", [](HistoryEntry& e, const char* value) { e.digest = value; }},
    {"op-restart-digest", [](HistoryEntry& e, const char* value) { e.restart_digest = value; }},
    {"op-force-restart", [](HistoryEntry& e, const char* value) { e.restart_parameters = value; }},
    {"op-secure-digest", [](HistoryEntry& e, const char* value) { e.secure_digest = value; }},
    {"op-secure-params", [](HistoryEntry& e, const char* value) { e.secure_parameters = value; }},
    {"migrate_source", [](HistoryEntry& e, const char* value) { e.migrate_source = value; }},
    {"migrate_target", [](HistoryEntry& e, const char* value) { e.migrate_target = value; }},
}};

}  // namespace

HistoryEntry read_entry(pugi::xml_node xml) {
  HistoryEntry entry;
  entry.status = -2;  // neither this nor an exit code: no result at all
  entry.rc = -1;
  for (const pugi::xml_attribute& given : xml.attributes()) {
    const std::string_view name = given.name();
    const auto* const field = std::find_if(kFields.begin(), kFields.end(),
                                           [&](const Field& known) { return known.name == name; });
    if (field != kFields.end()) {
      field->read(entry, given.value());
    }
  }
  return entry;
}

}  // namespace mainstay::scheduler
