// SPDX-License-Identifier: Apache-2.0
// Carries messages of any size over payloads of limited size, never with more than a window of our
// own bytes on the way: every payload comes back to its sender in the total order, and that is the
// acknowledgement.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mainstay::controller {

class Transport {
 public:
  /// Payload sizes: our pieces, and what may be on the way at once.
  static constexpr std::size_t kPiece = 512UL << 10U;
  static constexpr std::size_t kWindow = 2UL << 20U;
  /// Largest message, sent or put together: a CIB of the largest size and its frame.
  static constexpr std::size_t kMaxMessage = 288UL << 20U;

  explicit Transport(std::uint32_t self) : self_(self) {}

  /// Queues a message. `lasting`: sent again from its start when a change of members voids its
  /// pieces; others are then dropped (their sender makes a newer one).
  void send(std::string message, bool lasting = true);

  /// Payloads to broadcast now.
  std::vector<std::string> take();

  /// One payload of the order; gives a whole message when it was the last piece. Errors: malformed.
  Result<std::optional<std::string>> receive(std::uint32_t from, std::string_view payload);

  /// The set of members changed: half-received messages are void, at the same place for everybody.
  void restart();
  /// The connection is gone, or what was queued means nothing any more.
  void clear();
  /// Drops what is queued and not begun, keeps count of what is on the way.
  void drop_queued();

  std::size_t queued() const { return queue_.size(); }

 private:
  struct Outgoing {
    std::string message{};
    bool lasting = true;
    std::uint64_t id = 0;
    std::size_t sent = 0;       ///< bytes handed out
    std::size_t delivered = 0;  ///< bytes that came back
  };
  struct Incoming {
    std::uint64_t id = 0;
    std::uint64_t total = 0;
    std::string bytes;
  };
  std::optional<std::string> next_piece(Outgoing& outgoing);
  void acknowledge(std::uint64_t id, std::size_t bytes);

  std::uint32_t self_;
  std::uint64_t next_id_ = 1;
  std::deque<Outgoing> queue_;  ///< in order of sending; the front ones may be partly or fully sent
  std::map<std::uint32_t, Incoming> incoming_;
  std::size_t on_the_way_ = 0;
};

}  // namespace mainstay::controller
