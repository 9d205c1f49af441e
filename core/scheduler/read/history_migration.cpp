// SPDX-License-Identifier: Apache-2.0
// What a migration says of two nodes: migrate_to on the source, migrate_from on the target, then a
// stop on the source. Without migrate_from it is partial; without the stop it dangles, and only
// the stop is missing. Whatever happened on a node since then makes it irrelevant there.
// Pacemaker Explained, "Migrating Resources".
#include <algorithm>

#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

using model::HistoryEntry;
using model::Resource;
using model::Role;

constexpr int kPending = -1;
constexpr int kDone = 0;
constexpr int kNotRunning = 7;
constexpr int kUnknownCode = 193;

/// What a node's history says of one resource, in the order of the CIB; each may be read before the
/// other node's history is.
class OtherHistory {
 public:
  OtherHistory(const Reading& reading, const std::string& node, const Resource& resource)
      : node_(node) {
    for (const pugi::xml_node state : reading.cib.child("status").children("node_state")) {
      if (attr(state, "uname") != node) {
        continue;
      }
      for (const pugi::xml_node xml :
           state.child("lrm").child("lrm_resources").children("lrm_resource")) {
        if (attr(xml, "id") == resource.id) {
          for (const pugi::xml_node op : xml.children("lrm_rsc_op")) {
            entries_.push_back(read_entry(op));
          }
        }
      }
    }
  }

  /// Whether no action was completed there: it will be probed.
  bool unknown() const {
    return std::all_of(entries_.begin(), entries_.end(),
                       [](const HistoryEntry& entry) { return entry.rc == kUnknownCode; });
  }

  /// The first entry of a task, of the migration from or to that node.
  const HistoryEntry* migration(const std::string& task, const std::string& other) const {
    return find([&](const HistoryEntry& entry) {
      return entry.task == task &&
             (task == "migrate_to" ? entry.migrate_target : entry.migrate_source) == other;
    });
  }

  bool moved_since(const HistoryEntry& event, const std::string& where) const {
    return find([&](const HistoryEntry& entry) {
             return entry.id != event.id &&
                    (entry.task == "start" || entry.task == "stop" || entry.task == "migrate_to" ||
                     entry.task == "migrate_from") &&
                    is_newer(entry, event, where);
           }) != nullptr;
  }

  /// The first monitor counts alone.
  bool found_stopped_since(const HistoryEntry& event, const std::string& where) const {
    const HistoryEntry* monitor =
        find([](const HistoryEntry& entry) { return entry.task == "monitor"; });
    return monitor != nullptr && monitor->rc == kNotRunning && monitor->status == kDone &&
           is_newer(*monitor, event, where);
  }

  bool newer_state(const HistoryEntry& event, const std::string& where) const {
    return moved_since(event, where) || found_stopped_since(event, where);
  }

 private:
  template <typename Condition>
  const HistoryEntry* find(const Condition& condition) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(), condition);
    return found == entries_.end() ? nullptr : &*found;
  }

  /// Call ids are counted by each node for itself; `where` is the node of `event`.
  bool is_newer(const HistoryEntry& entry, const HistoryEntry& event,
                const std::string& where) const {
    if (entry.call_id < 0) {
      return event.call_id >= 0;
    }
    if (event.call_id < 0) {
      return false;
    }
    if (node_ == where && entry.call_id != event.call_id) {
      return entry.call_id > event.call_id;
    }
    return event.last_change > 0 && entry.last_change > event.last_change;
  }

  std::string node_;
  std::vector<HistoryEntry> entries_;
};

bool succeeded(const HistoryEntry* entry) {
  return entry != nullptr && entry->rc == 0 && entry->status == kDone;
}

}  // namespace

/// It has to be recovered, and cannot be migrated again.
void HistoryReading::fail_migration() {
  resource().failed = true;
  resource().stop_if_failed = true;
  resource().allow_migrate = false;
}

void HistoryReading::take_migration_success(const HistoryEntry& entry) {
  Resource& r = resource();
  const std::string source = reading_.node(node_).name;
  const std::string target(entry.migrate_target);
  if (entry.migrate_source != source || target.empty()) {
    return;
  }
  const OtherHistory here(reading_, source, r);
  const OtherHistory there(reading_, target, r);
  const bool source_moved = here.moved_since(entry, source);
  const HistoryEntry* from = there.migration("migrate_from", source);
  if (from != nullptr && source_moved) {
    return;
  }
  const bool target_changed =
      from != nullptr ? there.newer_state(*from, target) : there.newer_state(entry, source);
  if (source_moved && target_changed) {
    return;
  }
  if (succeeded(from)) {
    r.role = Role::stopped;
    r.dangling_migrations.push_back(node_);
    return;
  }
  r.role = Role::started;
  const int host = reading_.state.find_node(target);
  const bool online = host >= 0 && reading_.node(host).online;
  const bool failed = from != nullptr && from->status != kPending;
  if (!failed && online && there.unknown()) {
    return;  // cleaned up: the probe will tell
  }
  if (!target_changed && online) {
    add_running(reading_, index_, host, failed);
    if (!failed && reading_.node(node_).online) {
      resource().partial_migration_target = host;
      resource().partial_migration_source = node_;
    }
  } else if (failed || !source_moved) {
    fail_migration();
  }
}

void HistoryReading::take_migration_to_failure(const HistoryEntry& entry) {
  Resource& r = resource();
  const std::string source = reading_.node(node_).name;
  const std::string target(entry.migrate_target);
  if (entry.migrate_source != source || target.empty()) {
    return;
  }
  r.role = Role::started;
  const OtherHistory there(reading_, target, r);
  const HistoryEntry* from = there.migration("migrate_from", source);
  const bool changed =
      succeeded(from) ? there.newer_state(*from, target) : there.newer_state(entry, source);
  if (!there.unknown() && !changed) {
    const int host = reading_.state.find_node(target);
    if (host >= 0 && reading_.node(host).online) {
      add_running(reading_, index_, host);
    }
  } else if (!OtherHistory(reading_, source, r).moved_since(entry, source)) {
    r.dangling_migrations.push_back(node_);
  }
}

void HistoryReading::take_migration_from_failure(const HistoryEntry& entry) {
  Resource& r = resource();
  const std::string target = reading_.node(node_).name;
  const std::string source(entry.migrate_source);
  if (entry.migrate_target != target || source.empty()) {
    return;
  }
  r.role = Role::started;
  const OtherHistory there(reading_, source, r);
  const HistoryEntry* to = there.migration("migrate_to", target);
  const bool changed =
      succeeded(to) ? there.newer_state(*to, source) : there.newer_state(entry, target);
  const int host = reading_.state.find_node(source);
  if (!there.unknown() && !changed && host >= 0 && reading_.node(host).online) {
    add_running(reading_, index_, host, true);
  }
}

}  // namespace mainstay::scheduler
