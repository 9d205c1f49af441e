// SPDX-License-Identifier: Apache-2.0
// A cluster of this one host: always quorate, messages come back through the loop in order.
#pragma once

#include <memory>
#include <string>

#include "core/membership/membership.h"

namespace boost::asio {
class io_context;
}

namespace mainstay::membership {

class StandaloneMembership final : public Membership {
 public:
  /// `node_name` is what `uname -n` says; the nodeid is 1. The io_context outlives the membership.
  StandaloneMembership(boost::asio::io_context& io, std::string node_name);
  ~StandaloneMembership() override;
  StandaloneMembership(const StandaloneMembership&) = delete;
  StandaloneMembership& operator=(const StandaloneMembership&) = delete;

  Status join(Listener& listener) override;
  Status broadcast(std::string payload) override;
  bool congested() const override;
  void leave() override;
  model::Node self() const override;

 private:
  class State;
  std::shared_ptr<State> state_;  // handlers in the loop hold it weakly and may outlive us
};

}  // namespace mainstay::membership
