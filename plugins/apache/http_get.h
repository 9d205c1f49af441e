// SPDX-License-Identifier: Apache-2.0
// One HTTP request, bounded in time and size. Plain HTTP only; no proxy. Asked from the loopback
// address, as by the script: pages that only the host itself may see are seen, and other hosts'
// never.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/base/result.h"

namespace mainstay::apache {

struct Url {
  std::string host = {};  ///< an IPv6 address without its brackets
  std::string port = "80";
  std::string path = "/";
  bool operator==(const Url&) const = default;
};

/// None for anything but http://HOST[:PORT][/PATH].
std::optional<Url> parse_url(const std::string& text);

struct Page {
  unsigned status = 0;
  std::string body;  ///< at most kLargestPage bytes
};

inline constexpr std::size_t kLargestPage = std::size_t{4} * 1024 * 1024;

/// Follows a few redirects to http addresses. `head`: asks for the headers only.
/// Errors: invalid_input (URL), unavailable (nobody answers), timed_out, limit_exceeded (page too
/// large).
Result<Page> http_get(const std::string& url, bool head,
                      std::chrono::steady_clock::time_point deadline);

}  // namespace mainstay::apache
