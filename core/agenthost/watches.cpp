// SPDX-License-Identifier: Apache-2.0
#include "core/agenthost/watches.h"

#include <utility>

#include "core/base/log.h"

namespace mainstay::agenthost {

struct Watches::Entry {
  Entry(Watches& all, std::string name) : owner(all), resource(std::move(name)) {}

  Watches& owner;
  const std::string resource;
  // From any thread, with no lock held:
  std::atomic<bool> told = false;
  std::atomic<bool> lost = false;
  // Held while the watch is begun or ended, which the plugin may take its time for.
  std::mutex mutex;
  bool ended = false;
  bool begun = false;  // for these parameters, with or without success
  std::string type;
  std::map<std::string, std::string> parameters;
  std::shared_ptr<agent::PluginInstance> instance;
  void* watch = nullptr;
  std::string failure;
};

Watches::~Watches() {
  for (const auto& [resource, entry] : std::exchange(entries_, {})) {
    const std::lock_guard lock(entry->mutex);
    stop(*entry);
  }
}

bool Watches::keep(const agent::AgentCall& call,
                   const std::shared_ptr<agent::PluginInstance>& instance,
                   const agent::LogSink& log) {
  if (!instance->can_watch()) {
    return false;
  }
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Entry>& found = entries_[call.resource];
    if (!found) {
      found = std::make_shared<Entry>(*this, call.resource);
    }
    entry = found;
  }
  // What changes from now on may be overlooked by the monitor that is about to run.
  entry->told = false;
  const std::lock_guard lock(entry->mutex);
  if (entry->ended) {
    return false;
  }
  const bool same = entry->type == call.type && entry->parameters == call.parameters;
  if (!entry->begun || !same || entry->lost || !entry->failure.empty()) {
    stop(*entry);
    begin(*entry, call, instance, log);
  }
  return entry->watch != nullptr;
}

void Watches::begin(Entry& entry, const agent::AgentCall& call,
                    const std::shared_ptr<agent::PluginInstance>& instance,
                    const agent::LogSink& log) {
  entry.lost = false;
  entry.begun = true;
  entry.type = call.type;
  entry.parameters = call.parameters;
  entry.instance = instance;
  agent::PluginInstance::Watched watched = instance->watch(call, log, input_for(entry));
  entry.watch = watched.watch;
  const bool failed =
      watched.watch == nullptr && watched.result.code != agent::OcfExitCode::success;
  std::string failure = failed ? std::move(watched.result.reason) : std::string();
  // Every monitor tries again; once is enough to read of it.
  if (failed && failure != entry.failure) {
    log(agent::LogSeverity::warning,
        "changes will not be noticed before they are polled: " + failure);
  }
  entry.failure = failed && failure.empty() ? "no reason given" : std::move(failure);
}

/// With the entry's lock.
void Watches::stop(Entry& entry) {
  if (entry.watch != nullptr) {
    entry.instance->unwatch(std::exchange(entry.watch, nullptr));
  }
}

void Watches::end(const std::string& resource) {
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(resource);
    if (found == entries_.end()) {
      return;
    }
    entry = std::move(found->second);
    entries_.erase(found);
  }
  const std::lock_guard lock(entry->mutex);
  entry->ended = true;
  stop(*entry);
}

void Watches::changed(Entry& entry) {
  if (!entry.told.exchange(true)) {
    tell_(entry.resource);
  }
}

agent::abi::WatchInput Watches::input_for(Entry& entry) {
  agent::abi::WatchInput input{};
  input.size = sizeof input;
  input.watch = &entry;
  input.changed = [](void* watch) {
    auto& one = *static_cast<Entry*>(watch);
    one.owner.changed(one);
  };
  input.lost = [](void* watch, const char* why) {
    auto& one = *static_cast<Entry*>(watch);
    if (!one.lost.exchange(true)) {
      log(LogLevel::warning, "a watch was lost and is begun anew",
          {{"resource", one.resource}, {"reason", why == nullptr ? "" : why}});
    }
    one.owner.changed(one);
  };
  input.loop = &entry.owner.loop_;
  input.add_descriptor = [](void* loop, int descriptor, void (*ready)(void*), void* context) {
    return static_cast<WatchLoop*>(loop)->add(descriptor, ready, context);
  };
  input.remove_descriptor = [](void* loop, void* registration) {
    static_cast<WatchLoop*>(loop)->remove(registration);
  };
  return input;
}

}  // namespace mainstay::agenthost
