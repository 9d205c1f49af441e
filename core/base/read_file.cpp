// SPDX-License-Identifier: Apache-2.0
#include "core/base/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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
  constexpr std::size_t kStep = 64UL << 10U;
  std::size_t room = kStep;
  struct stat info {};
  if (::fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
    room = std::min(static_cast<std::size_t>(info.st_size), most) + 1;  // its end is read, too
  }
  while (true) {
    const std::size_t had = text.size();
    text.resize(had + room);
    const ssize_t got = ::read(file.get(), text.data() + had, room);
    const int error = errno;
    text.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) {
      return text;
    }
    if (got < 0 && error != EINTR) {
      return fail_errno("cannot read " + path, error);
    }
    if (text.size() > most) {
      return fail(Errc::limit_exceeded, path + " has more than " + std::to_string(most) + " bytes");
    }
    // Not all that there is room for: it is cleared each time, and pipes give little at once.
    const std::size_t left = text.capacity() - text.size();
    room = left > 0 ? std::min(left, kStep) : kStep;
  }
}

}  // namespace mainstay
