// SPDX-License-Identifier: Apache-2.0
// ocf:test:ForeignThrow: a table made without the wrapper, whose function lets an exception out.
#include "core/agent/mainstay_agent.h"

namespace {

namespace abi = mainstay::agent::abi;

int g_object = 0;

void* create(abi::ActionOutput*) {
  return &g_object;
}
void destroy(void*) {}
void run(void*, const abi::ActionInput*, abi::ActionOutput*) {
  throw 42;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const abi::Plugin mainstay_agent_plugin;
constinit const abi::Plugin mainstay_agent_plugin = [] {
  abi::Plugin table{};
  table.abi_version = abi::kVersion;
  table.size = sizeof table;
  table.standard = "ocf";
  table.provider = "test";
  table.type = "ForeignThrow";
  table.create = create;
  table.destroy = destroy;
  table.run = run;
  return table;
}();
