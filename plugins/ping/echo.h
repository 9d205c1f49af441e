// SPDX-License-Identifier: Apache-2.0
// Who answers an ICMP echo request (RFC 792, RFC 4443 §4)?
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace mainstay::ping {

/// An echo request; the checksum of IPv6 is the kernel's to fill in.
std::vector<std::uint8_t> encode_request(bool ipv6, std::uint16_t id, std::uint16_t sequence);
/// Whether a message (without IP header) answers a request of that id. `any_id`: the kernel has
/// chosen the id and let only its answers through.
bool is_reply(std::span<const std::uint8_t> message, bool ipv6, std::uint16_t id, bool any_id);

/// Takes why a host could not be asked.
using Complain = std::function<void(const std::string& why)>;

/// Asks all hosts (addresses or names) at the same time, up to `attempts` times, a second apart,
/// until each has answered once; waits for `patience` after the last attempt, never beyond the
/// deadline. How many have answered. Names are looked up one after the other, which may block.
int count_answering(const std::vector<std::string>& hosts, int attempts,
                    std::chrono::milliseconds patience,
                    std::chrono::steady_clock::time_point deadline, const Complain& complain);

}  // namespace mainstay::ping
