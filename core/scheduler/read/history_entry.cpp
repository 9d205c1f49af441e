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
  void (*read)(HistoryEntry& entry, const char* value);  ///< null: nobody asks for it
};

/// All that an entry has, in the order in which controllers write it.
constexpr std::array<Field, 24> kFields{{
    {"id", [](HistoryEntry& e, const char* value) { e.id = value; }},
    {"operation_key", [](HistoryEntry& e, const char* value) { e.key = value; }},
    {"operation", [](HistoryEntry& e, const char* value) { e.task = value; }},
    {"crm-debug-origin", nullptr},
    {"crm_feature_set", [](HistoryEntry& e, const char* value) { e.feature_set = value; }},
    {"transition-key",
     [](HistoryEntry& e, const char* value) { e.expected_rc = expected_rc(value); }},
    {"transition-magic", [](HistoryEntry& e, const char* value) { e.magic = value; }},
    {"exit-reason", [](HistoryEntry& e, const char* value) { e.exit_reason = value; }},
    {"on_node", nullptr},
    {"call-id", [](HistoryEntry& e, const char* value) { e.call_id = parse_int(value, 0); }},
    {"rc-code", [](HistoryEntry& e, const char* value) { e.rc = parse_int(value, -1); }},
    {"op-status", [](HistoryEntry& e, const char* value) { e.status = parse_int(value, -2); }},
    {"interval",
     [](HistoryEntry& e, const char* value) {
       e.interval = Duration(std::strtoll(value, nullptr, 10));
     }},
    {"last-run", nullptr},
    {"last-rc-change",
     [](HistoryEntry& e, const char* value) { e.last_change = std::strtoll(value, nullptr, 10); }},
    {"exec-time", [](HistoryEntry& e, const char* value) { e.exec_time = parse_int(value, -1); }},
    {"queue-time", [](HistoryEntry& e, const char* value) { e.queue_time = parse_int(value, -1); }},
    {"migrate_source", [](HistoryEntry& e, const char* value) { e.migrate_source = value; }},
    {"migrate_target", [](HistoryEntry& e, const char* value) { e.migrate_target = value; }},
    {"op-digest", [](HistoryEntry& e, const char* value) { e.digest = value; }},
    {"op-force-restart", [](HistoryEntry& e, const char* value) { e.restart_parameters = value; }},
    {"op-restart-digest", [](HistoryEntry& e, const char* value) { e.restart_digest = value; }},
    {"op-secure-params", [](HistoryEntry& e, const char* value) { e.secure_parameters = value; }},
    {"op-secure-digest", [](HistoryEntry& e, const char* value) { e.secure_digest = value; }},
}};

/// The field of that name; the search begins at `next`, where it mostly is, and moves that on.
const Field* find_field(std::string_view name, const Field*& next) {
  const auto is_it = [&](const Field& known) { return known.name == name; };
  const Field* const end = kFields.data() + kFields.size();
  const Field* found = std::find_if(next, end, is_it);
  if (found == end) {
    found = std::find_if(kFields.data(), next, is_it);
    if (found == next) {
      return nullptr;
    }
  }
  next = found + 1;
  return found;
}

}  // namespace

HistoryEntry read_entry(pugi::xml_node xml) {
  HistoryEntry entry;
  entry.status = -2;  // neither this nor an exit code: no result at all
  entry.rc = -1;
  const Field* next = kFields.data();
  for (const pugi::xml_attribute& given : xml.attributes()) {
    const Field* const field = find_field(given.name(), next);
    if (field != nullptr && field->read != nullptr) {
      field->read(entry, given.value());
    }
  }
  return entry;
}

}  // namespace mainstay::scheduler
