// SPDX-License-Identifier: Apache-2.0
// `mainstay cluster …`: setup, start, stop, enable, disable, destroy; and `auth`, which explains.
#include <unistd.h>

#include <algorithm>

#include "core/ctl/cluster_hosts.h"
#include "core/ctl/invocation.h"

namespace mainstay::ctl {

int show_cluster_status(const Invocation& invocation);

namespace {

using membership::ConfNode;
using membership::CorosyncConf;

/// Debian's package brings a corosync.conf of its own ("debian"); that is no cluster.
constexpr const char* kInACluster =
    "test -e /etc/corosync/corosync.conf && "
    "! grep -Eq '^[[:space:]]*cluster_name:[[:space:]]*debian[[:space:]]*$' "
    "/etc/corosync/corosync.conf && echo in-a-cluster; true";
constexpr const char* kDestroy =
    "systemctl stop mainstayd 2>/dev/null; systemctl stop corosync 2>/dev/null; "
    "rm -rf /var/lib/mainstay/cib/* /etc/corosync/corosync.conf /etc/corosync/authkey "
    "/var/lib/corosync/ringid_*";

std::string quoted(const Words& nodes) {
  return quoted_list(nodes);
}

Words names_of(const std::vector<ConfNode>& nodes) {
  Words names;
  for (const ConfNode& node : nodes) {
    names.push_back(node.name);
  }
  return names;
}

Status resolve(std::vector<ConfNode>& nodes) {
  for (ConfNode& node : nodes) {
    if (!node.address.empty()) {
      continue;
    }
    auto address = membership::resolve_address(node.name);
    if (!address) {
      return address.error();
    }
    node.address = *address;
    tell("No addresses specified for host '" + node.name + "', using '" + node.address + "'");
  }
  return Done{};
}

Result<CorosyncConf> requested_cluster(const Invocation& invocation) {
  Words words = invocation.words;
  CorosyncConf conf;
  conf.cluster_name = invocation.name;
  if (conf.cluster_name.empty() && !words.empty()) {
    conf.cluster_name = words[0];
    words.erase(words.begin());
  }
  if (conf.cluster_name.empty() || words.empty()) {
    return fail(Errc::invalid_input, "cluster setup wants a cluster name and at least one node");
  }
  auto nodes = membership::parse_node_arguments(words);
  if (!nodes) {
    return nodes.error();
  }
  conf.nodes = *nodes;
  auto resolved = resolve(conf.nodes);
  if (!resolved) {
    return resolved.error();
  }
  return conf;
}

/// Names of hosts that are in a cluster, or the hosts' errors told.
std::optional<Words> busy_hosts(const Words& nodes) {
  const auto outcomes = run_everywhere(nodes, kInACluster);
  if (!all_well(outcomes, "unable to communicate")) {
    return std::nullopt;
  }
  Words busy;
  for (const auto& outcome : outcomes) {
    if (outcome.output.find("in-a-cluster") != std::string::npos) {
      busy.push_back(outcome.host);
    }
  }
  return busy;
}

bool distribute(const Words& nodes, const std::string& label, const char* path, unsigned mode,
                const std::string& content) {
  tell("Sending '" + label + "' to " + quoted(nodes));
  const auto outcomes = write_everywhere(nodes, path, mode, content);
  for (const auto& outcome : outcomes) {
    if (!outcome.error) {
      tell(outcome.host + ": successful distribution of the file '" + label + "'");
    }
  }
  return all_well(outcomes, "unable to write '" + label + "'");
}

bool destroy_on(const Words& nodes) {
  tell("Destroying cluster on hosts: " + quoted(nodes) + "...");
  const auto outcomes = run_everywhere(nodes, kDestroy);
  for (const auto& outcome : outcomes) {
    if (!outcome.error) {
      tell(outcome.host + ": Successfully destroyed cluster");
    }
  }
  return all_well(outcomes, "unable to destroy the cluster");
}

bool start_on(const Words& nodes) {
  for (const std::string& node : nodes) {
    tell(node + ": Starting Cluster...");
  }
  return all_well(run_everywhere(nodes, "systemctl start corosync mainstayd"),
                  "unable to start the cluster");
}

int setup(const Invocation& invocation) {
  const auto conf = requested_cluster(invocation);
  if (!conf) {
    return complain(conf.error());
  }
  const auto text = membership::render_corosync_conf(*conf);
  if (!text) {
    return complain(text.error());
  }
  const auto key = membership::make_authkey();
  if (!key) {
    return complain(key.error());
  }
  const Words nodes = invocation.local ? Words{host_name()} : names_of(conf->nodes);
  const auto busy = busy_hosts(nodes);
  if (!busy) {
    return kFailed;
  }
  for (const std::string& host : *busy) {
    tell((invocation.force ? "Warning: " : "Error: ") + host +
         ": The host seems to be in a cluster already as cluster configuration files have been "
         "found on the host" +
         (invocation.force ? "" : ", use --force to override"));
  }
  if (!busy->empty() && !invocation.force) {
    tell(
        "Error: Some nodes are already in a cluster. Enforcing this will destroy existing cluster "
        "on those nodes. You should remove the nodes from their clusters instead to keep the "
        "clusters working properly, use --force to override");
    return kFailed;
  }
  if (!destroy_on(nodes) ||
      !distribute(nodes, "corosync authkey", membership::kAuthkeyPath, 0400, *key) ||
      !distribute(nodes, "corosync.conf", membership::kCorosyncConfPath, 0644, *text)) {
    return kFailed;
  }
  tell("Cluster has been successfully set up.");
  if (invocation.enable && !all_well(run_everywhere(nodes, "systemctl enable corosync mainstayd"),
                                     "unable to enable the cluster")) {
    return kFailed;
  }
  if (invocation.start) {
    tell("Starting cluster on hosts: " + quoted(nodes) + "...");
    return start_on(nodes) ? kDone : kFailed;
  }
  return kDone;
}

/// The nodes named, all of corosync.conf with --all, else this host.
Result<Words> hosts_of(const Invocation& invocation) {
  if (!invocation.all) {
    return invocation.words.empty() ? Words{host_name()} : invocation.words;
  }
  if (!invocation.words.empty()) {
    return fail(Errc::invalid_input, "Cannot specify both --all and a list of nodes");
  }
  const auto conf = configured_cluster();
  if (!conf) {
    return conf.error();
  }
  return names_of(conf->nodes);
}

bool is_here_alone(const Words& nodes) {
  return nodes.size() == 1 && is_this_host(nodes[0]);
}

int start(const Invocation& invocation) {
  const auto nodes = hosts_of(invocation);
  if (!nodes) {
    return complain(nodes.error());
  }
  if (is_here_alone(*nodes) && ::access(membership::kCorosyncConfPath, F_OK) != 0) {
    tell("Starting Cluster (standalone)...");
    return all_well(run_everywhere(*nodes, "systemctl start mainstayd"), "unable to start")
               ? kDone
               : kFailed;
  }
  return start_on(*nodes) ? kDone : kFailed;
}

int stop(const Invocation& invocation) {
  const auto nodes = hosts_of(invocation);
  if (!nodes) {
    return complain(nodes.error());
  }
  for (const std::string& node : *nodes) {
    tell(node + ": Stopping Cluster (mainstay)...");
  }
  // All leave before any corosync goes: the last ones keep quorum for their own orderly stop.
  if (!all_well(run_everywhere(*nodes, "systemctl stop mainstayd"), "unable to stop mainstayd")) {
    return kFailed;
  }
  for (const std::string& node : *nodes) {
    tell(node + ": Stopping Cluster (corosync)...");
  }
  const char* command = "! systemctl is-active --quiet corosync || systemctl stop corosync";
  return all_well(run_everywhere(*nodes, command), "unable to stop corosync") ? kDone : kFailed;
}

int on_hosts(const Invocation& invocation, const char* command, const char* done) {
  const auto nodes = hosts_of(invocation);
  if (!nodes) {
    return complain(nodes.error());
  }
  const auto outcomes = run_everywhere(*nodes, command);
  for (const auto& outcome : outcomes) {
    if (!outcome.error) {
      tell(outcome.host + ": " + done);
    }
  }
  return all_well(outcomes, command) ? kDone : kFailed;
}

int enable(const Invocation& invocation) {
  return on_hosts(invocation, "systemctl enable corosync mainstayd", "Cluster Enabled");
}

int disable(const Invocation& invocation) {
  return on_hosts(invocation, "systemctl disable corosync mainstayd", "Cluster Disabled");
}

int destroy(const Invocation& invocation) {
  const auto nodes = hosts_of(invocation);
  if (!nodes) {
    return complain(nodes.error());
  }
  return destroy_on(*nodes) ? kDone : kFailed;
}

int auth(const Invocation&) {
  tell(
      "Nothing to authorize: mainstay reaches other hosts as root over ssh. Give root of this host "
      "a key that the others accept (ssh-copy-id), and see to it that their host keys are known.");
  return kDone;
}

void add_auth(Grammar parent, Invocation& invocation) {
  Grammar explained = add_command(parent, invocation, "auth", "Explain how hosts are reached (ssh)",
                                  "[NODE]…", auth);
  explained.add_option("-u", invocation.before, "Ignored");
  explained.add_option("-p", invocation.after, "Ignored");
}

void fill_cluster(Grammar cluster, Invocation& invocation) {
  Grammar command = add_command(cluster, invocation, "setup",
                                "Write corosync.conf and a key, and bring both to the nodes",
                                "CLUSTER NODE [addr=ADDRESS] [NODE [addr=ADDRESS]]…", setup);
  command.add_option("--name", invocation.name, "The cluster's name, if it is not the first word");
  command.add_flag("--local", invocation.local, "Write the files of this host only");
  command.add_flag("--start", invocation.start, "Start the cluster afterwards");
  command.add_flag("--enable", invocation.enable, "Start the cluster at boot");
  struct Row {
    const char* name;
    const char* description;
    Command command;
  };
  for (const Row& row : {Row{"start", "Start the cluster on nodes (this one unless named)", start},
                         Row{"stop", "Stop the cluster on nodes (this one unless named)", stop},
                         Row{"enable", "Start the cluster at boot", enable},
                         Row{"disable", "Do not start the cluster at boot", disable},
                         Row{"destroy", "Stop the cluster and remove its files", destroy}}) {
    add_command(cluster, invocation, row.name, row.description, "[NODE]…", row.command)
        .add_flag("--all", invocation.all, "All nodes of the cluster");
  }
  add_command(cluster, invocation, "status", "Show the cluster's summary", "", show_cluster_status);
  add_auth(cluster, invocation);
}

}  // namespace

void add_cluster_commands(Grammar app, Invocation& invocation) {
  add_group(app, invocation, "cluster", "Set up, start and stop the cluster", fill_cluster);
  add_group(app, invocation, "host", "Hosts known to this one", add_auth);
}

}  // namespace mainstay::ctl
