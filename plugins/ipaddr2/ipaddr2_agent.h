// SPDX-License-Identifier: Apache-2.0
// The actions of the native IPaddr2.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "core/agent/mainstay_agent.h"
#include "netlink/rtnetlink.h"
#include "plugins/ipaddr2/announcer.h"
#include "plugins/ipaddr2/settings.h"
#include "plugins/shared/network/interface_choice.h"
#include "plugins/shared/network/kernel_watch.h"

namespace mainstay::ipaddr2 {

/// The kernel as the agent uses it; tests put a fake in its place.
struct Kernel {
  std::function<Result<std::shared_ptr<netlink::Netlink>>()> open;
  std::function<Status(const netlink::Link&, const netlink::IpAddress&)> announce;
  std::function<agent::WatchStart(const netlink::Interest&, const agent::Watcher&)> watch = {};
};

/// Its sockets and its watch are shared by all agents of the process.
Kernel real_kernel();

class Ipaddr2Agent : public agent::ResourceAgent {
 public:
  Ipaddr2Agent() : Ipaddr2Agent(real_kernel()) {}
  explicit Ipaddr2Agent(Kernel kernel) : kernel_(std::move(kernel)) {}

  agent::ActionResult start(const agent::ActionContext& context) override;
  agent::ActionResult stop(const agent::ActionContext& context) override;
  agent::ActionResult monitor(const agent::ActionContext& context) override;
  agent::ActionResult validate_all(const agent::ActionContext& context) override;
  agent::WatchStart watch(const agent::ActionContext& context,
                          const agent::Watcher& watcher) override;

 private:
  /// Everything that an action knows before it looks at the address.
  struct Target {
    Settings settings;
    network::Choice choice;
    std::optional<netlink::Link> link;  ///< a glance at it; none: the nic does not exist
    std::string label;                  ///< "eth0:web", empty for none
    std::shared_ptr<netlink::Netlink> netlink;
  };
  enum class Served : std::uint8_t { no, ok, down, label_missing };

  std::variant<Target, agent::ActionResult> prepare(const agent::ActionContext& context);
  static Result<network::Surroundings> look_around(netlink::Netlink& netlink,
                                                   const Settings& settings, bool judging);
  static Status find_sources(netlink::Netlink& netlink, network::Surroundings& around);
  static Result<Served> served(const Target& target);
  static Result<std::optional<netlink::Address>> find_address(const Target& target);
  static netlink::Address wanted_address(const Target& target);
  agent::ActionResult add(const agent::ActionContext& context, Target& target);
  agent::ActionResult announce(const agent::ActionContext& context, const Target& target,
                               int rounds, bool background);
  static agent::ActionResult await_unique(const agent::ActionContext& context, const Target& target,
                                          netlink::AddressWatch& watch);

  Kernel kernel_;
  Announcer announcer_;
};

}  // namespace mainstay::ipaddr2
