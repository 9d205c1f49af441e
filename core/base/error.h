// SPDX-License-Identifier: Apache-2.0
// Operating errors: a code for programs to compare and a sentence for people to read.
#pragma once

#include <string>
#include <system_error>

namespace mainstay {

/// Reasons of our own; errors of the operating system travel as std::errc in the same
/// std::error_code.
enum class Errc {
  invalid_input = 1,  ///< what was given is malformed: message names place and fix
  not_found,          ///< the named thing does not exist
  already_exists,     ///< an id that is taken
  limit_exceeded,     ///< a size or count over a stated limit
  unavailable,        ///< the peer (corosync, daemon, bus) is not there now; asking again may help
  conflict,           ///< the thing changed meanwhile, or the request does not fit its state
  permission_denied,  ///< the caller may not do this
  timed_out,          ///< a deadline passed
  corrupt,            ///< stored data fails its digest or structure
  unsupported,        ///< known, but not offered
  internal,           ///< a library failed in a way that has no better name
};

std::error_code make_error_code(Errc code) noexcept;

/// An operating error. `context` is a full message without a trailing period or newline.
struct Error {
  std::error_code code;
  std::string context;
};

/// An Error of our own category.
Error fail(Errc code, std::string context);

/// The current or given errno as an Error: "<context>: <text of errno>".
Error fail_errno(const std::string& context);
Error fail_errno(const std::string& context, int error_number);

/// Puts `what` in front of the message: "<what>: <inner message>". The code is kept.
[[nodiscard]] Error within(const std::string& what, Error inner);

}  // namespace mainstay

template <>
struct std::is_error_code_enum<mainstay::Errc> : std::true_type {};
