// SPDX-License-Identifier: Apache-2.0
#include "core/agent/agent_call.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <exception>
#include <vector>

#include "core/agent/plugin_table.h"

namespace mainstay::agent {
namespace {

constexpr std::size_t kMaxReason = 1024;

std::vector<abi::NameValue> borrowed(const std::map<std::string, std::string>& values) {
  std::vector<abi::NameValue> out;
  out.reserve(values.size());
  for (const auto& [name, value] : values) {
    out.push_back({name.c_str(), value.c_str()});
  }
  return out;
}

/// What stands behind a call's host pointer.
struct Sinks {
  const LogSink& log;
  const AttributeSink* attributes;
};

void forward_log(void* host, std::int32_t severity, const char* message) {
  const LogSink& sink = static_cast<const Sinks*>(host)->log;
  if (sink && message != nullptr) {
    sink(static_cast<LogSeverity>(severity), message);
  }
}

void forward_attribute(void* host, const char* name, const char* value, std::int64_t dampening) {
  const auto& sinks = *static_cast<const Sinks*>(host);
  if (name != nullptr) {
    (*sinks.attributes)(name, value == nullptr ? std::nullopt : std::optional<std::string>(value),
                        std::chrono::milliseconds(dampening));
  }
}

/// A reason is one line: what follows a line break is another matter.
std::string first_line(const char* reason) {
  const std::string_view text(reason);
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

int AgentCall::check_level() const {
  for (const auto* values : {&parameters, &meta}) {
    if (const auto found = values->find("OCF_CHECK_LEVEL"); found != values->end()) {
      int level = 0;
      const std::string& text = found->second;
      std::from_chars(text.data(), text.data() + text.size(), level);
      return level;
    }
  }
  return 0;
}

PluginInstance::~PluginInstance() {
  if (object_ == nullptr) {
    return;
  }
  try {
    plugin_->destroy(object_);
  } catch (...) {  // NOLINT(bugprone-empty-catch): a foreign plugin's destructor; nothing is left
                   // to do
  }
}

namespace {

/// A call as the plugin sees it; borrows everything from the call and the sink.
class Input {
 public:
  Input(const AgentCall& call, const LogSink& log, const AttributeSink* attributes)
      : sinks_{log, attributes},
        parameters_(borrowed(call.parameters)),
        meta_(borrowed(call.meta)) {
    input_.size = sizeof(abi::ActionInput);
    input_.probe = call.is_probe() ? 1 : 0;
    input_.action = call.action.c_str();
    input_.resource = call.resource.c_str();
    input_.type = call.type.c_str();
    input_.parameters = parameters_.data();
    input_.parameter_count = parameters_.size();
    input_.meta = meta_.data();
    input_.meta_count = meta_.size();
    input_.timeout_ms = call.timeout.count();
    input_.deadline_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(call.deadline.time_since_epoch())
            .count();
    input_.interval_ms = call.interval.count();
    input_.check_level = call.check_level();
    input_.last = call.last ? 1 : 0;
    input_.state_directory = call.state_directory.c_str();
    input_.host = &sinks_;
    input_.log = &forward_log;
    input_.set_attribute = attributes != nullptr && *attributes ? &forward_attribute : nullptr;
  }
  const abi::ActionInput* get() const { return &input_; }

 private:
  Sinks sinks_;
  std::vector<abi::NameValue> parameters_;
  std::vector<abi::NameValue> meta_;
  abi::ActionInput input_{};
};

/// What the plugin answers, err_generic until it does.
class Output {
 public:
  abi::ActionOutput* get() { return &output_; }
  ActionResult result() {
    reason_.back() = '\0';
    return {static_cast<OcfExitCode>(output_.exit_code), first_line(reason_.data())};
  }

 private:
  std::array<char, kMaxReason> reason_{};
  abi::ActionOutput output_{sizeof(abi::ActionOutput),
                            static_cast<std::int32_t>(OcfExitCode::err_generic), reason_.data(),
                            reason_.size()};
};

/// Runs `work`; what a foreign plugin lets out becomes a failure.
template <class Work>
ActionResult contained(Work work) {
  try {
    return work();
  } catch (const std::exception& error) {
    return ActionResult::failed(error.what());
  } catch (...) {
    return ActionResult::failed("the plugin threw something that is no std::exception");
  }
}

}  // namespace

namespace {

/// The first required parameter that is not given; null if none lacks. Only before something is
/// begun: a resource that was started with other parameters must still be seen and stopped.
const char* missing_parameter(const abi::Plugin& plugin, const AgentCall& call) {
  if (call.action != "start" && call.action != "validate-all") {
    return nullptr;
  }
  for (std::uint64_t i = 0; i < plugin.parameter_count; ++i) {
    const Parameter& parameter = parameter_at(plugin, i);
    const auto given = call.parameters.find(parameter.name);
    if (parameter.required && (given == call.parameters.end() || given->second.empty())) {
      return parameter.name;
    }
  }
  return nullptr;
}

}  // namespace

bool PluginInstance::make(abi::ActionOutput* output) {
  if (object_ == nullptr) {
    object_ = plugin_->create(output);
  }
  return object_ != nullptr;
}

ActionResult PluginInstance::run(const AgentCall& call, const LogSink& log,
                                 const AttributeSink& attributes) {
  return contained([&] {
    if (const char* missing = missing_parameter(*plugin_, call)) {
      return ActionResult::misconfigured(fmt::format("parameter {} is required", missing));
    }
    const Input input(call, log, &attributes);
    Output output;
    if (make(output.get())) {
      plugin_->run(object_, input.get(), output.get());
    } else if (output.result().reason.empty()) {
      return ActionResult::failed("the plugin made no agent object");
    }
    return output.result();
  });
}

bool PluginInstance::can_watch() const {
  return plugin_->watch != nullptr && plugin_->unwatch != nullptr;
}

PluginInstance::Watched PluginInstance::watch(const AgentCall& call, const LogSink& log,
                                              const abi::WatchInput& host) {
  Watched watched;
  watched.result = contained([&] {
    const Input input(call, log, nullptr);
    Output output;
    if (make(output.get())) {
      watched.watch = plugin_->watch(object_, input.get(), &host, output.get());
    }
    return output.result();
  });
  return watched;
}

void PluginInstance::unwatch(void* watch) {
  contained([&] {
    plugin_->unwatch(watch);
    return ActionResult::ok();
  });
}

std::string version_mismatch(std::uint32_t version) {
  return fmt::format("it speaks agent ABI version {}, this host version {}", version,
                     abi::kVersion);
}

std::string defect(const abi::Plugin& plugin) {
  if (plugin.abi_version != abi::kVersion) {
    return version_mismatch(plugin.abi_version);
  }
  // Up to `run`: what came later is optional.
  constexpr std::size_t kLeast = offsetof(abi::Plugin, list_types);
  if (plugin.size < kLeast) {
    return fmt::format("its table has {} bytes, at least {} are needed", plugin.size, kLeast);
  }
  if (plugin.standard == nullptr || plugin.provider == nullptr || plugin.type == nullptr ||
      *plugin.standard == '\0' || *plugin.type == '\0') {
    return "its table names no class or type";
  }
  if (plugin.create == nullptr || plugin.destroy == nullptr || plugin.run == nullptr) {
    return "its table lacks a function";
  }
  const bool parameters_fit =
      plugin.parameter_count == 0 ||
      (plugin.parameters != nullptr && plugin.parameter_size >= sizeof(Parameter));
  const bool actions_fit = plugin.action_count == 0 ||
                           (plugin.actions != nullptr && plugin.action_size >= sizeof(Action));
  // An older plugin's table ends before them.
  const bool has_translations = plugin.size >= sizeof(abi::Plugin) && plugin.translation_count > 0;
  const bool translations_fit =
      !has_translations ||
      (plugin.translations != nullptr && plugin.translation_size >= sizeof(Translation));
  if (!parameters_fit || !actions_fit || !translations_fit) {
    return "its list of parameters, actions or translations is malformed";
  }
  return {};
}

}  // namespace mainstay::agent
