// SPDX-License-Identifier: Apache-2.0
// Asks the agent host program, in a process of its own, what plugins there are.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/executor/catalog.h"
#include "core/executor/timer_service.h"

namespace mainstay::executor {

/// Calls back exactly once, from the reactor, within half a minute; not after its destruction,
/// which ends the process.
class CatalogReader {
 public:
  using Callback = std::function<void(Result<Catalog>)>;
  CatalogReader(boost::asio::io_context& reactor, TimerService& timers,
                const std::vector<std::string>& arguments, Callback done);
  ~CatalogReader();
  CatalogReader(const CatalogReader&) = delete;
  CatalogReader& operator=(const CatalogReader&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace mainstay::executor
