// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/crm/tool.h"

#include <array>
#include <utility>

namespace mainstay::ctl::crm {

Tool tool_named(std::string_view program) {
  constexpr std::array<std::pair<std::string_view, Tool>, 12> kTools{
      {{"crm_attribute", crm_attribute},
       {"crm_master", crm_master},
       {"attrd_updater", attrd_updater},
       {"crm_node", crm_node},
       {"crm_resource", crm_resource},
       {"crm_mon", crm_mon},
       {"cibadmin", cibadmin},
       {"crm_standby", crm_standby},
       {"crm_failcount", crm_failcount},
       {"crm_ticket", crm_ticket},
       {"crm_simulate", crm_simulate},
       {"stonith_admin", stonith_admin}}};
  const std::string_view name = program.substr(program.rfind('/') + 1);
  for (const auto& [known, tool] : kTools) {
    if (name == known) {
      return tool;
    }
  }
  return nullptr;
}

}  // namespace mainstay::ctl::crm
