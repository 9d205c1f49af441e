// SPDX-License-Identifier: Apache-2.0
// Whether a configuration makes sense in itself: ids, references, scores, intervals, names.
#pragma once

#include <string>
#include <vector>

#include "core/cib/document.h"

namespace mainstay::cib {

/// One thing that is wrong, with its place and what to do about it.
struct Complaint {
  enum class Severity { error, warning };
  Severity severity = Severity::error;
  std::string message;  ///< "primitive 'Web': …; …"
  int line = 0;  ///< 1-based line in the parsed text, 0 when the document did not come from text
  bool operator==(const Complaint&) const = default;
};

/// Everything found, in document order. A document with an error is refused by Document::apply.
std::vector<Complaint> validate(const Document& document);

}  // namespace mainstay::cib
