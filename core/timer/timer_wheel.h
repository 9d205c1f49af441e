// SPDX-License-Identifier: Apache-2.0
// A hierarchical timer wheel: a million timers, a millisecond's resolution, no clock of its own.
//
// Each level has 64 slots and covers one more group of six bits of the time in milliseconds. A
// timer waits in the level of the highest group in which its due time differs from the wheel's
// time, so the first occupied slot of the lowest occupied level holds the earliest timers. When the
// time reaches a slot of a higher level, its timers are dealt out to the levels below. A slot is a
// plain array and a cancelled timer stays in it until it is met, or until one is added while the
// dead outnumber the living: memory grows by add() alone, so add() alone tidies up, and every pass
// over timers is a pass over consecutive memory.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "core/base/time.h"

namespace mainstay::timer {

/// Names one arming of a timer: an id that has fired or was cancelled never names another one.
struct TimerId {
  std::uint32_t index = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t generation = 0;
  bool operator==(const TimerId&) const = default;
};

/// add and cancel take constant time (add: on average). Not thread-safe.
class TimerWheel {
 public:
  /// Times are not negative.
  explicit TimerWheel(TimePoint start);

  /// A due time that has passed makes the timer due at the next advance_to.
  TimerId add(TimePoint due);
  /// False: it is not armed (it was due, or cancelled).
  bool cancel(TimerId id);
  bool is_armed(TimerId id) const;

  /// When advance_to will next have something to give; nothing if no timer is armed.
  std::optional<TimePoint> next_due();
  /// Moves the time on and appends the timers that are due by then, earliest first. A time before
  /// the wheel's counts as the wheel's.
  void advance_to(TimePoint now, std::vector<TimerId>& due);

  std::size_t size() const { return armed_; }

 private:
  static constexpr unsigned kBits = 6;
  static constexpr unsigned kSlots = 1U << kBits;
  static constexpr unsigned kLevels = 11;  // all 63 bits of a time

  struct Entry {
    std::int64_t due;
    TimerId id;
  };
  struct Slot {
    std::vector<Entry> entries;
    Entry earliest;  // valid while its timer is armed
  };
  struct Cell {
    std::uint32_t generation;  // odd: armed
    std::uint32_t next_free;
  };

  void place(const Entry& entry);
  void release(std::uint32_t index);
  std::optional<unsigned> lowest_level() const;
  std::int64_t slot_start(unsigned level, unsigned slot) const;
  void take(unsigned level, unsigned slot);
  bool prune(unsigned level, unsigned slot);
  void sweep();

  std::int64_t now_;
  std::size_t armed_ = 0;
  std::size_t dead_ = 0;  // cancelled timers that still lie in a slot
  std::array<std::uint64_t, kLevels> occupied_{};
  std::array<std::array<Slot, kSlots>, kLevels> slots_;
  std::vector<Entry> taken_;  // the slot that is being dealt out
  std::vector<Cell> cells_;
  std::uint32_t free_ = std::numeric_limits<std::uint32_t>::max();
};

}  // namespace mainstay::timer
