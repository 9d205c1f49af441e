// SPDX-License-Identifier: Apache-2.0
// The conformance run as data: actions in their order and the answers that an agent may give. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/agent/agent_info.h"

namespace mainstay::conformance {

using Values = std::map<std::string, std::string>;

/// One action.
struct Step {
  std::string action = {};
  std::string resource = {};
  Values parameters = {};
  Values meta = {};  ///< as CRM_meta_*, without that prefix
  Duration timeout{20'000};
  Duration interval{0};  ///< 0: a monitor is a probe
  bool operator==(const Step&) const = default;
};

/// What a check asks of the host that runs its actions, besides running them.
enum class Host {
  same,      ///< as it is
  fresh,     ///< another one: the last was ended, as it may be at any time
  measured,  ///< look whether it grows while the one step is repeated
};

struct Check {
  std::string claim = {};           ///< what is to hold: "start of a started resource succeeds"
  std::vector<Step> steps = {};     ///< run at the same time
  std::vector<int> accepted = {0};  ///< exit codes
  std::vector<int> undecided = {};  ///< exit codes that say: it cannot be told on this host
  Host host = Host::same;
  bool essential = false;  ///< what follows means nothing without it
};

/// What is tested, and with which parameters. `second` are those of the second instance that
/// differ.
struct Subject {
  agent::AgentInfo info = {};
  Values parameters = {};
  Values second = {};
  std::string node = {};  ///< this host's name, for the actions that want one
  bool native = false;    ///< a plugin: it has a host of its own that can be measured and ended
};

inline constexpr const char* kFirst = "conformance-1";
inline constexpr const char* kSecond = "conformance-2";

/// In the order in which they are to be run. The first one finds whether the resource runs already:
/// then nothing may be done to it.
std::vector<Check> checks_for(const Subject& subject);

/// Stops both instances: after a check that did not hold.
std::vector<Step> clean_up(const Subject& subject);

/// Why two instances cannot be tested side by side; empty if they can. Each needs its own values of
/// the parameters that are unique.
std::string obstacle_to_second(const Subject& subject);

}  // namespace mainstay::conformance
