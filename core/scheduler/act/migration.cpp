// SPDX-License-Identifier: Apache-2.0
// Live migration: migrate_to on the old node, migrate_from on the new one, then a stop of what is
// left behind; the start is done by then. Whatever cannot be kept across it (a stop or a restart
// that something else requires) turns it back into stop and start.
#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {

bool can_migrate(const Plan& plan, int index, int current) {
  const model::Resource& resource = plan.resource(index);
  const int home = plan.home(index);
  return resource.allow_migrate && plan.managed(index) && !resource.failed &&
         !resource.start_pending && current >= 0 && home >= 0 && !plan.is_unclean(current) &&
         !plan.is_unclean(home);
}

void add_migration(Plan& plan, int index, int current) {
  const int home = plan.home(index);
  const bool half_done = plan.is_half_migrated(index);
  const int start = plan.want(index, task::kStart, home, true);
  const int stop = plan.want(index, task::kStop, current, true);
  const int to = half_done ? -1 : plan.want(index, task::kMigrateTo, current, true);
  const int from = plan.want(index, task::kMigrateFrom, home, true);
  plan.table[start].migratable = true;
  plan.table[stop].migratable = true;
  plan.table[start].pseudo = true;
  plan.table[from].migratable = true;
  const auto needs = plan.table[start].needs;
  if (!half_done) {
    plan.table[to].migratable = true;
    plan.table[to].needs = needs;
    plan.order(index, task::kMonitor, index, task::kMigrateTo, kOrdered);
    plan.order(index, task::kMigrateTo, index, task::kMigrateFrom, kOrdered | kMigrationNeedsThen);
  } else {
    plan.table[from].needs = needs;
    plan.order(index, task::kMonitor, index, task::kMigrateFrom, kOrdered);
  }
  plan.order(index, task::kMigrateFrom, index, task::kStop, kOrdered | kMigrationNeedsThen);
  plan.order(index, task::kMigrateFrom, index, task::kStart,
             kOrdered | kMigrationNeedsThen | kMigrationReplacesThen);
  for (const int action : {to, from}) {
    if (action >= 0) {
      plan.table[action].meta["migrate_source"] = plan.node(current).name;
      plan.table[action].meta["migrate_target"] = plan.node(home).name;
    }
  }
}

}  // namespace mainstay::scheduler
