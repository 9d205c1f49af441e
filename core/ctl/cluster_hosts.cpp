// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/cluster_hosts.h"

#include <sys/wait.h>

#include <algorithm>
#include <future>

#include "core/ctl/cib_access.h"
#include "core/ctl/invocation.h"
#include "core/ctl/process.h"

namespace mainstay::ctl {
namespace {

using membership::RemoteCommand;
using membership::RemoteOutcome;

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  return text.substr(text.rfind('\n') + 1);
}

RemoteOutcome run_here(const std::string& node, const std::string& shell_command) {
  RemoteOutcome outcome;
  outcome.host = node;
  const auto ended = run_captured({"sh", "-c", shell_command});
  if (!ended) {
    outcome.error = within(node, ended.error());
    return outcome;
  }
  outcome.exit_status = ended->exit_status;
  outcome.output = ended->output;
  outcome.complaints = ended->complaints;
  if (ended->exit_status != 0) {
    const std::string said = last_line(ended->complaints);
    outcome.error = fail(
        Errc::internal,
        node + ": " + (said.empty() ? "exit status " + std::to_string(ended->exit_status) : said));
  }
  return outcome;
}

/// Remote ones run together; this host's own beside them would need a thread, so the shell starts
/// it in the order of least waiting: remote first is started by run_remote, which blocks.
template <class Here, class There>
std::vector<RemoteOutcome> everywhere(const Words& nodes, Here here, There there) {
  std::vector<RemoteCommand> remote;
  for (const std::string& node : nodes) {
    if (!is_this_host(node)) {
      remote.push_back(there(node));
    }
  }
  std::future<std::vector<RemoteOutcome>> others;
  if (!remote.empty()) {
    others = std::async(std::launch::async, [&] { return membership::run_remote(remote); });
  }
  std::vector<RemoteOutcome> local;
  for (const std::string& node : nodes) {
    if (is_this_host(node)) {
      local.push_back(here(node));
    }
  }
  std::vector<RemoteOutcome> found = others.valid() ? others.get() : std::vector<RemoteOutcome>();
  std::vector<RemoteOutcome> ordered;
  auto next_local = local.begin();
  auto next_remote = found.begin();
  for (const std::string& node : nodes) {
    ordered.push_back(std::move(is_this_host(node) ? *next_local++ : *next_remote++));
    ordered.back().host = node;
  }
  return ordered;
}

}  // namespace

bool is_this_host(const std::string& node) {
  const std::string host = host_name();
  return node == host || node == host.substr(0, host.find('.')) ||
         node.substr(0, node.find('.')) == host;
}

Result<membership::CorosyncConf> configured_cluster() {
  const auto text = read_file(membership::kCorosyncConfPath);
  if (!text) {
    return fail(Errc::not_found, "cluster is not configured on this node: " + text.error().context);
  }
  auto conf = membership::parse_corosync_conf(*text);
  return conf ? conf : within(membership::kCorosyncConfPath, conf.error());
}

std::vector<RemoteOutcome> run_everywhere(const Words& nodes, const std::string& shell_command) {
  return everywhere(
      nodes, [&](const std::string& node) { return run_here(node, shell_command); },
      [&](const std::string& node) {
        return RemoteCommand{node, {"sh", "-c", shell_command}, ""};
      });
}

std::vector<RemoteOutcome> write_everywhere(const Words& nodes, const std::string& path,
                                            unsigned mode, const std::string& content) {
  return everywhere(
      nodes,
      [&](const std::string& node) {
        RemoteOutcome outcome;
        outcome.host = node;
        const auto written = membership::write_whole_file(path, content, mode);
        if (!written) {
          outcome.error = within(node, written.error());
        }
        return outcome;
      },
      [&](const std::string& node) { return membership::remote_file(node, path, mode, content); });
}

bool all_well(const std::vector<RemoteOutcome>& outcomes, const std::string& what) {
  bool well = true;
  for (const RemoteOutcome& outcome : outcomes) {
    if (outcome.error) {
      tell("Error: " + what + ": " + outcome.error->context);
      well = false;
    }
  }
  return well;
}

}  // namespace mainstay::ctl
