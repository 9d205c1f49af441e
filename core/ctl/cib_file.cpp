// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/cib_file.h"

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/base/memory.h"
#include "core/base/read_file.h"

namespace mainstay::ctl {

Result<cib::Document> read_cib_file(const std::string& path) {
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::file_size(path, unknown);
  if (!unknown && size <= cib::Document::kMaxBytes) {
    constexpr std::uintmax_t kTextTreeAndPlan = 6;  // times the text, for large clusters
    expect_memory(kTextTreeAndPlan * size);
  }
  auto text = read_file(path, cib::Document::kMaxBytes);
  if (!text) {
    return text.error();
  }
  return cib::Document::parse(std::move(*text), path);
}

}  // namespace mainstay::ctl
