// SPDX-License-Identifier: Apache-2.0
// Digests: MD5 of text, and of an operation's parameters as Pacemaker computes op-digest.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.h"

namespace mainstay::cib {

/// MD5 in lower-case hexadecimal. It tells changed from unchanged; it protects nothing.
std::string md5_hex(std::string_view text);

/// Names and values of somebody else, sorted by name.
using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

/// op-digest: MD5 of " <parameters a=\"1\" b=\"2\"/>\n", sorted by name. CRM_meta_* entries and the
/// few names that Pacemaker leaves out do not count, except the timeout of a recurring operation
/// (`interval` not 0): it is taken from a CRM_meta_timeout entry, else from `timeout` unless that
/// is 0. The same function gives op-restart-digest and op-secure-digest when `parameters` holds
/// only the names that count for them.
std::string parameters_digest(const Pairs& parameters, Duration interval, Duration timeout);

/// The same of any sorted map.
template <class Map>
std::string parameters_digest(const Map& parameters, Duration interval, Duration timeout) {
  return parameters_digest(Pairs(parameters.begin(), parameters.end()), interval, timeout);
}

}  // namespace mainstay::cib
