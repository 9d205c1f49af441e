// SPDX-License-Identifier: Apache-2.0
#include "plugins/shared/pseudo/state_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace mainstay::pseudo {

bool StateFile::exists() const {
  struct stat status {};
  return ::stat(path_.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::error_code StateFile::create() const {
  const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644);
  if (fd < 0) {
    return {errno, std::generic_category()};
  }
  ::close(fd);
  return {};
}

std::error_code StateFile::remove() const {
  if (::unlink(path_.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) {
    return {errno, std::generic_category()};
  }
  return {};
}

bool StateFile::is_writable() const {
  const std::size_t slash = path_.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
  return ::access(directory.c_str(), W_OK | X_OK) == 0;
}

}  // namespace mainstay::pseudo
