// SPDX-License-Identifier: Apache-2.0
// Whole files that survive a loss of power. All of these block; their errors are the operating
// system's and name the path.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mainstay {

/// Puts a file in the place of another: readers see the old one or the new one, whole, and a failed
/// write leaves the old one. `mode`: of the new file, whatever the umask; none: that of the old
/// one, or what the umask leaves of 0666.
Status write_file(const std::string& path, std::string_view text,
                  std::optional<mode_t> mode = std::nullopt);

/// The first half, for who renames or links by itself: a file that is on disk, but perhaps not its
/// name yet. What had that name is gone; after an error nothing has it.
Status write_new_file(const std::string& path, std::string_view text, mode_t mode);

/// The other half: names that were made in the directory are on disk.
Status sync_directory(const std::string& directory);

}  // namespace mainstay
