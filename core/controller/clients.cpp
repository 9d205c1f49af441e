// SPDX-License-Identifier: Apache-2.0
// See clients.h.
#include "core/controller/clients.h"

#include <utility>

namespace mainstay::controller {

std::vector<Effect> Clients::applied(std::uint64_t request, const cib::Version& version,
                                     bool on_disk, std::string detail) {
  const auto found = waiting_.find(request);
  if (found == waiting_.end()) {
    return {};
  }
  if (!on_disk) {
    found->second = {
        .stage = Stage::disk, .version = version, .position = 0, .detail = std::move(detail)};
    return {};
  }
  waiting_.erase(found);
  return {Reply{.request = request, .error = std::nullopt, .detail = std::move(detail)}};
}

std::vector<Effect> Clients::refused(std::uint64_t request, const Error& error) {
  if (waiting_.erase(request) == 0) {
    return {};
  }
  return {Reply{.request = request, .error = error, .detail = {}}};
}

std::vector<Effect> Clients::stored(const cib::Version& version,
                                    const std::optional<Error>& error) {
  std::vector<Effect> effects;
  for (auto entry = waiting_.begin(); entry != waiting_.end();) {
    const auto here = entry++;
    if (here->second.stage != Stage::disk || here->second.version > version) {
      continue;
    }
    Reply reply{.request = here->first, .error = std::nullopt, .detail = here->second.detail};
    if (error) {
      reply.error = within("the change is in force but could not be stored on this node", *error);
    }
    effects.emplace_back(std::move(reply));
    waiting_.erase(here);
  }
  return effects;
}

std::vector<Effect> Clients::idle(std::uint64_t position, const std::string& detail) {
  std::vector<Effect> effects;
  for (auto entry = waiting_.begin(); entry != waiting_.end();) {
    const auto here = entry++;
    if (here->second.stage == Stage::idle && here->second.position <= position) {
      effects.emplace_back(Reply{.request = here->first, .error = std::nullopt, .detail = detail});
      waiting_.erase(here);
    }
  }
  return effects;
}

std::vector<Effect> Clients::lost(const std::string& why) {
  std::vector<Effect> effects;
  for (const auto& [request, waiting] : waiting_) {
    const std::string what =
        waiting.stage == Stage::ordered
            ? "; whether the change was made is not known, look before asking again"
            : "";
    effects.emplace_back(
        Reply{.request = request, .error = fail(Errc::unavailable, why + what), .detail = {}});
  }
  waiting_.clear();
  return effects;
}

}  // namespace mainstay::controller
