// SPDX-License-Identifier: Apache-2.0
#include "core/executor/offenders.h"

#include <algorithm>

namespace mainstay::executor {

void Offenders::record(const std::string& resource, Offence offence, TimePoint now) {
  if (offences_.size() >= kMost) {
    std::erase_if(offences_,
                  [now](const auto& entry) { return entry.second.back().when + kMemory <= now; });
  }
  if (offences_.size() >= kMost && !offences_.contains(resource)) {
    return;
  }
  std::deque<Entry>& entries = offences_[resource];
  entries.push_back({now, offence});
  if (entries.size() > kGivenUp) {
    entries.pop_front();
  }
}

Offenders::Standing Offenders::standing(const std::string& resource, TimePoint now) {
  const auto found = offences_.find(resource);
  if (found == offences_.end()) {
    return Standing::trusted;
  }
  std::deque<Entry>& entries = found->second;
  while (!entries.empty() && entries.front().when + kMemory <= now) {
    entries.pop_front();
  }
  if (entries.empty()) {
    offences_.erase(found);
    return Standing::trusted;
  }
  const bool crashes_only = std::all_of(entries.begin(), entries.end(), [](const Entry& entry) {
    return entry.offence == Offence::crash;
  });
  if (crashes_only && entries.size() >= kGivenUp) {
    return Standing::given_up;
  }
  return entries.size() >= kOwnHost ? Standing::own_host : Standing::trusted;
}

}  // namespace mainstay::executor
