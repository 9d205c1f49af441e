// SPDX-License-Identifier: Apache-2.0
#include "plugins/filesystem/device_check.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "core/base/unique_fd.h"

namespace mainstay::filesystem {
namespace {

constexpr std::size_t kBlock = 4096;
/// As direct input and output want it.
struct alignas(kBlock) Block {
  std::array<char, kBlock> bytes{};
};

}  // namespace

bool is_block_device(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISBLK(status.st_mode);
}

Status read_device(const std::string& device) {
  const std::string what = "Failed to read device " + device;
  const UniqueFd file(::open(device.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC));
  Block block;
  if (!file || ::read(file.get(), block.bytes.data(), kBlock) < 0) {
    return fail_errno(what);
  }
  return Done{};
}

Status write_status_file(const std::string& file, const std::string& text, bool on_block_device) {
  const std::string what = "Failed to write status file " + file;
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), error);
  const int direct = on_block_device ? O_DIRECT : 0;
  const UniqueFd out(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_SYNC | O_CLOEXEC | direct, 0644));
  Block block;
  std::copy_n(text.begin(), std::min(text.size(), kBlock), block.bytes.begin());
  if (!out || ::write(out.get(), block.bytes.data(), kBlock) != static_cast<ssize_t>(kBlock) ||
      ::fsync(out.get()) != 0) {
    return fail_errno(what);
  }
  const UniqueFd in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in || ::read(in.get(), block.bytes.data(), kBlock) < 0) {
    return fail_errno("Cannot read the status file " + file);
  }
  return Done{};
}

void flush_buffers(const std::string& device) {
  const UniqueFd file(::open(device.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file) {
    ::ioctl(file.get(), BLKFLSBUF, 0);
  }
}

}  // namespace mainstay::filesystem
