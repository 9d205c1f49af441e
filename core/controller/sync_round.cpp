// SPDX-License-Identifier: Apache-2.0
// See sync_round.h.
#include "core/controller/sync_round.h"

#include <algorithm>
#include <tuple>

namespace mainstay::controller {
namespace {

struct Component {
  std::vector<std::uint32_t> members;
  const Offer* offer = nullptr;  ///< of its lowest id; the others' differ only in name and session
};

auto rank(const Component& component) {
  const Offer& offer = *component.offer;
  return std::make_tuple(offer.quorate, offer.version.admin_epoch, offer.version.epoch,
                         !offer.standing.empty(), component.members.size(),
                         offer.version.num_updates,
                         -static_cast<std::int64_t>(component.members.front()));
}

}  // namespace

bool SyncRound::complete() const {
  return silent().empty();
}

std::vector<std::uint32_t> SyncRound::silent() const {
  std::vector<std::uint32_t> missing;
  for (const std::uint32_t id : members_) {
    if (!offers_.contains(id)) {
      missing.push_back(id);
    }
  }
  return missing;
}

bool SyncRound::has_rival(const std::vector<std::uint32_t>& standing) const {
  return std::any_of(offers_.begin(), offers_.end(), [&](const auto& entry) {
    return !entry.second.standing.empty() && entry.second.standing != standing;
  });
}

SyncResult SyncRound::decide() const {
  std::map<std::uint64_t, Component> components;
  SyncResult result;
  std::string all = std::to_string(ballot_);
  for (const std::uint32_t id : members_) {
    const Offer& offer = offers_.at(id);
    Component& component = components[offer.state_digest];
    component.members.push_back(id);
    if (component.offer == nullptr) {
      component.offer = &offer;
    }
    all +=
        "/" + std::to_string(id) + ":" + offer.session + ":" + std::to_string(offer.state_digest);
  }
  result.round = fingerprint(all);
  const auto winner = std::max_element(
      components.begin(), components.end(),
      [](const auto& a, const auto& b) { return rank(a.second) < rank(b.second); });
  result.winners = winner->second.members;
  const auto won = [&](std::uint32_t id) {
    return std::find(result.winners.begin(), result.winners.end(), id) != result.winners.end();
  };
  for (const std::uint32_t id : winner->second.offer->standing) {
    if (won(id)) {
      result.standing.push_back(id);
    }
  }
  for (const std::uint32_t id : members_) {
    if (std::find(result.standing.begin(), result.standing.end(), id) == result.standing.end()) {
      result.standing.push_back(id);
      const Offer& offer = offers_.at(id);
      result.joiners[id] = {.name = offer.name, .session = offer.session, .leaving = false};
    }
  }
  if (components.size() > 1) {
    result.sender = *std::find_if(result.standing.begin(), result.standing.end(), won);
  }
  return result;
}

}  // namespace mainstay::controller
