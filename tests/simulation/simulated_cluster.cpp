// SPDX-License-Identifier: Apache-2.0
// See simulated_cluster.h.
#include "tests/simulation/simulated_cluster.h"

#include <algorithm>
#include <utility>

namespace mainstay::simulation {
namespace {

constexpr std::size_t kTrace = 4000;
/// After a change of members what was ordered before may still begin; rules are judged after this.
constexpr Duration kCalm{2'000};

}  // namespace

SimulatedCluster::SimulatedCluster(Options options)
    : options_(std::move(options)), generator_(options_.seed) {
  now_.wall = WallTime{Duration{1'700'000'000'000}};
  for (std::uint32_t id = 1; id <= options_.nodes; ++id) {
    hosts_[id].disk = options_.cib;
  }
}

void SimulatedCluster::tell(const std::string& what) {
  trace_.push_back(std::to_string(now_.steady.time_since_epoch().count()) + " " + what);
  if (trace_.size() > kTrace) {
    trace_.pop_front();
  }
}

std::string SimulatedCluster::trace() const {
  std::string text = "seed " + std::to_string(options_.seed) + "\n";
  for (const std::string& line : trace_) {
    text += line + "\n";
  }
  return text;
}

void SimulatedCluster::violate(const std::string& what) {
  tell("VIOLATION " + what);
  if (violations_.size() < 5) {
    violations_.push_back(std::to_string(now_.steady.time_since_epoch().count()) + " " + what);
  }
}

void SimulatedCluster::at(Duration delay, std::function<void()> run) {
  queue_.push({now_.steady + delay, ++sequence_, std::move(run)});
}

void SimulatedCluster::on_host(Duration delay, std::uint32_t id, std::function<void(Host&)> run) {
  const std::uint64_t incarnation = hosts_[id].incarnation;
  at(delay, [this, id, incarnation, run = std::move(run)] {
    Host& host = hosts_[id];
    if (host.controller && host.incarnation == incarnation) {
      run(host);
    }
  });
}

void SimulatedCluster::give(std::uint32_t id, const controller::Event& event) {
  Host& host = hosts_[id];
  if (!host.controller) {
    return;
  }
  for (const controller::Effect& effect : host.controller->handle(event, now_)) {
    perform(id, effect);
  }
  check(id);
}

void SimulatedCluster::boot(std::uint32_t id) {
  Host& host = hosts_[id];
  if (host.controller) {
    return;
  }
  tell("boot " + node_name(id));
  ++host.incarnation;
  cib::Document stored;
  if (!host.disk.empty()) {
    Result<cib::Document> parsed = cib::Document::parse(host.disk, "disk of " + node_name(id));
    if (!parsed) {
      violate("disk of " + node_name(id) + ": " + parsed.error().context);
    } else {
      stored = std::move(*parsed);
    }
  }
  host.controller.emplace(model::Node{id, node_name(id)}, std::move(stored),
                          node_name(id) + "#" + std::to_string(host.incarnation), options_.planner);
  host.engine = true;
  regroup();
}

void SimulatedCluster::boot_all() {
  for (const auto& [id, host] : hosts_) {
    boot(id);
  }
}

void SimulatedCluster::crash(std::uint32_t id) {
  Host& host = hosts_[id];
  if (!host.controller) {
    return;
  }
  tell("crash " + node_name(id));
  host.controller.reset();
  host.active.clear();
  host.promoted.clear();
  host.inbox.clear();
  host.outbox.clear();
  host.timers.clear();
  host.queues.clear();
  host.inbox_scheduled = host.outbox_scheduled = false;
  ++host.incarnation;
  regroup();
}

void SimulatedCluster::shut_down(std::uint32_t id) {
  tell("shut down " + node_name(id));
  give(id, controller::ShutdownRequested{});
}

void SimulatedCluster::partition(const std::vector<std::set<std::uint32_t>>& groups) {
  tell("partition");
  int number = 1000;
  for (auto& [id, host] : hosts_) {
    host.group = ++number;
  }
  for (std::size_t index = 0; index < groups.size(); ++index) {
    for (const std::uint32_t id : groups[index]) {
      hosts_[id].group = static_cast<int>(index);
    }
  }
  regroup();
}

void SimulatedCluster::heal() {
  tell("heal");
  for (auto& [id, host] : hosts_) {
    host.group = 0;
  }
  regroup();
}

void SimulatedCluster::restart_engine(std::uint32_t id) {
  Host& host = hosts_[id];
  if (!host.controller || !host.engine) {
    return;
  }
  tell("engine of " + node_name(id) + " restarts");
  host.engine = false;
  host.inbox.clear();
  host.outbox.clear();
  give(id, controller::Disconnected{"restarted"});
  regroup();
  on_host(Duration{500} + jitter(3000), id, [this](Host& back) {
    back.engine = true;
    regroup();
  });
}

void SimulatedCluster::regroup() {
  ++ring_;
  std::map<int, std::vector<std::uint32_t>> groups;
  for (auto& [id, host] : hosts_) {
    if (host.controller && host.engine) {
      groups[host.group].push_back(id);
    }
  }
  for (const auto& [group, ids] : groups) {
    model::View view;
    view.ring_seq = ring_;
    view.quorate = options_.two_node || 2 * ids.size() > hosts_.size();
    for (const std::uint32_t id : ids) {
      view.members.push_back({id, node_name(id)});
    }
    view.hosts = view.members;
    for (const auto& [id, host] : hosts_) {
      view.configured.push_back({id, node_name(id)});
    }
    for (const std::uint32_t id : ids) {
      hosts_[id].grouped_since = now_.steady;
      push(id, {.from = 0, .payload = {}, .view = view});
    }
  }
}

void SimulatedCluster::push(std::uint32_t id, Item item) {
  Host& host = hosts_[id];
  host.inbox.push_back(std::move(item));
  if (!host.inbox_scheduled) {
    host.inbox_scheduled = true;
    on_host(jitter(3), id, [this, id](Host&) { pump(id); });
  }
}

void SimulatedCluster::pump(std::uint32_t id) {
  Host& host = hosts_[id];
  host.inbox_scheduled = false;
  if (host.inbox.empty() || host.frozen) {
    return;
  }
  const Item item = std::move(host.inbox.front());
  host.inbox.pop_front();
  if (!host.inbox.empty()) {
    host.inbox_scheduled = true;
    on_host(jitter(2), id, [this, id](Host&) { pump(id); });
  }
  if (item.view) {
    give(id, controller::ViewChanged{*item.view});
  } else {
    give(id, controller::MessageArrived{item.from, item.payload});
  }
}

/// The first message of a host's send queue takes its place in the order of the host's group.
void SimulatedCluster::order_next(std::uint32_t id) {
  Host& host = hosts_[id];
  host.outbox_scheduled = false;
  if (host.outbox.empty() || !host.engine) {
    return;
  }
  const std::string payload = std::move(host.outbox.front());
  host.outbox.pop_front();
  for (auto& [other, state] : hosts_) {
    if (state.controller && state.engine && state.group == host.group) {
      push(other, {.from = id, .payload = payload, .view = std::nullopt});
    }
  }
  if (!host.outbox.empty()) {
    host.outbox_scheduled = true;
    on_host(jitter(2), id, [this, id](Host&) { order_next(id); });
  }
}

void SimulatedCluster::perform(std::uint32_t id, const controller::Effect& effect) {
  Host& host = hosts_[id];
  if (const auto* broadcast = std::get_if<controller::Broadcast>(&effect)) {
    ++broadcasts_;
    if (!host.engine) {
      return;
    }
    host.outbox.push_back(broadcast->payload);
    if (!host.outbox_scheduled) {
      host.outbox_scheduled = true;
      on_host(jitter(2), id, [this, id](Host&) { order_next(id); });
    }
  } else if (std::holds_alternative<controller::Settled>(effect)) {
    host.controller->rest();
  } else if (const auto* run = std::get_if<controller::RunAction>(&effect)) {
    auto& queue = host.queues[run->request.resource];
    queue.push_back(run->request);
    if (queue.size() == 1) {
      begin_action(id, run->request.resource);
    }
  } else if (const auto* cancel = std::get_if<controller::CancelAction>(&effect)) {
    for (auto& [resource, queue] : host.queues) {
      for (auto entry = queue.begin(); entry != queue.end(); ++entry) {
        if (entry->call_id == cancel->call_id && entry != queue.begin()) {
          queue.erase(entry);
          on_host(Duration{0}, id, [this, id, call = cancel->call_id](Host&) {
            model::ActionOutcome dropped;
            dropped.call_id = call;
            dropped.status = model::OperationStatus::cancelled;
            give(id, controller::OperationFinished{dropped});
          });
          return;
        }
      }
    }
  } else if (const auto* arm = std::get_if<controller::ArmTimer>(&effect)) {
    host.timers[arm->timer] = arm->due;
    const Duration delay = std::max(Duration{0}, arm->due - now_.steady);
    on_host(delay, id, [this, id, timer = arm->timer, due = arm->due](Host& later) {
      const auto armed = later.timers.find(timer);
      if (armed != later.timers.end() && armed->second == due) {
        later.timers.erase(armed);
        give(id, controller::TimerFired{timer});
      }
    });
  } else if (const auto* disarm = std::get_if<controller::CancelTimer>(&effect)) {
    host.timers.erase(disarm->timer);
  } else if (const auto* store = std::get_if<controller::StoreCib>(&effect)) {
    on_host(Duration{2} + jitter(20), id, [this, id, saved = *store](Host& later) {
      later.disk = saved.text;
      give(id, controller::CibStored{saved.version, std::nullopt});
    });
  } else if (const auto* answer = std::get_if<controller::Reply>(&effect)) {
    if (!replies_.emplace(answer->request, *answer).second) {
      violate("request " + std::to_string(answer->request) + " was answered twice");
    }
  } else if (std::holds_alternative<controller::KeepAside>(effect)) {
    ++kept_aside_;
  } else if (std::holds_alternative<controller::Left>(effect)) {
    tell(node_name(id) + " left");
    host.engine = false;  // it hears nothing more
    at(Duration{0}, [this, id, incarnation = host.incarnation] {
      if (hosts_[id].incarnation == incarnation) {
        crash(id);
      }
    });
  } else if (const auto* line = std::get_if<controller::Note>(&effect)) {
    tell(node_name(id) + ": " + line->message + " " + render_fields(line->fields));
  }
}

void SimulatedCluster::begin_action(std::uint32_t id, const std::string& resource) {
  Host& host = hosts_[id];
  const model::ActionRequest request = host.queues[resource].front();
  if (request.action == "start") {
    check_start(id, resource);
  }
  const model::ActionOutcome outcome = outcome_of(host, request);
  tell(node_name(id) + " runs " + request.action + " " + resource + " -> " +
       std::to_string(outcome.exit_code));
  ++runs_[resource + " " + request.action];
  on_host(outcome.took, id, [this, id, resource, request, outcome](Host& later) {
    if (outcome.status == model::OperationStatus::done && outcome.exit_code == 0) {
      take_effect(later, request);
    }
    auto& queue = later.queues[resource];
    queue.pop_front();
    if (!queue.empty()) {
      begin_action(id, resource);
    }
    give(id, controller::OperationFinished{outcome});
  });
}

void SimulatedCluster::take_effect(Host& host, const model::ActionRequest& request) {
  const std::string& resource = request.resource;
  if (request.action == "start") {
    host.active.insert(resource);
  } else if (request.action == "stop") {
    host.active.erase(resource);
    host.promoted.erase(resource);
  } else if (request.action == "promote") {
    host.promoted.insert(resource);
  } else if (request.action == "demote") {
    host.promoted.erase(resource);
  } else if (request.action == "migrate_from") {  // until then it lives at its source
    for (auto& [other, state] : hosts_) {
      state.active.erase(resource);
    }
    host.active.insert(resource);
  }
}

model::ActionOutcome SimulatedCluster::outcome_of(Host& host, const model::ActionRequest& request) {
  const auto own = behaviours_.find(request.resource);
  const Behaviour& behaviour = own == behaviours_.end() ? behaviours_[""] : own->second;
  model::ActionOutcome outcome;
  outcome.call_id = request.call_id;
  const auto spread =
      static_cast<std::uint64_t>((behaviour.longest - behaviour.shortest).count()) + 1;
  outcome.took = behaviour.shortest + jitter(spread);
  if (request.action == "monitor") {
    const int running = host.promoted.contains(request.resource) ? 8 : 0;
    outcome.exit_code = host.active.contains(request.resource) ? running : 7;
  }
  const bool probe = request.action == "monitor" && request.interval == Duration{0};
  if (request.action == "stop") {
    if (random(100) < static_cast<std::uint64_t>(behaviour.stop_fail_percent)) {
      outcome.exit_code = 1;
    }
  } else if (!probe) {
    if (random(100) < static_cast<std::uint64_t>(behaviour.hang_percent)) {
      outcome.took = request.timeout;
      outcome.exit_code = 1;
      outcome.status = model::OperationStatus::timed_out;
    } else if (random(100) < static_cast<std::uint64_t>(behaviour.fail_percent)) {
      outcome.exit_code = 1;
    }
  }
  return outcome;
}

void SimulatedCluster::check_start(std::uint32_t id, const std::string& resource) {
  const Host& host = hosts_[id];
  for (const auto& [other, state] : hosts_) {
    const bool together = state.controller && state.engine && host.engine &&
                          state.group == host.group &&
                          now_.steady - std::max(state.grouped_since, host.grouped_since) > kCalm;
    if (other != id && together && state.active.contains(resource) &&
        !options_.clones.contains(resource)) {
      violate(resource + " starts on " + node_name(id) + " while active on " + node_name(other));
    }
  }
}

void SimulatedCluster::check(std::uint32_t id) {
  const Host& host = hosts_[id];
  if (!host.controller || !host.engine || !host.inbox.empty()) {
    return;
  }
  const controller::ClusterInfo info = host.controller->info();
  if (!info.synced || info.dc.empty()) {
    return;
  }
  for (const auto& [other, state] : hosts_) {
    if (other == id || !state.controller || !state.engine || state.group != host.group ||
        !state.inbox.empty()) {
      continue;
    }
    const controller::ClusterInfo theirs = state.controller->info();
    if (!theirs.synced || theirs.dc.empty() || !(theirs.view == info.view)) {
      continue;
    }
    if (theirs.dc != info.dc) {
      violate("two DCs: " + info.dc + " and " + theirs.dc);
    }
    if (state.controller->cib().compact_text() != host.controller->cib().compact_text()) {
      violate("the CIBs of " + node_name(id) + " and " + node_name(other) + " differ:\n" +
              host.controller->cib().text() + "\n" + state.controller->cib().text());
    }
  }
}

bool SimulatedCluster::step(TimePoint until) {
  if (queue_.empty() || queue_.top().due > until) {
    return false;
  }
  const Scheduled next = queue_.top();
  queue_.pop();
  now_.wall += next.due - now_.steady;
  now_.steady = next.due;
  next.run();
  return true;
}

void SimulatedCluster::run_for(Duration time) {
  const TimePoint until = now_.steady + time;
  while (step(until)) {
  }
  now_.wall += until - now_.steady;
  now_.steady = until;
}

bool SimulatedCluster::run_until(const std::function<bool()>& done, Duration at_most) {
  const TimePoint until = now_.steady + at_most;
  while (!done()) {
    if (!step(until)) {
      return false;
    }
  }
  return true;
}

bool SimulatedCluster::settled() const {
  bool any = false;
  for (const auto& [id, host] : hosts_) {
    if (!host.controller) {
      continue;
    }
    const controller::ClusterInfo info = host.controller->info();
    if (!host.engine || !info.synced || !info.idle || info.dc.empty() || !host.inbox.empty()) {
      return false;
    }
    any = true;
  }
  return any;
}

void SimulatedCluster::thaw(std::uint32_t id) {
  Host& host = hosts_.at(id);
  host.frozen = false;
  if (!host.inbox.empty() && !host.inbox_scheduled) {
    host.inbox_scheduled = true;
    on_host(Duration{0}, id, [this, id](Host&) { pump(id); });
  }
}

void SimulatedCluster::set_behaviour(const std::string& resource, Behaviour behaviour) {
  behaviours_[resource] = behaviour;
}

void SimulatedCluster::break_resource(const std::string& resource) {
  tell("break " + resource);
  for (auto& [id, host] : hosts_) {
    host.active.erase(resource);
    host.promoted.erase(resource);
  }
}

void SimulatedCluster::hint(const std::string& resource) {
  tell("hint at " + resource);
  for (const auto& [id, host] : hosts_) {
    on_host(Duration{0}, id,
            [this, id = id, resource](Host&) { give(id, controller::ResourceChanged{resource}); });
  }
}

void SimulatedCluster::set_attribute(std::uint32_t id, const model::AttributeUpdate& update) {
  tell("attribute " + update.name);
  on_host(Duration{0}, id,
          [this, id, update](Host&) { give(id, controller::AttributeSet{update}); });
}

void SimulatedCluster::plant_resource(std::uint32_t id, const std::string& resource) {
  hosts_[id].active.insert(resource);
}

std::uint64_t SimulatedCluster::change(std::uint32_t id, const cib::Change& change) {
  const std::uint64_t request = next_request_++;
  tell("change at " + node_name(id));
  give(id, controller::ChangeCib{request, change, {"test", "root", node_name(id)}});
  return request;
}

std::uint64_t SimulatedCluster::change_attribute(std::uint32_t id, const std::string& node,
                                                 const model::AttributeUpdate& update) {
  const std::uint64_t request = next_request_++;
  tell("attribute " + update.name + " wanted at " + node_name(id));
  give(id, controller::ChangeAttribute{request, node, update});
  return request;
}

std::uint64_t SimulatedCluster::await_idle(std::uint32_t id) {
  const std::uint64_t request = next_request_++;
  give(id, controller::AwaitIdle{request});
  return request;
}

const controller::Reply* SimulatedCluster::reply(std::uint64_t request) const {
  const auto found = replies_.find(request);
  return found == replies_.end() ? nullptr : &found->second;
}

std::vector<std::uint32_t> SimulatedCluster::active_on(const std::string& resource) const {
  std::vector<std::uint32_t> ids;
  for (const auto& [id, host] : hosts_) {
    if (host.active.contains(resource)) {
      ids.push_back(id);
    }
  }
  return ids;
}

std::vector<std::uint32_t> SimulatedCluster::promoted_on(const std::string& resource) const {
  std::vector<std::uint32_t> ids;
  for (const auto& [id, host] : hosts_) {
    if (host.promoted.contains(resource)) {
      ids.push_back(id);
    }
  }
  return ids;
}

std::size_t SimulatedCluster::runs(const std::string& resource, const std::string& action) const {
  const auto found = runs_.find(resource + " " + action);
  return found == runs_.end() ? 0 : found->second;
}

std::set<std::uint32_t> SimulatedCluster::up_hosts() const {
  std::set<std::uint32_t> ids;
  for (const auto& [id, host] : hosts_) {
    if (host.controller) {
      ids.insert(id);
    }
  }
  return ids;
}

}  // namespace mainstay::simulation
