// SPDX-License-Identifier: Apache-2.0
// `verify`: what is wrong with a configuration, in crm_verify's words.
#pragma once

#include "core/cib/document.h"
#include "core/ctl/text.h"

namespace mainstay::ctl {

struct Verdict {
  Words lines;
  bool errors = false;
  bool warnings = false;
};

/// `source` names the text in complaints with a line.
Verdict verify_cib(const cib::Document& cib, const std::string& source, WallTime now);

}  // namespace mainstay::ctl
