// SPDX-License-Identifier: Apache-2.0
// corosync.conf and its key as `cluster setup` writes them. Text and values only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mainstay::membership {

inline constexpr const char* kCorosyncConfPath = "/etc/corosync/corosync.conf";
inline constexpr std::size_t kMaxCorosyncConf = std::size_t{1} << 20U;  // bytes
inline constexpr const char* kAuthkeyPath = "/etc/corosync/authkey";

struct ConfNode {
  std::uint32_t id = 0;
  std::string name;
  std::string address;  ///< ring0_addr
  bool operator==(const ConfNode&) const = default;
};

struct CorosyncConf {
  std::string cluster_name;
  std::vector<ConfNode> nodes;
  bool operator==(const CorosyncConf&) const = default;
};

/// "node1 addr=10.0.0.1 node2" of the command line as nodes with ids from 1; an address that is not
/// given stays empty.
Result<std::vector<ConfNode>> parse_node_arguments(const std::vector<std::string>& words);

/// The address of a host name by the system's resolver, the first that is not loopback. A name
/// that leads to loopback only is refused: other hosts would take it for themselves.
Result<std::string> resolve_address(const std::string& host_name);

/// The text: knet, aes256/sha256, votequorum, two_node for two nodes. Errc::invalid_input for what
/// corosync would refuse or misread.
Result<std::string> render_corosync_conf(const CorosyncConf& conf);

/// Cluster name and nodes of any corosync.conf; other sections are skipped. Errors name the line.
/// A node without a name goes by its address, as in views.
Result<CorosyncConf> parse_corosync_conf(std::string_view text);

/// 256 random bytes for kAuthkeyPath (mode 0400).
Result<std::string> make_authkey();

}  // namespace mainstay::membership
