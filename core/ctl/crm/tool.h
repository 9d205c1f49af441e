// SPDX-License-Identifier: Apache-2.0
// Pacemaker's commands for agents, by the name under which the program was called.
#pragma once

#include <string_view>

namespace mainstay::ctl::crm {

using Tool = int (*)(int argc, char** argv);

int crm_attribute(int argc, char** argv);
int crm_master(int argc, char** argv);
int attrd_updater(int argc, char** argv);
int crm_node(int argc, char** argv);
int crm_resource(int argc, char** argv);
int crm_mon(int argc, char** argv);
int cibadmin(int argc, char** argv);
int crm_standby(int argc, char** argv);
int crm_failcount(int argc, char** argv);
int crm_ticket(int argc, char** argv);
int crm_simulate(int argc, char** argv);
int stonith_admin(int argc, char** argv);

/// Null if it is none of them. `program` may have a path.
Tool tool_named(std::string_view program);

}  // namespace mainstay::ctl::crm
