// SPDX-License-Identifier: Apache-2.0
#include "core/base/write_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>

#include "core/base/unique_fd.h"

namespace mainstay {
namespace {

Status write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return fail_errno("write " + path);
    }
    text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
  return Done{};
}

Status fill(int fd, std::string_view text, mode_t mode, const std::string& path) {
  if (Status written = write_all(fd, text, path); !written) {
    return written;
  }
  if (::fchmod(fd, mode) != 0) {
    return fail_errno("chmod " + path);
  }
  return ::fsync(fd) == 0 ? Status(Done{}) : fail_errno("fsync " + path);
}

mode_t usual_mode(const std::string& path) {
  struct stat old {};
  if (::stat(path.c_str(), &old) == 0) {
    return old.st_mode & 07777U;
  }
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666U & ~mask;
}

}  // namespace

Status write_new_file(const std::string& path, std::string_view text, mode_t mode) {
  ::unlink(path.c_str());  // of a run that was killed
  // Nobody else may open it before it has its mode.
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) {
    return fail_errno("create " + path);
  }
  Status filled = fill(fd.get(), text, mode, path);
  if (!filled) {
    ::unlink(path.c_str());
  }
  return filled;
}

Status sync_directory(const std::string& directory) {
  const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd && ::fsync(fd.get()) == 0 ? Status(Done{}) : fail_errno("fsync " + directory);
}

Status write_file(const std::string& path, std::string_view text, std::optional<mode_t> mode) {
  const std::string temporary = path + ".new." + std::to_string(::getpid());
  if (Status written = write_new_file(temporary, text, mode ? *mode : usual_mode(path)); !written) {
    return written;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    Error failed = fail_errno("rename " + temporary + " to " + path);
    ::unlink(temporary.c_str());
    return failed;
  }
  const std::string directory = std::filesystem::path(path).parent_path().string();
  return sync_directory(directory.empty() ? "." : directory);
}

}  // namespace mainstay
