// SPDX-License-Identifier: Apache-2.0
// Digests: MD5 of text, and of an operation's parameters as Pacemaker computes op-digest.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace mainstay::cib {

/// MD5 in lower-case hexadecimal. It tells changed from unchanged; it protects nothing.
std::string md5_hex(std::string_view text);

/// op-digest: MD5 of " <parameters a=\"1\" b=\"2\"/>\n", sorted by name. CRM_meta_* entries and the
/// few names that Pacemaker leaves out do not count, except the timeout of a recurring operation
/// (`interval` not 0): it is taken from a CRM_meta_timeout entry, else from `timeout` unless that
/// is 0. The same function gives op-restart-digest and op-secure-digest when `parameters` holds
/// only the names that count for them.
std::string parameters_digest(const std::map<std::string, std::string>& parameters,
                              Duration interval, Duration timeout);

}  // namespace mainstay::cib
