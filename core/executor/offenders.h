// SPDX-License-Identifier: Apache-2.0
// Whose actions end their agent host again and again: they get a host of their own, so that nobody
// else is hurt, and are given up on when they go on crashing. Pure.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "core/base/time.h"

namespace mainstay::executor {

/// How an action ended its host: crashed, or had to be ended with it because of its timeout. A
/// timeout may be the service's fault: it costs the company of others, never further attempts.
enum class Offence { crash, timeout };

class Offenders {
 public:
  static constexpr Duration kMemory{600'000};   ///< an offence is forgotten after ten minutes
  static constexpr std::size_t kOwnHost = 3;    ///< so many offences: a host of its own
  static constexpr std::size_t kGivenUp = 6;    ///< so many crashes: no further attempts for now
  static constexpr std::size_t kMost = 10'000;  ///< resources that are remembered

  enum class Standing { trusted, own_host, given_up };

  void record(const std::string& resource, Offence offence, TimePoint now);
  Standing standing(const std::string& resource, TimePoint now);

 private:
  struct Entry {
    TimePoint when;
    Offence offence;
  };

  std::map<std::string, std::deque<Entry>> offences_;
};

}  // namespace mainstay::executor
