// SPDX-License-Identifier: Apache-2.0
// The deeper monitors: does the device answer, can the filesystem be written?
#pragma once

#include <string>

#include "core/base/result.h"

namespace mainstay::filesystem {

bool is_block_device(const std::string& path);

/// Reads the beginning of the device itself, past all caches.
Status read_device(const std::string& device);
/// Writes a file through to the disk (past the caches of a block device) and reads it.
Status write_status_file(const std::string& file, const std::string& text, bool on_block_device);
/// Forgets what is cached of the device. Nothing happens where that fails.
void flush_buffers(const std::string& device);

}  // namespace mainstay::filesystem
