// SPDX-License-Identifier: Apache-2.0
// Gets the configuration to disk without blocking the reactor: a short-lived mainstay-cib-writer
// does each write.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/cib/document.h"

namespace mainstay::daemon {

/// Threading: reactor only. Limits: one write runs and one waits; a newer one takes the place of
/// the waiting one, as every write holds the whole configuration.
class CibWriter {
 public:
  static constexpr int kGenerationsKept = 10;

  struct Write {
    cib::Version version;
    std::string text;
  };
  using Stored = std::function<void(const cib::Version&, std::optional<Error>)>;

  /// `program` is mainstay-cib-writer, `directory` where the generations lie.
  CibWriter(boost::asio::io_context& io, std::string program, std::string directory, Stored stored);

  void store(Write write);
  bool busy() const { return running_.has_value(); }

 private:
  void start(Write write);
  void on_exit();
  void finish(std::optional<Error> error);

  boost::asio::io_context& io_;
  std::string program_;
  std::string directory_;
  Stored stored_;
  std::optional<Write> running_;
  std::optional<Write> waiting_;
  pid_t pid_ = -1;
  boost::asio::posix::stream_descriptor exited_;
  UniqueFd messages_;
};

}  // namespace mainstay::daemon
