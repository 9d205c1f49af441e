// SPDX-License-Identifier: Apache-2.0
// How to write a resource agent for mainstay. This one header is all that a plugin needs.
//
// A plugin is a shared object that exports one symbol, `mainstay_agent_plugin`: a constant table of
// plain data and function pointers (namespace abi), whose first field is the ABI version. Authors
// do not see it: they derive from ResourceAgent, describe parameters and actions once in a
// Description, and end their source with
//
//     MAINSTAY_AGENT_PLUGIN(MyAgent, kDescription)
//
// Threading: actions of different resources run at the same time on different threads of one host
// process; of one resource never two at once. An agent object belongs to one configured resource
// (instance), so its members need no lock; whatever it shares with other objects does.
// Lifetime: the object is made before a resource's first action and dropped after a successful
// stop, after a monitor that finds the resource inactive, or with the host process, which may be
// killed at any time: keep nothing in the object that cannot be found again.
// Errors: an exception is caught before it leaves the plugin: err_generic with its text.
// Watching: an agent that overrides watch() tells the host when something has changed. That is only
// a hint: the resource is monitored at once, and only that monitor's result counts. A hint too many
// costs a monitor, a lost one nothing but time until the next monitor.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/agent/mainstay_agent_abi.h"
#include "core/agent/mainstay_agent_watch.h"

namespace mainstay::agent {

/// How an action ended. The reason is one line for the operator: what is wrong, not what was done.
struct ActionResult {
  OcfExitCode code = OcfExitCode::success;
  std::string reason;

  static ActionResult ok() { return {}; }
  static ActionResult not_running(std::string why = {}) {
    return {OcfExitCode::not_running, std::move(why)};
  }
  static ActionResult failed(std::string why) { return {OcfExitCode::err_generic, std::move(why)}; }
  static ActionResult misconfigured(std::string why) {
    return {OcfExitCode::err_configured, std::move(why)};
  }
  static ActionResult not_installed(std::string why) {
    return {OcfExitCode::err_installed, std::move(why)};
  }
  static ActionResult unimplemented() {
    return {OcfExitCode::err_unimplemented, "the agent does not implement this action"};
  }
  /// The shell agent of the same name is to serve these parameters. Only before anything was done,
  /// and the same for every action of equal parameters, unless what runs here is the script's work
  /// and only the script can end it.
  static ActionResult decline(std::string why) { return {OcfExitCode::declined, std::move(why)}; }
};

/// "yes", "true", "1", "on", "ja" in the spellings that OCF's shell library takes; the rest is
/// false.
inline bool is_true(std::string_view value) {
  constexpr std::array<std::string_view, 9> kWords = {"yes",  "true", "1",  "YES", "TRUE",
                                                      "True", "ja",   "on", "ON"};
  return std::find(kWords.begin(), kWords.end(), value) != kWords.end();
}

/// One call of one action. Views stay valid until the action returns.
class ActionContext {
 public:
  using Clock = std::chrono::steady_clock;

  ActionContext(const abi::ActionInput& input, const abi::Plugin& plugin)
      : input_(input), plugin_(plugin) {}

  std::string_view resource_id() const { return input_.resource; }
  std::string_view type() const { return input_.type; }
  std::string_view action() const { return input_.action; }

  /// As configured; nothing if it is not.
  std::optional<std::string_view> configured(std::string_view name) const {
    return find({input_.parameters, input_.parameter_count}, name);
  }
  /// As configured, else the described default, else "".
  std::string_view parameter(std::string_view name) const {
    if (const auto value = configured(name)) {
      return *value;
    }
    for (std::uint64_t i = 0; i < plugin_.parameter_count; ++i) {
      if (name == plugin_.parameters[i].name && plugin_.parameters[i].default_value != nullptr) {
        return plugin_.parameters[i].default_value;
      }
    }
    return {};
  }
  bool is_true(std::string_view name) const { return agent::is_true(parameter(name)); }
  std::span<const abi::NameValue> parameters() const {
    return {input_.parameters, input_.parameter_count};
  }
  /// A meta value ("interval", "clone-max", …), without the prefix CRM_meta_.
  std::optional<std::string_view> meta(std::string_view name) const {
    return find({input_.meta, input_.meta_count}, name);
  }

  std::chrono::milliseconds timeout() const { return std::chrono::milliseconds(input_.timeout_ms); }
  /// Whoever is not back by then is killed, host and all.
  Clock::time_point deadline() const {
    return Clock::time_point(std::chrono::milliseconds(input_.deadline_ms));
  }
  std::chrono::milliseconds interval() const {
    return std::chrono::milliseconds(input_.interval_ms);
  }
  bool is_probe() const { return input_.probe != 0; }
  int check_level() const { return input_.check_level; }
  /// The process ends when this action does, as that of a script: what was to go on in the
  /// background has to be done before it returns.
  bool is_last() const { return input_.last != 0; }
  /// For pid files and the like: root only, emptied at boot.
  std::string_view state_directory() const { return input_.state_directory; }

  /// One line to the host's log. Never put a secret in it.
  void log(LogSeverity severity, const std::string& message) const {
    input_.log(input_.host, static_cast<std::int32_t>(severity), message.c_str());
  }

  /// Sets an attribute of this node, for rules and locations; it lasts until the node leaves the
  /// cluster. The cluster hears of it when it has not changed again for `dampening`, and only if it
  /// is another value than before. False: this host has no cluster to tell.
  bool set_attribute(const std::string& name, const std::string& value,
                     std::chrono::milliseconds dampening = {}) const {
    return change_attribute(name, value.c_str(), dampening);
  }
  bool delete_attribute(const std::string& name, std::chrono::milliseconds dampening = {}) const {
    return change_attribute(name, nullptr, dampening);
  }
  /// How much this node is wanted for promoting the resource; higher is better, negative forbids.
  bool set_promotion_score(const std::string& score) const {
    return set_attribute(promotion_attribute(), score);
  }
  bool delete_promotion_score() const { return delete_attribute(promotion_attribute()); }

 private:
  bool change_attribute(const std::string& name, const char* value,
                        std::chrono::milliseconds dampening) const {
    constexpr std::size_t kSince =
        offsetof(abi::ActionInput, set_attribute) + sizeof(abi::ActionInput::set_attribute);
    if (input_.size < kSince || input_.set_attribute == nullptr) {
      return false;
    }
    input_.set_attribute(input_.host, name.c_str(), value, dampening.count());
    return true;
  }
  std::string promotion_attribute() const { return "master-" + std::string(resource_id()); }

  static std::optional<std::string_view> find(std::span<const abi::NameValue> values,
                                              std::string_view name) {
    for (const abi::NameValue& item : values) {
      if (name == item.name) {
        return item.value;
      }
    }
    return std::nullopt;
  }

  const abi::ActionInput& input_;
  const abi::Plugin& plugin_;
};

/// One configured resource on this node. Actions block until they are done. Every action may be
/// repeated: start of a started and stop of a stopped resource succeed.
class ResourceAgent {
 public:
  virtual ~ResourceAgent() = default;
  virtual ActionResult start(const ActionContext&) = 0;
  virtual ActionResult stop(const ActionContext&) = 0;
  /// success, not_running, or what is wrong. Depth: ActionContext::check_level.
  virtual ActionResult monitor(const ActionContext&) = 0;
  virtual ActionResult validate_all(const ActionContext&) { return {}; }
  virtual ActionResult promote(const ActionContext&) { return ActionResult::unimplemented(); }
  virtual ActionResult demote(const ActionContext&) { return ActionResult::unimplemented(); }
  virtual ActionResult notify(const ActionContext&) { return ActionResult::unimplemented(); }
  virtual ActionResult migrate_to(const ActionContext&) { return ActionResult::unimplemented(); }
  virtual ActionResult migrate_from(const ActionContext&) { return ActionResult::unimplemented(); }
  /// For OCF's "reload-agent" and the older "reload".
  virtual ActionResult reload(const ActionContext&) { return ActionResult::unimplemented(); }
  /// Begins to watch the resource. Called before a recurring monitor (the context is its), so that
  /// what changes while it looks is not missed; again when parameters changed or a watch was lost.
  virtual WatchStart watch(const ActionContext&, const Watcher&) { return {}; }
};

/// The agent as administrators see it. Make it constexpr: all of it ends up in the plugin's
/// constant table.
struct Description {
  const char* standard = "ocf";
  const char* provider = "heartbeat";  ///< "" unless ocf
  const char* type = "";               ///< "*": every type of the class
  const char* version = "1.0";
  const char* shortdesc = "";
  const char* longdesc = "";
  std::span<const Parameter> parameters = {};
  std::span<const Action> actions = {};
  /// The Linux capabilities that the actions need, "CAP_NET_ADMIN CAP_NET_RAW", or "" for none: the
  /// host has no others, and what it has started ends with it. Null: nothing is taken away.
  const char* capabilities = nullptr;
  /// With declared capabilities: what the actions start is the resource and outlives the host,
  /// which therefore has no limits of descriptors and memory.
  bool leaves_processes = false;
  /// The texts above are English; these are what they are in other languages.
  std::span<const Translation> translations = {};
};

namespace detail {

inline void put(abi::ActionOutput* output, OcfExitCode code, std::string_view reason) noexcept {
  output->exit_code = static_cast<std::int32_t>(code);
  if (output->reason_capacity == 0) {
    return;
  }
  const std::size_t room = static_cast<std::size_t>(output->reason_capacity) - 1;
  const std::size_t length = reason.size() < room ? reason.size() : room;
  if (length > 0) {
    std::memcpy(output->reason, reason.data(), length);
  }
  output->reason[length] = '\0';
}

inline ActionResult dispatch(ResourceAgent& agent, const ActionContext& context) {
  using Method = ActionResult (ResourceAgent::*)(const ActionContext&);
  constexpr std::array<std::pair<std::string_view, Method>, 12> kMethods = {{
      {"monitor", &ResourceAgent::monitor},
      {"start", &ResourceAgent::start},
      {"stop", &ResourceAgent::stop},
      {"status", &ResourceAgent::monitor},
      {"validate-all", &ResourceAgent::validate_all},
      {"promote", &ResourceAgent::promote},
      {"demote", &ResourceAgent::demote},
      {"notify", &ResourceAgent::notify},
      {"migrate_to", &ResourceAgent::migrate_to},
      {"migrate_from", &ResourceAgent::migrate_from},
      {"reload-agent", &ResourceAgent::reload},
      {"reload", &ResourceAgent::reload},
  }};
  for (const auto& [name, method] : kMethods) {
    if (name == context.action()) {
      return (agent.*method)(context);
    }
  }
  return ActionResult::unimplemented();
}

/// Runs `work` and turns whatever it throws into err_generic with a text.
template <class Work>
void guarded(abi::ActionOutput* output, Work work) noexcept {
  try {
    work();
  } catch (const std::exception& error) {
    put(output, OcfExitCode::err_generic, error.what());
  } catch (...) {
    put(output, OcfExitCode::err_generic, "the agent threw something that is no std::exception");
  }
}

template <class Agent>
void* create(abi::ActionOutput* output) noexcept {
  ResourceAgent* made = nullptr;
  guarded(output, [&] { made = std::make_unique<Agent>().release(); });
  return made;
}

inline void destroy(void* agent) noexcept {
  const std::unique_ptr<ResourceAgent> last(static_cast<ResourceAgent*>(agent));
}

template <const abi::Plugin& Record>
void run(void* agent, const abi::ActionInput* input, abi::ActionOutput* output) noexcept {
  guarded(output, [&] {
    const ActionContext context(*input, Record);
    const ActionResult result = dispatch(*static_cast<ResourceAgent*>(agent), context);
    put(output, result.code, result.reason);
  });
}

template <const abi::Plugin& Record>
void* watch(void* agent, const abi::ActionInput* input, const abi::WatchInput* host,
            abi::ActionOutput* output) noexcept {
  Watch* made = nullptr;
  guarded(output, [&] {
    const ActionContext context(*input, Record);
    WatchStart begun = static_cast<ResourceAgent*>(agent)->watch(context, Watcher(*host));
    put(output, begun.failure.empty() ? OcfExitCode::success : OcfExitCode::err_generic,
        begun.failure);
    made = begun.watch.release();
  });
  return made;
}

inline void unwatch(void* watch) noexcept {
  const std::unique_ptr<Watch> last(static_cast<Watch*>(watch));
}

template <class Agent>
void list_types(void* context, void (*found)(void*, const char*)) noexcept {
  try {
    for (const std::string& type : Agent::list_types()) {
      found(context, type.c_str());
    }
  } catch (...) {  // NOLINT(bugprone-empty-catch): a list that cannot be made is an empty one
  }
}

/// The table for an agent class. An `static std::vector<std::string> list_types()` of the class is
/// used when there is one.
template <class Agent, const abi::Plugin& Record>
constexpr abi::Plugin make_record(const Description& text) {
  abi::Plugin record{};
  record.abi_version = abi::kVersion;
  record.size = sizeof(abi::Plugin);
  record.standard = text.standard;
  record.provider = text.provider;
  record.type = text.type;
  record.version = text.version;
  record.shortdesc = text.shortdesc;
  record.longdesc = text.longdesc;
  record.parameters = text.parameters.data();
  record.parameter_count = text.parameters.size();
  record.parameter_size = sizeof(Parameter);
  record.actions = text.actions.data();
  record.action_count = text.actions.size();
  record.action_size = sizeof(Action);
  record.create = &create<Agent>;
  record.destroy = &destroy;
  record.run = &run<Record>;
  if constexpr (requires { Agent::list_types(); }) {
    record.list_types = &list_types<Agent>;
  }
  // The type of an overriding member names its class.
  if constexpr (!std::is_same_v<decltype(&Agent::watch), decltype(&ResourceAgent::watch)>) {
    record.watch = &watch<Record>;
    record.unwatch = &unwatch;
  }
  record.capabilities = text.capabilities;
  record.leaves_processes = text.leaves_processes ? 1 : 0;
  record.translations = text.translations.data();
  record.translation_count = text.translations.size();
  record.translation_size = sizeof(Translation);
  return record;
}

}  // namespace detail
}  // namespace mainstay::agent

/// Exports the plugin's one symbol. Put it once, at file scope outside any namespace.
// NOLINTBEGIN(cppcoreguidelines-macro-usage,bugprone-macro-parentheses)
#define MAINSTAY_AGENT_PLUGIN(AgentClass, description)                   \
  extern "C" __attribute__((visibility("default")))                      \
  const ::mainstay::agent::abi::Plugin mainstay_agent_plugin;            \
  constinit const ::mainstay::agent::abi::Plugin mainstay_agent_plugin = \
      ::mainstay::agent::detail::make_record<AgentClass, mainstay_agent_plugin>(description);
// NOLINTEND(cppcoreguidelines-macro-usage,bugprone-macro-parentheses)
