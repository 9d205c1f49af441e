// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/cluster_hosts.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>

#include "core/base/read_file.h"
#include "core/base/write_file.h"
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

RemoteOutcome outcome_of(const std::string& node, Result<Running> running) {
  RemoteOutcome outcome;
  outcome.host = node;
  if (!running) {
    outcome.error = within(node, running.error());
    return outcome;
  }
  const Ended ended = finish(std::move(*running));
  outcome.exit_status = ended.exit_status;
  outcome.output = ended.output;
  outcome.complaints = ended.complaints;
  if (ended.exit_status != 0) {
    const std::string said = last_line(ended.complaints);
    outcome.error = fail(
        Errc::internal,
        node + ": " + (said.empty() ? "exit status " + std::to_string(ended.exit_status) : said));
  }
  return outcome;
}

/// The outcomes of this host and of the others in the order of the nodes.
std::vector<RemoteOutcome> merged(const Words& nodes, const std::optional<RemoteOutcome>& here,
                                  std::vector<RemoteOutcome> others) {
  std::vector<RemoteOutcome> ordered;
  auto next = others.begin();
  for (const std::string& node : nodes) {
    if (is_this_host(node)) {
      ordered.push_back(*here);
    } else {
      ordered.push_back(std::move(*next++));
    }
    ordered.back().host = node;
  }
  return ordered;
}

Words elsewhere(const Words& nodes) {
  Words others;
  std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(others),
               [](const std::string& node) { return !is_this_host(node); });
  return others;
}

std::string this_host_among(const Words& nodes) {
  const auto found = std::find_if(nodes.begin(), nodes.end(), is_this_host);
  return found == nodes.end() ? std::string() : *found;
}

}  // namespace

bool is_this_host(const std::string& node) {
  const std::string host = host_name();
  return node == host || node == host.substr(0, host.find('.')) ||
         node.substr(0, node.find('.')) == host;
}

Result<membership::CorosyncConf> configured_cluster() {
  const auto text = read_file(membership::kCorosyncConfPath, membership::kMaxCorosyncConf);
  if (!text) {
    return fail(Errc::not_found, "cluster is not configured on this node: " + text.error().context);
  }
  auto conf = membership::parse_corosync_conf(*text);
  return conf ? conf : within(membership::kCorosyncConfPath, conf.error());
}

std::vector<RemoteOutcome> run_everywhere(const Words& nodes, const std::string& shell_command) {
  const std::string self = this_host_among(nodes);
  std::optional<Result<Running>> running;
  if (!self.empty()) {
    running = start_captured({"sh", "-c", shell_command});
  }
  std::vector<RemoteCommand> remote;
  for (const std::string& node : elsewhere(nodes)) {
    remote.push_back({node, {"sh", "-c", shell_command}, ""});
  }
  auto others = membership::run_remote(remote);
  std::optional<RemoteOutcome> here;
  if (running) {
    here = outcome_of(self, std::move(*running));
  }
  return merged(nodes, here, std::move(others));
}

namespace {

Status write_here(const std::string& path, unsigned mode, const std::string& content) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  return failure ? Status(Error{failure, "create folder " + folder.string()})
                 : write_file(path, content, mode);
}

}  // namespace

std::vector<RemoteOutcome> write_everywhere(const Words& nodes, const std::string& path,
                                            unsigned mode, const std::string& content) {
  std::optional<RemoteOutcome> here;
  const std::string self = this_host_among(nodes);
  if (!self.empty()) {
    here.emplace();
    const Status written = write_here(path, mode, content);
    if (!written) {
      here->error = within(self, written.error());
    }
  }
  std::vector<RemoteCommand> remote;
  for (const std::string& node : elsewhere(nodes)) {
    remote.push_back(membership::remote_file(node, path, mode, content));
  }
  return merged(nodes, here, membership::run_remote(remote));
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
