// SPDX-License-Identifier: Apache-2.0
// Requests of local clients that wait for something: to come back in the order, to be on disk, or
// for the cluster to be idle. Each is answered once. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/cib/document.h"
#include "core/controller/effect.h"

namespace mainstay::controller {

class Clients {
 public:
  static constexpr std::size_t kMax = 256;

  bool full() const { return waiting_.size() >= kMax; }
  std::size_t size() const { return waiting_.size(); }

  /// Sent through the order.
  void sent(std::uint64_t request) { waiting_[request] = {.stage = Stage::ordered}; }
  /// Waits for a report of idleness at `position` or later.
  void await_idle(std::uint64_t request, std::uint64_t position) {
    waiting_[request] = {.stage = Stage::idle, .position = position};
  }
  void forget(std::uint64_t request) { waiting_.erase(request); }

  /// Came back and was applied; waits for the disk unless `stored` already covers it.
  std::vector<Effect> applied(std::uint64_t request, const cib::Version& version, bool on_disk,
                              std::string detail);
  std::vector<Effect> refused(std::uint64_t request, const Error& error);
  /// Everything up to `version` is on disk, or failed to get there.
  std::vector<Effect> stored(const cib::Version& version, const std::optional<Error>& error);
  std::vector<Effect> idle(std::uint64_t position, const std::string& detail);
  /// The order is lost: what was sent may or may not have happened.
  std::vector<Effect> lost(const std::string& why);

 private:
  enum class Stage { ordered, disk, idle };
  struct Waiting {
    Stage stage = Stage::ordered;
    cib::Version version{};
    std::uint64_t position = 0;
    std::string detail{};
  };
  std::map<std::uint64_t, Waiting> waiting_;
};

}  // namespace mainstay::controller
