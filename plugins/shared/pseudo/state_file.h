// SPDX-License-Identifier: Apache-2.0
// The file that stands for a pseudo resource: it is there while the resource runs.
#pragma once

#include <string>
#include <system_error>

namespace mainstay::pseudo {

/// Threading: any. Errors: the kernel's. Whoever finds the file, script or native agent, knows the
/// resource as running, so that either can stop what the other has started.
class StateFile {
 public:
  explicit StateFile(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  bool exists() const;
  /// Leaves the contents of one that exists.
  std::error_code create() const;
  /// Of one that does not exist: success.
  std::error_code remove() const;
  /// Whether files can be made in its directory.
  bool is_writable() const;

 private:
  std::string path_;
};

}  // namespace mainstay::pseudo
