// SPDX-License-Identifier: Apache-2.0
#include "core/timer/timer_wheel.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "core/base/check.h"

namespace mainstay::timer {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
// Sweeping a small wheel early would cost more than it frees.
constexpr std::size_t kDeadAllowed = 1024;
// Memory that an empty slot keeps: a few are enough to spare the allocator.
constexpr std::size_t kKeptEntries = 64;

std::int64_t ticks(TimePoint time) {
  return time.time_since_epoch().count();
}

}  // namespace

TimerWheel::TimerWheel(TimePoint start) : now_(ticks(start)) {
  MAINSTAY_CHECK(now_ >= 0);
}

TimerId TimerWheel::add(TimePoint due) {
  if (dead_ > armed_ + kDeadAllowed) {
    sweep();
  }
  std::uint32_t index = free_;
  if (index == kNone) {
    MAINSTAY_CHECK(cells_.size() < kNone);
    index = static_cast<std::uint32_t>(cells_.size());
    cells_.push_back({0, kNone});
  } else {
    free_ = cells_[index].next_free;
  }
  const TimerId id{index, ++cells_[index].generation};
  ++armed_;
  place({ticks(due), id});
  return id;
}

bool TimerWheel::is_armed(TimerId id) const {
  return id.index < cells_.size() && (id.generation & 1U) != 0 &&
         cells_[id.index].generation == id.generation;
}

bool TimerWheel::cancel(TimerId id) {
  if (!is_armed(id)) {
    return false;
  }
  release(id.index);
  ++dead_;
  return true;
}

std::optional<TimePoint> TimerWheel::next_due() {
  while (const auto level = lowest_level()) {
    const auto slot = static_cast<unsigned>(std::countr_zero(occupied_[*level]));
    const Entry& earliest = slots_[*level][slot].earliest;
    if (is_armed(earliest.id) || prune(*level, slot)) {
      return TimePoint(Duration(std::max(earliest.due, now_)));
    }
  }
  return std::nullopt;
}

void TimerWheel::advance_to(TimePoint now, std::vector<TimerId>& due) {
  const std::int64_t target = std::max(ticks(now), now_);
  while (const auto level = lowest_level()) {
    const auto slot = static_cast<unsigned>(std::countr_zero(occupied_[*level]));
    const std::int64_t start = slot_start(*level, slot);
    if (start > target) {
      break;
    }
    now_ = std::max(start, now_);
    take(*level, slot);
    for (const Entry& entry : taken_) {
      if (!is_armed(entry.id)) {
        --dead_;
      } else if (*level == 0) {
        due.push_back(entry.id);
        release(entry.id.index);
      } else {
        place(entry);
      }
    }
  }
  now_ = target;
}

void TimerWheel::place(const Entry& entry) {
  const std::int64_t due = std::max(entry.due, now_);
  const auto differing = static_cast<std::uint64_t>(due ^ now_);
  const unsigned level =
      differing == 0 ? 0 : (63U - static_cast<unsigned>(std::countl_zero(differing))) / kBits;
  const auto slot = static_cast<unsigned>(due >> (level * kBits)) % kSlots;
  Slot& target = slots_[level][slot];
  if (target.entries.empty() || entry.due < target.earliest.due) {
    target.earliest = entry;
  }
  target.entries.push_back(entry);
  occupied_[level] |= std::uint64_t{1} << slot;
}

void TimerWheel::release(std::uint32_t index) {
  Cell& cell = cells_[index];
  ++cell.generation;
  cell.next_free = free_;
  free_ = index;
  --armed_;
}

std::optional<unsigned> TimerWheel::lowest_level() const {
  for (unsigned level = 0; level < kLevels; ++level) {
    if (occupied_[level] != 0) {
      return level;
    }
  }
  return std::nullopt;
}

std::int64_t TimerWheel::slot_start(unsigned level, unsigned slot) const {
  const std::int64_t block = level + 1 == kLevels ? std::numeric_limits<std::int64_t>::max()
                                                  : (std::int64_t{1} << ((level + 1) * kBits)) - 1;
  return (now_ & ~block) | (std::int64_t{slot} << (level * kBits));
}

/// Empties a slot into taken_. The slot gets taken_'s memory in turn, unless that is much.
void TimerWheel::take(unsigned level, unsigned slot) {
  occupied_[level] &= ~(std::uint64_t{1} << slot);
  if (taken_.capacity() > kKeptEntries) {
    taken_ = {};
  }
  taken_.clear();
  std::swap(taken_, slots_[level][slot].entries);
}

/// Drops the dead of one slot; false if nobody is left in it.
bool TimerWheel::prune(unsigned level, unsigned slot) {
  Slot& target = slots_[level][slot];
  dead_ -= std::erase_if(target.entries, [&](const Entry& entry) { return !is_armed(entry.id); });
  if (target.entries.empty()) {
    take(level, slot);
    return false;
  }
  target.earliest = *std::min_element(target.entries.begin(), target.entries.end(),
                                      [](const Entry& a, const Entry& b) { return a.due < b.due; });
  return true;
}

void TimerWheel::sweep() {
  for (unsigned level = 0; level < kLevels; ++level) {
    for (std::uint64_t rest = occupied_[level]; rest != 0; rest &= rest - 1) {
      const auto slot = static_cast<unsigned>(std::countr_zero(rest));
      if (prune(level, slot)) {
        slots_[level][slot].entries.shrink_to_fit();
      }
    }
  }
}

}  // namespace mainstay::timer
