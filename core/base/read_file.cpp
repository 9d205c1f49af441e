// SPDX-License-Identifier: Apache-2.0
#include "core/base/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/base/unique_fd.h"

namespace mainstay {

Result<std::string> read_file(const std::string& path, std::size_t most) {
  const UniqueFd file(path == "-" ? ::dup(STDIN_FILENO)
                                  : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) {
    return fail_errno("cannot read " + path);
  }
  std::string text;
  struct stat info {};
  if (::fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode)) {
    text.reserve(std::min(static_cast<std::size_t>(info.st_size), most));
  }
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got == 0) {
      return text;
    }
    if (got < 0) {
      if (errno == EINTR) {
        continue;
      }
      return fail_errno("cannot read " + path);
    }
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > most) {
      return fail(Errc::limit_exceeded, path + " has more than " + std::to_string(most) + " bytes");
    }
  }
}

}  // namespace mainstay
