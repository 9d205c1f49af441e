// SPDX-License-Identifier: Apache-2.0
// The names of exit codes and operation statuses.
#include "core/report/status_text.h"

namespace mainstay::report {

const char* exit_code_text(int code) {
  switch (code) {
    case 0:
      return "ok";
    case 1:
      return "error";
    case 2:
      return "invalid parameter";
    case 3:
      return "unimplemented feature";
    case 4:
      return "insufficient privileges";
    case 5:
      return "not installed";
    case 6:
      return "not configured";
    case 7:
      return "not running";
    case 8:
      return "promoted";
    case 9:
      return "promoted (failed)";
    case 189:
      return "not connected";
    case 190:
      return "degraded";
    case 191:
      return "promoted (degraded)";
    case 193:
      return "unknown";
    case 198:
      return "timeout";
    default:
      return "unknown";
  }
}

const char* status_code_text(int status) {
  switch (status) {
    case -1:
      return "pending";
    case 0:
      return "complete";
    case 1:
      return "Cancelled";
    case 2:
      return "Timed Out";
    case 3:
      return "NOT SUPPORTED";
    case 4:
      return "Error";
    case 5:
      return "Hard error";
    case 6:
      return "Fatal error";
    case 7:
      return "Not installed";
    default:
      return "UNKNOWN!";
  }
}

}  // namespace mainstay::report
