// SPDX-License-Identifier: Apache-2.0
// Payloads that the engine could not take yet, in order, within limits of count and bytes.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include "core/base/result.h"

namespace mainstay::membership {

class SendQueue {
 public:
  static constexpr std::size_t kMaxCount = 65'536;
  static constexpr std::size_t kMaxBytes = 64UL * 1024 * 1024;

  /// Errc::limit_exceeded leaves the queue as it was.
  Status push(std::string payload) {
    if (payloads_.size() >= kMaxCount || payload.size() > kMaxBytes - bytes_) {
      return fail(Errc::limit_exceeded, "send queue full (" + std::to_string(payloads_.size()) +
                                            " messages, " + std::to_string(bytes_) + " bytes)");
    }
    bytes_ += payload.size();
    payloads_.push_back(std::move(payload));
    return Done{};
  }
  bool empty() const { return payloads_.empty(); }
  std::size_t size() const { return payloads_.size(); }
  const std::string& front() const { return payloads_.front(); }
  void pop() {
    bytes_ -= payloads_.front().size();
    payloads_.pop_front();
  }
  void clear() {
    payloads_.clear();
    bytes_ = 0;
  }
  bool more_than_half_full() const {
    return payloads_.size() > kMaxCount / 2 || bytes_ > kMaxBytes / 2;
  }

 private:
  std::deque<std::string> payloads_;
  std::size_t bytes_ = 0;
};

}  // namespace mainstay::membership
