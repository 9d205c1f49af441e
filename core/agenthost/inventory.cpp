// SPDX-License-Identifier: Apache-2.0
#include "core/agenthost/inventory.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/agenthost/catalog_json.h"
#include "core/agenthost/plugin_library.h"
#include "core/executor/catalog.h"
#include "core/executor/scripts.h"
#include "core/model/agent_name.h"
#include "ocf-compat/init_script.h"
#include "ocf-compat/process.h"
#include "ocf-compat/shell_agent.h"

namespace mainstay::agenthost {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kInspectTimeout{5'000};
constexpr std::size_t kMaxPlugins = 1'000;

std::string name_of(const agent::AgentInfo& info) {
  return model::AgentName{info.standard, info.provider, info.type}.text();
}

Result<std::vector<std::string>> plugin_files(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code failure;
  for (fs::directory_iterator item(directory, failure), end; !failure && item != end;
       item.increment(failure)) {
    if (item->path().extension() == ".so" && files.size() < kMaxPlugins) {
      files.push_back(item->path());
    }
  }
  if (failure) {
    return Error{failure, "plugin directory " + directory + ": " + failure.message()};
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The Plugin, or the reason why the file is none.
Result<Plugin> look_at(const Places& places, const std::string& file, bool with_types) {
  ocf::ProcessRequest process;
  process.arguments = {places.program, "--inspect", file};
  if (with_types) {
    process.arguments.emplace_back("--types");
  }
  process.environment = ocf::inheritable_environment();
  process.timeout = kInspectTimeout;
  process.max_output = std::size_t{4} << 20U;
  const Result<ocf::ProcessEnd> end = ocf::run_process(process);
  if (!end) {
    return end.error();
  }
  if (end->timed_out) {
    return fail(Errc::timed_out, "it hung while it was loaded");
  }
  if (end->signal != 0) {
    return fail(Errc::unsupported,
                "signal " + std::to_string(end->signal) + " ended the process that loaded it");
  }
  if (end->exit_code != 0) {
    return fail(Errc::unsupported, "the process that loaded it ended with exit code " +
                                       std::to_string(end->exit_code));
  }
  return parse_inspection(file, end->output);
}

}  // namespace

std::string inspect(const std::string& file, bool with_types) {
  const Result<PluginLibrary> library = PluginLibrary::load(file);
  if (!library) {
    return render_inspection(library.error());
  }
  Plugin plugin{file, agent::describe(library->table()), {}};
  if (with_types && library->table().list_types != nullptr) {
    library->table().list_types(&plugin.types, [](void* context, const char* type) {
      static_cast<std::vector<std::string>*>(context)->emplace_back(type);
    });
  }
  return render_inspection(plugin);
}

Result<Inventory> take_inventory(const Places& places, bool with_types) {
  const Result<std::vector<std::string>> files = plugin_files(places.plugins);
  if (!files) {
    return files.error();
  }
  Inventory inventory;
  std::set<std::string> known;
  for (const std::string& file : *files) {
    Result<Plugin> plugin = look_at(places, file, with_types);
    if (!plugin) {
      inventory.bad.push_back({file, plugin.error().context});
    } else if (!known.insert(name_of(plugin->info)).second) {
      inventory.bad.push_back(
          {file, "it serves " + name_of(plugin->info) + ", which another plugin serves already"});
    } else {
      inventory.plugins.push_back(std::move(*plugin));
    }
  }
  return inventory;
}

Result<std::vector<std::string>> list_agents(const Places& places) {
  std::set<std::string> names;
  const Result<Inventory> inventory = take_inventory(places, true);
  if (!inventory) {
    return inventory.error();
  }
  for (const Plugin& plugin : inventory->plugins) {
    if (plugin.info.type != "*") {
      names.insert(name_of(plugin.info));
    }
    for (const std::string& type : plugin.types) {
      names.insert(model::AgentName{plugin.info.standard, plugin.info.provider, type}.text());
    }
  }
  for (const auto& [provider, type] : ocf::list_scripts(places.ocf)) {
    // Our own executables are the plugins that are listed already.
    if (provider != executor::kOwnProvider) {
      names.insert(model::AgentName{"ocf", provider, type}.text());
    }
  }
  for (const std::string& type : ocf::list_init_scripts(places.ocf)) {
    names.insert(model::AgentName{"lsb", "", type}.text());
  }
  return std::vector<std::string>(names.begin(), names.end());
}

namespace {

std::optional<agent::AgentInfo> native_description(const Inventory& inventory,
                                                   const model::AgentName& name) {
  for (const Plugin& plugin : inventory.plugins) {
    const bool same_provider = plugin.info.provider == name.provider ||
                               (name.standard == "ocf" && name.provider == executor::kOwnProvider);
    if (plugin.info.standard == name.standard && same_provider &&
        (plugin.info.type == name.type || plugin.info.type == "*")) {
      agent::AgentInfo info = plugin.info;
      info.type = name.type;
      return info;
    }
  }
  return std::nullopt;
}

void add_parameters_of_script(agent::AgentInfo& native, const agent::AgentInfo& script) {
  for (const agent::ParameterInfo& parameter : script.parameters) {
    const bool known = std::any_of(native.parameters.begin(), native.parameters.end(),
                                   [&](const auto& item) { return item.name == parameter.name; });
    if (!known) {
      native.parameters.push_back(parameter);
      // The native agent does without it.
      native.parameters.back().required = false;
    }
  }
}

}  // namespace

Result<agent::AgentInfo> describe_agent(const Places& places, const std::string& text,
                                        bool script_only) {
  if (text.find('/') != std::string::npos) {
    Result<Plugin> plugin = look_at(places, text, false);
    return plugin ? Result<agent::AgentInfo>(std::move(plugin->info))
                  : within("plugin " + text, plugin.error());
  }
  Result<model::AgentName> name = model::AgentName::parse(text);
  if (!name) {
    return name.error();
  }
  if (name->standard == "service") {
    name->standard = executor::class_of_service({}, name->type);
  }
  if (name->standard == "lsb") {
    return ocf::describe_init_script(places.ocf, name->type);
  }
  std::optional<agent::AgentInfo> native;
  if (!script_only) {
    const Result<Inventory> inventory = take_inventory(places, false);
    if (!inventory) {
      return inventory.error();
    }
    native = native_description(*inventory, *name);
  }
  const std::string provider = native ? native->provider : name->provider;
  const bool script =
      name->standard == "ocf" && ocf::script_exists(places.ocf, provider, name->type);
  if (!script) {
    return native ? Result<agent::AgentInfo>(std::move(*native))
                  : fail(Errc::not_found, "agent " + text + " is not installed");
  }
  Result<agent::AgentInfo> described = ocf::describe_script(places.ocf, provider, name->type);
  if (native) {
    if (described) {
      add_parameters_of_script(*native, *described);
    }
    return std::move(*native);
  }
  return described;
}

}  // namespace mainstay::agenthost
