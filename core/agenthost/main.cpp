// SPDX-License-Identifier: Apache-2.0
// mainstay-agent-host: runs the actions of one plugin, or of all scripts, for mainstayd; and tells
// what agents there are.
#include <fcntl.h>

#include <csignal>
#include <filesystem>
#include <iostream>
#include <optional>

#include <CLI/CLI.hpp>

#include "core/agenthost/action_runner.h"
#include "core/agenthost/confinement.h"
#include "core/agenthost/installed.h"
#include "core/agenthost/inventory.h"
#include "core/agenthost/server.h"
#include "core/base/log.h"

namespace mainstay::agenthost {
namespace {

constexpr int kNotInstalled = 5;

struct Options {
  std::string plugin;
  std::string cgroup;
  std::string inspect;
  std::optional<std::string> catalog;
  std::string describe;
  std::string plugins;
  std::string ocf_root = "/usr/lib/ocf";
  std::string init_directory = "/etc/init.d";
  std::string state_directory = "/run/resource-agents";
  int fd = -1;
  bool shell = false;
  bool list = false;
  bool types = false;
  bool script = false;
};

void prepare_to_serve(const Options& options) {
  // What agents start must not hold our socket open.
  ::fcntl(options.fd, F_SETFD, FD_CLOEXEC);
  // Agents keep pid files there and count on its being there; emptying it at boot is tmpfiles' job.
  std::error_code ignored;
  std::filesystem::create_directories(options.state_directory, ignored);
  std::signal(SIGPIPE, SIG_IGN);
  // A terminal's Ctrl-C is for the daemon: it closes our socket when it wants us to end.
  std::signal(SIGINT, SIG_IGN);
}

int serve_plugin(const Options& options) {
  if (!options.cgroup.empty()) {
    if (const Status entered = enter_cgroup(options.cgroup); !entered) {
      log(LogLevel::warning, entered.error().context);
    }
  }
  prepare_to_serve(options);
  refuse_privileges();
  const UniqueFd socket(options.fd);
  Result<PluginLibrary> library = PluginLibrary::load(options.plugin);
  if (!library) {
    refuse(socket, library.error().context);
    return 1;
  }
  // What it leaves behind is a service (a FUSE daemon), which the limits of a host would break.
  if (library->table().leaves_processes == 0) {
    limit_process();
  }
  if (const char* needed = library->table().capabilities) {
    if (const Status kept = keep_capabilities(needed); !kept) {
      refuse(socket, kept.error().context);
      return 1;
    }
  }
  NativeRunner runner(
      std::move(*library), options.state_directory,
      [&socket](const std::string& resource) {
        send_frame(socket, executor::ChangedFrame{resource});
      },
      [&socket](const std::string& name, const std::optional<std::string>& value,
                std::chrono::milliseconds dampening) {
        const model::AttributeUpdate update{name, value, dampening};
        if (const std::string wrong = model::defect(update); !wrong.empty()) {
          log(LogLevel::error, "an agent's attribute is refused: " + wrong);
          return;
        }
        send_frame(socket, executor::AttributeFrame{update});
      });
  serve(socket, runner);
}

int serve_scripts(const Options& options) {
  prepare_to_serve(options);
  ocf::Installation installation;
  installation.root = options.ocf_root;
  installation.tools = tools_directory();
  installation.init_directory = options.init_directory;
  ShellRunner runner(installation, options.state_directory);
  const UniqueFd socket(options.fd);
  serve(socket, runner);
}

int complain(const Error& error) {
  std::cerr << "mainstay-agent-host: " << error.context << '\n';
  return error.code == make_error_code(Errc::not_found) ? kNotInstalled : 1;
}

int print_catalog(const Places& places) {
  const Result<Inventory> inventory = take_inventory(places, false);
  if (!inventory) {
    return complain(inventory.error());
  }
  std::cout << render_catalog(*inventory) << '\n';
  return 0;
}

int print_list(const Places& places) {
  const Result<std::vector<std::string>> names = list_agents(places);
  if (!names) {
    return complain(names.error());
  }
  for (const std::string& name : *names) {
    std::cout << name << '\n';
  }
  return 0;
}

int print_description(const Places& places, const Options& options) {
  const Result<agent::AgentInfo> info = describe_agent(places, options.describe, options.script);
  if (!info) {
    return complain(info.error());
  }
  std::cout << agent::metadata_xml(*info);
  return 0;
}

int run(const Options& options) {
  if (!options.inspect.empty()) {
    std::cout << inspect(options.inspect, options.types) << '\n';
    return 0;
  }
  if (!options.plugin.empty() && options.fd >= 0) {
    return serve_plugin(options);
  }
  if (options.shell && options.fd >= 0) {
    return serve_scripts(options);
  }
  Places places;
  places.program = own_program();
  places.plugins = options.plugins.empty() ? plugin_directory() : options.plugins;
  places.ocf.root = options.ocf_root;
  places.ocf.init_directory = options.init_directory;
  if (options.catalog) {
    if (!options.catalog->empty()) {
      places.plugins = *options.catalog;
    }
    return print_catalog(places);
  }
  if (options.list) {
    return print_list(places);
  }
  if (!options.describe.empty()) {
    return print_description(places, options);
  }
  std::cerr << "mainstay-agent-host: nothing to do; see --help\n";
  return 2;
}

int main_of(int argc, char** argv) {
  Options options;
  CLI::App app{"Runs resource agents for mainstayd and tells which there are."};
  app.add_option("--plugin", options.plugin, "serve the actions of this plugin (with --fd)");
  app.add_flag("--shell", options.shell, "serve the actions of all scripts (with --fd)");
  app.add_option("--cgroup", options.cgroup, "with --plugin: enter this cgroup first");
  app.add_option("--fd", options.fd, "number of the socket to serve on");
  app.add_option("--catalog", options.catalog, "print the plugins (of this directory) as JSON")
      ->expected(0, 1);
  app.add_option(
      "--describe", options.describe,
      "print the OCF meta-data of an agent, CLASS:[PROVIDER:]TYPE, or of a plugin's file");
  app.add_flag("--script", options.script, "with --describe: of the script, not of the plugin");
  app.add_flag("--list", options.list, "print the names of all agents");
  app.add_option("--inspect", options.inspect, "print what one plugin says of itself");
  app.add_flag("--types", options.types, "with --inspect: the types of a class, too");
  app.add_option("--plugins", options.plugins, "directory of the plugins");
  app.add_option("--ocf-root", options.ocf_root, "where resource.d is")->capture_default_str();
  app.add_option("--init-dir", options.init_directory, "where init scripts are")
      ->capture_default_str();
  app.add_option("--state-dir", options.state_directory, "HA_RSCTMP")->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  return run(options);
}

}  // namespace
}  // namespace mainstay::agenthost

int main(int argc, char** argv) {
  try {
    return mainstay::agenthost::main_of(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "mainstay-agent-host: " << error.what() << '\n';
    return 1;
  }
}
