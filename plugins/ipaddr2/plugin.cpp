// SPDX-License-Identifier: Apache-2.0
// What administrators see of IPaddr2, and its export.
#include "plugins/ipaddr2/ipaddr2_agent.h"

namespace {

using mainstay::agent::Action;
using mainstay::agent::Description;
using mainstay::agent::Parameter;
using mainstay::agent::ParameterType;

constexpr Parameter kParameters[] = {
    {.name = "ip",
     .shortdesc = "IPv4 or IPv6 address",
     .longdesc = "The address to configure, for example 192.168.1.1 or 2001:db8::1.",
     .required = true,
     .unique = true},
    {.name = "nic",
     .shortdesc = "Network interface",
     .longdesc =
         "The interface that gets the address. Without it, the one whose route leads to the "
         "address. The form eth0:label is accepted; prefer iflabel."},
    {.name = "cidr_netmask",
     .shortdesc = "CIDR netmask",
     .longdesc =
         "The length of the prefix, 24 for example; a dotted quad is converted. Without it, "
         "that of the route which leads to the address."},
    {.name = "netmask",
     .shortdesc = "Old name of cidr_netmask",
     .longdesc = "Old name of cidr_netmask.",
     .replaced_with = "cidr_netmask"},
    {.name = "broadcast",
     .shortdesc = "Broadcast address",
     .longdesc =
         "The broadcast address; + and - set or clear all host bits. Without it, that of the "
         "address which the matching route prefers. IPv4 only."},
    {.name = "proto",
     .shortdesc = "Protocol of the route",
     .longdesc = "Look for the interface only along routes of this origin, kernel for example."},
    {.name = "iflabel",
     .shortdesc = "Interface label",
     .longdesc =
         "A label for the address, added to the name of the interface: at most 15 characters "
         "together. IPv4 only."},
    {.name = "arp_interval",
     .shortdesc = "Interval of announcements in ms",
     .longdesc = "Milliseconds between two announcements of the address.",
     .default_value = "200",
     .type = ParameterType::integer},
    {.name = "arp_count",
     .shortdesc = "Number of announcements",
     .longdesc = "How often a started address is announced by gratuitous ARP or unsolicited "
                 "neighbour advertisement.",
     .default_value = "5",
     .type = ParameterType::integer},
    {.name = "arp_count_refresh",
     .shortdesc = "Number of announcements at each monitor",
     .longdesc = "How often an active address is announced at each monitor.",
     .default_value = "0",
     .type = ParameterType::integer},
    {.name = "arp_bg",
     .shortdesc = "Announce in the background",
     .longdesc = "Whether start returns before the last announcement. The default is true for IPv4 "
                 "and false for IPv6."},
    {.name = "arp_sender",
     .shortdesc = "Who announces",
     .longdesc = "send_arp, the default, is done natively; iputils_arping, libnet_arping and "
                 "ipoibarping make the script serve the resource."},
    {.name = "flush_routes",
     .shortdesc = "Flush the routing cache on stop",
     .longdesc = "Whether to flush the kernel's routing cache after the address was removed.",
     .default_value = "false",
     .type = ParameterType::boolean},
    {.name = "run_arping",
     .shortdesc = "Look for a collision first",
     .longdesc =
         "True makes the script serve the resource, which asks by arping whether somebody has "
         "the IPv4 address already.",
     .default_value = "false",
     .type = ParameterType::boolean},
    {.name = "nodad",
     .shortdesc = "No duplicate address detection",
     .longdesc = "Whether an IPv6 address is used without duplicate address detection.",
     .default_value = "false",
     .type = ParameterType::boolean},
    {.name = "noprefixroute",
     .shortdesc = "No route for the prefix",
     .longdesc = "Whether the kernel shall make no route for the prefix of the address.",
     .default_value = "false",
     .type = ParameterType::boolean},
    {.name = "preferred_lft",
     .shortdesc = "Preferred lifetime of an IPv6 address",
     .longdesc = "Seconds, or forever. 0 makes the address deprecated at once, so that it is not "
                 "chosen as a source.",
     .default_value = "forever"},
    {.name = "check_link_status",
     .shortdesc = "Check the link",
     .longdesc = "Whether an address on an interface without link counts as not running.",
     .default_value = "true",
     .type = ParameterType::boolean},
    {.name = "unique_clone_address",
     .shortdesc = "An address of its own for each clone",
     .longdesc = "Whether the number of the clone instance is added to the address. Needs the meta "
                 "attribute globally-unique=true.",
     .default_value = "false",
     .type = ParameterType::boolean},
};

constexpr Action kActions[] = {
    {.name = "start"},
    {.name = "stop"},
    {.name = "status", .interval_ms = 10'000},
    {.name = "monitor", .interval_ms = 10'000},
    {.name = "validate-all"},
    {.name = "meta-data", .timeout_ms = 5'000},
};

constexpr Description kDescription{
    .type = "IPaddr2",
    .shortdesc = "Manages virtual IPv4 and IPv6 addresses",
    .longdesc =
        "Adds an address to an interface of the active node and removes it again. Native: by "
        "netlink instead of a script.",
    .parameters = kParameters,
    .actions = kActions,
    // network_namespace enters another namespace: CAP_SYS_ADMIN.
    .capabilities = "CAP_NET_ADMIN CAP_NET_RAW CAP_SYS_ADMIN",
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(mainstay::ipaddr2::Ipaddr2Agent, kDescription)
