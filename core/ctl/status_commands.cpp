// SPDX-License-Identifier: Apache-2.0
// `mainstay status …` and `mainstay quorum status`.
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <sstream>

#include "core/base/read_file.h"
#include "core/ctl/invocation.h"
#include "core/ctl/process.h"
#include "core/ctl/status_view.h"
#include "core/membership/corosync_conf.h"

namespace mainstay::ctl {
namespace {

/// One systemctl for all units. Nothing where systemd does not run.
std::vector<DaemonState> daemon_states(bool corosync) {
  std::vector<std::string> argv = {"systemctl", "show", "--property=Id,ActiveState,UnitFileState",
                                   "mainstayd.service"};
  if (::access("/run/systemd/system", F_OK) != 0) {
    return {};
  }
  if (corosync) {
    argv.insert(argv.end() - 1, "corosync.service");
  }
  const auto ended = run_captured(argv);
  std::vector<DaemonState> states;
  if (!ended || ended->exit_status != 0) {
    return states;
  }
  std::istringstream lines(ended->output);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    const std::string key = line.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : line.substr(equals + 1);
    if (line.empty() || states.empty()) {
      states.emplace_back();
    }
    if (key == "Id") {
      states.back().name = value.substr(0, value.rfind('.'));
    } else if (key == "ActiveState") {
      states.back().active = value;
    } else if (key == "UnitFileState") {
      states.back().enabled = value.empty() ? "disabled" : value;
    }
  }
  return states;
}

std::string configured_cluster_name() {
  const auto text = read_file(membership::kCorosyncConfPath, membership::kMaxCorosyncConf);
  const auto conf = text ? membership::parse_corosync_conf(*text)
                         : Result<membership::CorosyncConf>(text.error());
  return conf ? conf->cluster_name : "";
}

Result<StatusView> current_view(const Invocation& invocation) {
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return snapshot.error();
  }
  control::ClusterStatus cluster;
  if (snapshot->cluster) {
    cluster = *snapshot->cluster;
  } else {
    cluster.membership = "file " + invocation.cib_file;
    cluster.connected = cluster.synced = true;
  }
  auto view = make_status_view(snapshot->cib, cluster, wall_now());
  if (view && snapshot->cluster && cluster.membership == "corosync") {
    const std::string name = configured_cluster_name();
    view->cluster_name = name.empty() ? view->cluster_name : name;
  }
  return view;
}

bool wants_color() {
  const char* refused = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): one thread
  return (refused == nullptr || *refused == '\0') && ::isatty(STDOUT_FILENO) == 1;
}

int status(const Invocation& invocation) {
  auto view = current_view(invocation);
  if (!view) {
    return complain(view.error());
  }
  if (invocation.cib_file.empty()) {
    view->daemons = daemon_states(view->cluster.membership == "corosync");
  }
  print(invocation.json ? status_json(*view) : status_text(*view, invocation.full, wants_color()));
  return kDone;
}

int status_nodes(const Invocation& invocation) {
  const auto view = current_view(invocation);
  if (!view) {
    return complain(view.error());
  }
  print(nodes_text(*view));
  return kDone;
}

int cluster_status(const Invocation& invocation) {
  const auto view = current_view(invocation);
  if (!view) {
    return complain(view.error());
  }
  print("Cluster Status:\n Cluster Summary:\n");
  std::istringstream lines(summary_text(*view));
  for (std::string line; std::getline(lines, line);) {
    print(" " + line + "\n");
  }
  print(nodes_text(*view));
  return kDone;
}

/// `table`: a word that mainstay-quorum knows.
int show_quorum(const Invocation& invocation, const char* table) {
  const auto ended = run_captured({libexec_program("mainstay-quorum"), table});
  if (!ended) {
    return complain(ended.error());
  }
  if (ended->exit_status == 0) {
    print(ended->output);
    return kDone;
  }
  const auto view = current_view(invocation);
  if (view && view->cluster.membership == "standalone") {
    print("This node runs alone (standalone membership): it is always quorate.\n");
    return kDone;
  }
  tell("Error: Unable to get quorum status: " + last_line(ended->complaints));
  return kFailed;
}

int quorum_status(const Invocation& invocation) {
  return show_quorum(invocation, "status");
}

int membership_status(const Invocation& invocation) {
  return show_quorum(invocation, "members");
}

void fill_status(Grammar group, Invocation& invocation) {
  group.add_flag("--full", invocation.full, "Fail counts and actions in progress, too");
  group.add_flag("--json", invocation.json, "Everything, as JSON");
  for (const char* name : {"cluster", "nodes", "corosync", "quorum"}) {
    const std::string word = name;
    add_command(group, invocation, name,
                word == "cluster"    ? "Show the cluster's summary"
                : word == "nodes"    ? "Show the nodes by state"
                : word == "corosync" ? "Show corosync's members"
                                     : "Show votes and quorum",
                "",
                word == "cluster"    ? cluster_status
                : word == "nodes"    ? status_nodes
                : word == "corosync" ? membership_status
                                     : quorum_status);
  }
}

void fill_quorum(Grammar quorum, Invocation& invocation) {
  add_command(quorum, invocation, "status", "Show votes and quorum", "", quorum_status);
}

}  // namespace

void add_status_commands(Grammar app, Invocation& invocation) {
  add_group(app, invocation, "status", "Show the cluster, its nodes and resources", fill_status,
            status);
  add_group(app, invocation, "quorum", "Show quorum", fill_quorum, quorum_status);
}

int show_cluster_status(const Invocation& invocation) {
  return cluster_status(invocation);
}

}  // namespace mainstay::ctl
