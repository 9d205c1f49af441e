// SPDX-License-Identifier: Apache-2.0
// What crosses the boundary between an agent host and a plugin: plain data and function pointers.
// Authors of plugins need not read it; see mainstay_agent.h.
#pragma once

#include <cstdint>

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

/// The descriptions in another language than English. A null parameter: of the agent itself.
struct Translation {
  const char* language = nullptr;  ///< "de", "pt_BR"
  const char* parameter = nullptr;
  const char* shortdesc = "";
  const char* longdesc = "";
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
  std::int64_t deadline_ms;     ///< on CLOCK_MONOTONIC; the host is killed soon after
  std::int64_t interval_ms;     ///< 0: not recurring
  std::int32_t check_level;     ///< OCF_CHECK_LEVEL, the monitor's depth
  std::int32_t last;            ///< 1: the process ends when this action does
  const char* state_directory;  ///< HA_RSCTMP: emptied at boot
  void* host;
  void (*log)(void* host, std::int32_t severity, const char* message);
  // Added later: beyond `size` in older hosts.
  /// Sets, or with a null value deletes, an attribute of this node that lasts until it leaves the
  /// cluster. Told to the cluster after `dampening_ms` without another change of it.
  void (*set_attribute)(void* host, const char* name, const char* value, std::int64_t dampening_ms);
};

/// Memory of the host's; the plugin writes a NUL-terminated reason of at most the capacity.
struct ActionOutput {
  std::uint32_t size;
  std::int32_t exit_code;
  char* reason;
  std::uint64_t reason_capacity;
};

/// What a watch is given to tell the host of changes, and to wait for them. Every function may be
/// called from any thread.
struct WatchInput {
  std::uint32_t size;
  std::uint32_t reserved;
  void* watch;  ///< for the two below; valid until unwatch() has returned
  /// Something that matters may have changed: the resource is to be monitored at once.
  void (*changed)(void* watch);
  /// The watch hears nothing any more; it will be ended and begun anew.
  void (*lost)(void* watch, const char* why);
  void* loop;  ///< for the two below; valid as long as the process
  /// Calls ready(context) on the host's watching thread whenever the descriptor is readable or
  /// broken, now and then without need. Null if there are too many.
  void* (*add_descriptor)(void* loop, int descriptor, void (*ready)(void* context), void* context);
  /// When it returns, `ready` does not run any more, unless this is called from inside it.
  void (*remove_descriptor)(void* loop, void* registration);
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
  // Added later: null in plugins of older headers.
  /// May be null: nothing tells this agent of changes. Begins to watch the resource and gives what
  /// stands for the watch. Null with success in the output: there is nothing to watch with these
  /// parameters; null with another code: the watch failed and is tried again later.
  void* (*watch)(void* agent, const ActionInput*, const WatchInput*, ActionOutput*);
  /// Ends it: no callback comes from it any more when this has returned.
  void (*unwatch)(void* watch);
  /// The Linux capabilities that the actions need, "CAP_NET_ADMIN CAP_NET_RAW", "" for none; the
  /// host gives up all others. Null: not declared, it keeps all.
  const char* capabilities;
  /// With declared capabilities: 0: whatever a process of the host's has started ends with it.
  std::uint32_t leaves_processes;
  std::uint32_t reserved;
  const Translation* translations;
  std::uint64_t translation_count;
  std::uint64_t translation_size;
};

}  // namespace abi

}  // namespace mainstay::agent
