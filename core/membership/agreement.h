// SPDX-License-Identifier: Apache-2.0
// Joins what CPG, quorum and the nodelist say, each in its own time, into one view. Pure: values
// in, a view out.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/model/view.h"

namespace mainstay::membership {

/// Totem's name of one ring: the host that formed it and a number that grows with every ring.
struct RingId {
  std::uint32_t representative = 0;
  std::uint64_t seq = 0;
  bool operator==(const RingId&) const = default;
};

/// CPG tells a new ring in several steps (processes gone with their hosts, processes come with
/// theirs, then the ring), and quorum tells its half on another connection, earlier or later. A
/// view is due only where the whole of CPG's change was read and quorum speaks of the same ring.
/// Between the two, waiting() says that nothing more may be read from CPG: messages behind the
/// change belong to the new view.
class Agreement {
 public:
  explicit Agreement(std::uint32_t self_id) : self_id_(self_id) {}

  void nodelist_is(std::vector<model::Node> configured);
  void quorum_is(const RingId& ring, bool quorate);
  void ring_is(const RingId& ring, std::vector<std::uint32_t> hosts);
  /// `ring_follows`: hosts came or went, so that a ring_is() belongs to this change.
  void group_is(std::vector<std::uint32_t> members, bool ring_follows);

  /// CPG stands at a complete change that quorum has not confirmed yet.
  bool waiting() const;

  /// The view of this point of the order if it is due and differs from the last one taken.
  std::optional<model::View> take_view();

  /// "ring 2.1c, quorum last spoke of ring 2.18", for messages to people.
  std::string describe() const;

 private:
  struct Verdict {
    RingId ring;
    bool quorate = false;
  };

  bool complete() const;
  std::optional<bool> quorate() const;
  model::Node named(std::uint32_t id) const;
  std::vector<model::Node> named(const std::vector<std::uint32_t>& ids) const;

  std::uint32_t self_id_;
  std::optional<RingId> ring_;
  std::vector<std::uint32_t> hosts_;
  std::vector<std::uint32_t> members_;
  bool ring_follows_ = false;
  std::deque<Verdict> verdicts_;  // newest last; quorum may be several rings ahead of CPG
  std::vector<model::Node> configured_;
  std::map<std::uint32_t, std::string> names_;  // outlives removal from the nodelist
  std::optional<model::View> last_;
};

}  // namespace mainstay::membership
