// SPDX-License-Identifier: Apache-2.0
// Answers of corosync's libraries as our errors.
#pragma once

#include <corosync/corotypes.h>

#include <string>

#include "core/base/error.h"

namespace mainstay::membership {

/// "<call>: <corosync's words> (<number>)". The code is Errc::unavailable for everything that a
/// later try may cure.
inline Error corosync_fail(const std::string& call, cs_error_t answer) {
  Errc code = Errc::unavailable;
  if (answer == CS_ERR_ACCESS || answer == CS_ERR_SECURITY) {
    code = Errc::permission_denied;
  } else if (answer == CS_ERR_NOT_EXIST) {
    code = Errc::not_found;
  } else if (answer == CS_ERR_INVALID_PARAM || answer == CS_ERR_TOO_BIG) {
    code = Errc::invalid_input;
  }
  return fail(code, call + ": " + cs_strerror(answer) + " (" + std::to_string(answer) + ")");
}

}  // namespace mainstay::membership
