// SPDX-License-Identifier: Apache-2.0
// The cluster's hosts and members at one point of the ordered history.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mainstay::model {

/// A cluster node by corosync's nodeid (1 … 2^32-1) and its name in the nodelist.
struct Node {
  std::uint32_t id = 0;
  std::string name;
  bool operator==(const Node&) const = default;
};

/// One agreed state of the cluster, handed on only when CPG and quorum name the same ring.
struct View {
  std::uint64_t ring_seq = 0;  ///< grows with every ring; 0 in standalone
  bool quorate = false;
  std::vector<Node> hosts;  ///< hosts whose corosync is in the ring, sorted by id
  std::vector<Node>
      members;  ///< hosts whose mainstayd is in our process group (a subset of hosts), sorted by id
  std::vector<Node> configured;  ///< every host of the nodelist, sorted by id
  bool operator==(const View&) const = default;
};

}  // namespace mainstay::model
