// SPDX-License-Identifier: Apache-2.0
// The configuration on disk: one file per generation, each with its digest, the newest called
// cib.xml.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/cib/document.h"

namespace mainstay::store {

/// Writes `text` as the newest generation: temporary file, fsync, the old cib.xml linked as
/// cib-N.xml, rename, fsync of the directory. At most `keep` old generations stay. Whenever it is
/// interrupted, cib.xml is either the old or the new one, whole. Blocks: not for the reactor.
Status write_generation(const std::string& directory, std::string_view text, int keep);

struct Loaded {
  cib::Document document;
  std::vector<std::string>
      notices;  ///< what an operator must know: damaged files, an older one used
};

/// The newest generation whose digest and structure are good. No file at all: a new, empty CIB.
/// Files, but none good: an error that names each with what is wrong with it.
Result<Loaded> load_newest(const std::string& directory);

/// Writes `text` to a file of its own (cib-aside-N.xml) that no other function here touches; at
/// most kAsideKept of them stay. Gives the file's path.
inline constexpr int kAsideKept = 10;
Result<std::string> keep_aside(const std::string& directory, std::string_view text);

}  // namespace mainstay::store
