// SPDX-License-Identifier: Apache-2.0
// Small words about words: quoting lists for messages, NAME=VALUE tokens, ids, times of day.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace mainstay::ctl {

using Words = std::vector<std::string>;
using Options = std::map<std::string, std::string>;

/// "'a', 'b'".
std::string quoted_list(const Words& words);
std::string join(const Words& words, std::string_view separator);

/// Splits "name=value"; fails on a token without "=" or with an empty name.
Result<std::pair<std::string, std::string>> split_option(const std::string& token);
Result<Options> parse_options(const Words& tokens);

/// An XML id as the CIB's schema wants it. `what` names it in the message ("resource name").
Status check_id(const std::string& id, const std::string& what);

/// An integer or (+|-)INFINITY.
bool is_score(std::string_view text);
/// "10", "10s", "500ms", "2min", "PT5M", …
bool is_duration(std::string_view text);
/// Pacemaker's booleans; nothing if it is none.
bool is_true(std::string_view text);
bool is_boolean(std::string_view text);

/// "Tue Nov 24 00:18:15 2026", local time.
std::string local_time(WallTime time);

}  // namespace mainstay::ctl
