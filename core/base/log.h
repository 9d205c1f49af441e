// SPDX-License-Identifier: Apache-2.0
// Log lines: a constant message and fields, to stderr with the journal's priority prefix.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mainstay {

/// error: an operator must act. warning: works, worse. notice: the cluster changed. info: action
/// results.
enum class LogLevel { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

using LogFields = std::vector<std::pair<std::string, std::string>>;

/// "resource=VIP node=node1 reason=\"two words\"": values with blanks, quotes or control characters
/// are quoted.
std::string render_fields(const LogFields& fields);

/// Lines above this level are dropped. Process-wide; set once at start.
void set_log_level(LogLevel level) noexcept;
LogLevel log_level() noexcept;

/// Writes one line with a single write(2). Never throws; safe from any thread.
void log(LogLevel level, std::string_view message, const LogFields& fields = {}) noexcept;

}  // namespace mainstay
