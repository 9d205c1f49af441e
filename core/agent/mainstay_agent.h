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
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mainstay::agent {

/// Exit codes of the OCF resource agent API 1.1.
enum class OcfExitCode : std::int32_t {
  declined = -1,  ///< not of OCF: this agent does not serve these parameters, use the script
  success = 0,
  err_generic = 1,
  err_args = 2,
  err_unimplemented = 3,
  err_perm = 4,
  err_installed = 5,
  err_configured = 6,
  not_running = 7,
  running_promoted = 8,
  failed_promoted = 9,
  degraded = 190,
  degraded_promoted = 191,
};

enum class ParameterType : std::int32_t { string = 0, integer = 1, boolean = 2, time = 3 };

enum class LogSeverity : std::int32_t { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

/// One parameter, plain data. A null default_value means that there is none.
struct Parameter {
  const char* name = nullptr;
  const char* shortdesc = "";
  const char* longdesc = "";
  const char* default_value = nullptr;
  const char* replaced_with = nullptr;  ///< set: deprecated in favour of that parameter
  ParameterType type = ParameterType::string;
  bool required = false;
  bool unique = false;
  bool reloadable = false;  ///< a change needs a reload-agent, not a restart
};

/// One action that the agent offers, with the least timeout to advise and, for monitors, the
/// interval. One entry per monitor depth.
struct Action {
  const char* name = nullptr;
  std::int64_t timeout_ms = 20'000;
  std::int64_t interval_ms = 0;
  std::int32_t depth = 0;
  const char* role = nullptr;  ///< "Promoted", "Unpromoted" or none
};

/// What the boundary consists of. Structures only grow at their end; every one that the other side
/// allocates says its size, so that either side may be older.
namespace abi {

inline constexpr std::uint32_t kVersion = 1;

struct NameValue {
  const char* name;
  const char* value;
};

/// Filled by the host; valid during the call.
struct ActionInput {
  std::uint32_t size;
  std::int32_t probe;    ///< 1: a one-off monitor that asks whether something runs here at all
  const char* action;    ///< OCF action: "start", "monitor", …
  const char* resource;  ///< resource id, "VIP" or "VIP:0"
  const char* type;      ///< the agent type asked for (a unit name when the plugin's is "*")
  const NameValue* parameters;
  std::uint64_t parameter_count;
  const NameValue* meta;  ///< CRM_meta_* values without that prefix, dashes as configured
  std::uint64_t meta_count;
  std::int64_t timeout_ms;
  std::int64_t deadline_ms;  ///< on CLOCK_MONOTONIC; the host is killed soon after
  std::int64_t interval_ms;  ///< 0: not recurring
  std::int32_t check_level;  ///< OCF_CHECK_LEVEL, the monitor's depth
  std::int32_t reserved;
  const char* state_directory;  ///< HA_RSCTMP: emptied at boot
  void* host;
  void (*log)(void* host, std::int32_t severity, const char* message);
};

/// Memory of the host's; the plugin writes a NUL-terminated reason of at most the capacity.
struct ActionOutput {
  std::uint32_t size;
  std::int32_t exit_code;
  char* reason;
  std::uint64_t reason_capacity;
};

struct Plugin {
  std::uint32_t abi_version;  ///< looked at before anything else
  std::uint32_t size;
  const char* standard;  ///< "ocf", "systemd", …
  const char* provider;  ///< "" unless ocf
  const char* type;      ///< "*": serves every type of its class
  const char* version;
  const char* shortdesc;
  const char* longdesc;
  const Parameter* parameters;
  std::uint64_t parameter_count;
  std::uint64_t parameter_size;  ///< sizeof of one element, as the plugin was built
  const Action* actions;
  std::uint64_t action_count;
  std::uint64_t action_size;
  /// Null, with a reason in the output, if no object can be made.
  void* (*create)(ActionOutput*);
  void (*destroy)(void* agent);
  void (*run)(void* agent, const ActionInput*, ActionOutput*);
  /// May be null. For "*": calls `found` for every type that could be configured on this host.
  void (*list_types)(void* context, void (*found)(void* context, const char* type));
};

}  // namespace abi

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
  /// and the same for every action of equal parameters.
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
  /// For pid files and the like: root only, emptied at boot.
  std::string_view state_directory() const { return input_.state_directory; }

  /// One line to the host's log. Never put a secret in it.
  void log(LogSeverity severity, const std::string& message) const {
    input_.log(input_.host, static_cast<std::int32_t>(severity), message.c_str());
  }

 private:
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
