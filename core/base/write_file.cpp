// SPDX-License-Identifier: Apache-2.0
#include "core/base/write_file.h"

#include <unistd.h>

#include <cstdio>
#include <memory>

namespace mainstay {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

}  // namespace

Status write_file(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".new";
  File file(std::fopen(temporary.c_str(), "wbe"));
  if (!file) {
    return fail_errno("cannot write " + temporary);
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size() &&
                       std::fflush(file.get()) == 0 && ::fsync(::fileno(file.get())) == 0;
  if (!written || std::rename(temporary.c_str(), path.c_str()) != 0) {
    return fail_errno("cannot write " + path);
  }
  return Done{};
}

}  // namespace mainstay
