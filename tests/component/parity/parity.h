// SPDX-License-Identifier: Apache-2.0
// The native agents beside the scripts of the same name: the same parameters in the same
// surroundings must give the same exit codes and leave the same behind. A table of cases per agent;
// every case runs twice, each time in network and mount namespaces of its own.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace mainstay::parity {

using Parameters = std::map<std::string, std::string>;

/// What happens, in order: OCF actions, "probe" (a monitor that does not recur), "monitor@20" (of a
/// depth), "other:stop" (by the script in the native agent's story, and the other way round),
/// "left:stop" or "left:other:stop" (if it is the native agent's turn it must decline, and the
/// script has it), and "!command" for what a shell does to the surroundings.
using Story = std::vector<std::string>;

/// An agent that exists twice.
struct Agent {
  std::string provider;
  std::string type;
  std::string plugin;                            ///< the name of its file, without ".so"
  std::function<void()> build;                   ///< makes the surroundings, inside the namespaces
  std::function<nlohmann::json()> look;          ///< what is compared after each step
  Story story;                                   ///< of cases that have none of their own
  Parameters common = {};                        ///< of all cases, where they do not say otherwise
  std::vector<std::string> left_to_script = {};  ///< parameters that the native agent does not know
  bool on_host = false;  ///< no namespaces: for a booted host that may be changed at will
  std::chrono::seconds timeout{20};           ///< of each action
  std::function<std::string()> missing = {};  ///< what its stories lack here; empty: nothing
};

struct Case {
  std::string name;
  Parameters parameters = {};
  Story story = {};
  Parameters meta = {};
  bool declined = false;  ///< the native agent leaves these parameters to the script
};

/// A case with its agent, as GoogleTest lists them.
struct Comparison {
  const Agent* agent;
  Case one;
};
/// For GoogleTest's messages.
void PrintTo(const Comparison& comparison, std::ostream* out);
std::vector<Comparison> all_of(const Agent& agent, const std::vector<Case>& cases);
std::string name_of(const ::testing::TestParamInfo<Comparison>& info);

class Parity : public ::testing::TestWithParam<Comparison> {};
/// Meta-data: no parameter and no action of the script is missing.
class MetaData : public ::testing::TestWithParam<const Agent*> {};

/// Runs `work` in a child with namespaces of its own (if the agent's stories have them), after the
/// agent's `build`, and brings its JSON back; null if it failed.
nlohmann::json apart(const Agent& agent, const std::function<nlohmann::json()>& work);

/// The native agent alone: the exit codes of a story, and what is seen after it.
nlohmann::json tell_natively(const Agent& agent, const Case& one);

void shell(const std::string& command);
std::string output_of(const std::string& command);

/// The first that is not in PATH; empty: all are.
std::string missing_program(const std::vector<std::string>& programs);
/// Whether the kernel has that filesystem, as a module or already.
bool has_filesystem(const std::string& fstype);

/// Two interfaces with addresses of both families, and a default route. Peers of veth pairs:
/// peer-eth0, peer-eth1.
void build_network();
/// In place of the commands by which scripts set attributes of their node: there is no cluster
/// here. Natively set ones go to the same place, a file each in /run/attributes.
void build_attribute_tools();
/// `ip -j addr`, without what only time tells and the interfaces' own link-local addresses.
nlohmann::json addresses();

}  // namespace mainstay::parity
