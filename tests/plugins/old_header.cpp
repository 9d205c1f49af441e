// SPDX-License-Identifier: Apache-2.0
// ocf:test:OldHeader: built against the header of the first release. What it does not know must not
// matter. Answers a monitor with success and everything else with the value of its parameter.
#include <cstdlib>
#include <cstring>

#include "tests/plugins/abi_of_first_release.h"

namespace {

using first_release::ActionInput;
using first_release::ActionOutput;

int g_object = 0;

void* create(ActionOutput*) {
  return &g_object;
}
void destroy(void*) {}

void run(void*, const ActionInput* input, ActionOutput* output) {
  output->exit_code = 0;
  for (std::uint64_t i = 0; i < input->parameter_count; ++i) {
    const bool monitor = std::strcmp(input->action, "monitor") == 0;
    if (!monitor && std::strcmp(input->parameters[i].name, "rc") == 0) {
      output->exit_code = std::atoi(input->parameters[i].value);
    }
  }
  std::strncpy(output->reason, "told by an old plugin", output->reason_capacity - 1);
}

constexpr first_release::Parameter kParameters[] = {
    {"rc", "Exit code", "", "0", nullptr, 1, false, false, false},
};
constexpr first_release::Action kActions[] = {{"monitor", 20'000, 10'000, 0, nullptr}};

}  // namespace

extern "C" __attribute__((visibility("default"))) const first_release::Plugin mainstay_agent_plugin;
const first_release::Plugin mainstay_agent_plugin = {1,
                                                     sizeof(first_release::Plugin),
                                                     "ocf",
                                                     "test",
                                                     "OldHeader",
                                                     "1",
                                                     "",
                                                     "",
                                                     kParameters,
                                                     1,
                                                     sizeof(first_release::Parameter),
                                                     kActions,
                                                     1,
                                                     sizeof(first_release::Action),
                                                     create,
                                                     destroy,
                                                     run,
                                                     nullptr};
