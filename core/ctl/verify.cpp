// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/verify.h"

#include <fmt/format.h>

#include <array>

#include <pugixml.hpp>

#include "core/cib/validate.h"
#include "core/scheduler/read/reader.h"

namespace mainstay::ctl {
namespace {

constexpr std::array kNoFencing{
    "Resource start-up disabled since no STONITH resources have been defined",
    "Either configure some or disable STONITH with the stonith-enabled option",
    "NOTE: Clusters with shared data need STONITH to ensure data integrity"};

void add(Verdict& verdict, const char* origin, const char* severity, const std::string& message) {
  (severity[0] == 'e' ? verdict.errors : verdict.warnings) = true;
  verdict.lines.push_back(fmt::format("({}) \t{}: {}", origin, severity, message));
}

}  // namespace

Verdict verify_cib(const cib::Document& cib, const std::string& source, WallTime now) {
  Verdict verdict;
  for (const cib::Complaint& complaint : cib::validate(cib)) {
    const bool error = complaint.severity == cib::Complaint::Severity::error;
    const std::string place =
        complaint.line > 0 ? fmt::format("{}:{}: ", source, complaint.line) : std::string();
    add(verdict, "validate", error ? "error" : "warning", place + complaint.message);
  }
  const auto state = scheduler::read_cluster_state(cib.root(), now);
  if (!state) {
    add(verdict, "unpack_config", "error", state.error().context);
    return verdict;
  }
  if (state->options.fencing_enabled && !state->options.have_fencing_device) {
    for (const char* line : kNoFencing) {
      add(verdict, "unpack_resources", "error", line);
    }
  }
  for (const std::string& problem : state->problems) {
    add(verdict, "unpack_constraints", "error", problem);
  }
  return verdict;
}

}  // namespace mainstay::ctl
