// SPDX-License-Identifier: Apache-2.0
#include "core/membership/agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mainstay::membership {
namespace {

// CPG is read without delay, so it lags by a few rings at most.
constexpr std::size_t kMaxVerdicts = 64;

void sort_unique(std::vector<std::uint32_t>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

std::string text_of(const RingId& ring) {
  return fmt::format("{:x}.{:x}", ring.representative, ring.seq);
}

}  // namespace

void Agreement::nodelist_is(std::vector<model::Node> configured) {
  configured_ = std::move(configured);
  std::sort(configured_.begin(), configured_.end(),
            [](const model::Node& a, const model::Node& b) { return a.id < b.id; });
  for (const model::Node& node : configured_) {
    names_[node.id] = node.name;
  }
}

void Agreement::quorum_is(const RingId& ring, bool quorate) {
  if (!verdicts_.empty() && verdicts_.back().ring == ring) {
    verdicts_.back().quorate = quorate;
    return;
  }
  verdicts_.push_back({ring, quorate});
  if (verdicts_.size() > kMaxVerdicts) {
    verdicts_.pop_front();
  }
}

void Agreement::ring_is(const RingId& ring, std::vector<std::uint32_t> hosts) {
  ring_ = ring;
  hosts_ = std::move(hosts);
  sort_unique(hosts_);
  ring_follows_ = false;
}

void Agreement::group_is(std::vector<std::uint32_t> members, bool ring_follows) {
  members_ = std::move(members);
  sort_unique(members_);
  ring_follows_ = ring_follows_ || ring_follows;
}

bool Agreement::complete() const {
  return ring_ && !ring_follows_ && std::binary_search(members_.begin(), members_.end(), self_id_);
}

std::optional<bool> Agreement::quorate() const {
  const auto verdict = std::find_if(verdicts_.rbegin(), verdicts_.rend(),
                                    [&](const Verdict& v) { return v.ring == *ring_; });
  if (verdict != verdicts_.rend()) {
    return verdict->quorate;
  }
  // A ring that quorum passed over had no quorum that anybody could count.
  if (!verdicts_.empty() && verdicts_.back().ring.seq > ring_->seq) {
    return false;
  }
  return std::nullopt;
}

bool Agreement::waiting() const {
  return complete() && !quorate();
}

std::optional<model::View> Agreement::take_view() {
  if (!complete()) {
    return std::nullopt;
  }
  const std::optional<bool> is_quorate = quorate();
  if (!is_quorate) {
    return std::nullopt;
  }
  model::View view{.ring_seq = ring_->seq,
                   .quorate = *is_quorate,
                   .hosts = named(hosts_),
                   .members = named(members_),
                   .configured = configured_};
  if (last_ == view) {
    return std::nullopt;
  }
  last_ = view;
  return view;
}

model::Node Agreement::named(std::uint32_t id) const {
  const auto known = names_.find(id);
  return {id, known != names_.end() ? known->second : fmt::format("node{}", id)};
}

std::vector<model::Node> Agreement::named(const std::vector<std::uint32_t>& ids) const {
  std::vector<model::Node> nodes;
  nodes.reserve(ids.size());
  for (const std::uint32_t id : ids) {
    nodes.push_back(named(id));
  }
  return nodes;
}

std::string Agreement::describe() const {
  return fmt::format("ring {}, quorum last spoke of ring {}", ring_ ? text_of(*ring_) : "none",
                     verdicts_.empty() ? "none" : text_of(verdicts_.back().ring));
}

}  // namespace mainstay::membership
