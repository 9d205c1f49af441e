// SPDX-License-Identifier: Apache-2.0
#include "core/base/log.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>

namespace mainstay {
namespace {

std::atomic<LogLevel> g_level{LogLevel::info};

bool is_plain(unsigned char c) {
  return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
}

void append_value(std::string& out, const std::string& value) {
  const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), is_plain);
  if (plain) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (std::iscntrl(static_cast<unsigned char>(c)) != 0) {
      out += '?';
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

std::string render_fields(const LogFields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) {
      out += ' ';
    }
    out += name;
    out += '=';
    append_value(out, value);
  }
  return out;
}

void set_log_level(LogLevel level) noexcept {
  g_level = level;
}
LogLevel log_level() noexcept {
  return g_level;
}

void log(LogLevel level, std::string_view message, const LogFields& fields) noexcept {
  if (level > g_level) {
    return;
  }
  try {
    std::string line = "<" + std::to_string(static_cast<int>(level)) + ">";
    line += message;
    if (!fields.empty()) {
      line += ' ';
      line += render_fields(fields);
    }
    line += '\n';
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  } catch (...) {  // NOLINT(bugprone-empty-catch): a line lost for want of memory must not end the
                   // daemon
  }
}

}  // namespace mainstay
