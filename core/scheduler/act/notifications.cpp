// SPDX-License-Identifier: Apache-2.0
// Notifications of clones with notify=true. Before an action of the clone every active instance is
// told ("pre"), after it every one that is or stays active ("post"); pseudo-actions hold the two
// rounds together. What is told: who is active, and who starts, stops, is promoted or demoted
// where.
#include "core/scheduler/act/notifications.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace mainstay::scheduler {
namespace {

using model::Role;
using model::Variant;

struct Entry {
  int resource = -1;
  int node = -1;
};
using Entries = std::vector<Entry>;

constexpr std::string_view kConfirmed = "confirmed-";

/// What all notifications of one round say.
struct News {
  Entries active, inactive, promoted, unpromoted;
  Entries starts, stops, promotes, demotes;
};

void collect(const Plan& plan, int index, News& news) {
  const model::Resource& resource = plan.resource(index);
  if (!resource.children.empty()) {
    for (const int child : resource.children) {
      collect(plan, child, news);
    }
    return;
  }
  const Entry now{index, resource.running_on.empty() ? -1 : resource.running_on.front()};
  const Role role = plan.role(index);
  (role == Role::stopped ? news.inactive : news.active).push_back(now);
  if (role == Role::unpromoted) {
    news.unpromoted.push_back(now);
  } else if (role == Role::promoted) {
    news.promoted.push_back(now);
  }
  for (const int each : plan.table.of(index)) {
    const Action& action = plan.table[each];
    const bool lost =
        action.task == task::kStop && action.node >= 0 && plan.is_unclean(action.node);
    if (action.optional || action.node < 0 || (!action.runnable && !lost)) {
      continue;
    }
    const Entry entry{index, action.node};
    if (action.task == task::kStart) {
      news.starts.push_back(entry);
    } else if (action.task == task::kStop) {
      news.stops.push_back(entry);
    } else if (action.task == task::kPromote) {
      news.promotes.push_back(entry);
    } else if (action.task == task::kDemote) {
      news.demotes.push_back(entry);
    }
  }
}

void append(std::string& list, const std::string& word) {
  list.append(list.empty() ? "" : " ").append(word);
}

void put(const Plan& plan, model::Values& into, const std::string& what, Entries entries,
         bool with_nodes = true) {
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    return std::tie(plan.resource(a.resource).id, a.node) <
           std::tie(plan.resource(b.resource).id, b.node);
  });
  std::string resources;
  std::string nodes;
  int last = -1;
  for (const Entry& entry : entries) {
    if (entry.resource != last) {
      append(resources, plan.resource(entry.resource).id);
      last = entry.resource;
    }
    if (entry.node >= 0) {
      append(nodes, plan.node(entry.node).name);
    }
  }
  into["notify_" + what + "_resource"] = resources.empty() ? " " : resources;
  if (with_nodes) {
    into["notify_" + what + "_uname"] = nodes.empty() ? " " : nodes;
  }
}

std::shared_ptr<const model::Values> tell(const Plan& plan, int clone, const News& news) {
  model::Values values;
  put(plan, values, "start", news.starts);
  put(plan, values, "stop", news.stops);
  put(plan, values, "active", news.active);
  put(plan, values, "inactive", news.inactive, false);
  if (plan.resource(clone).promotable) {
    put(plan, values, "promote", news.promotes);
    put(plan, values, "demote", news.demotes);
    put(plan, values, "promoted", news.promoted);
    put(plan, values, "unpromoted", news.unpromoted);
    put(plan, values, "master", news.promoted);
    put(plan, values, "slave", news.unpromoted);
  }
  std::string available;
  std::string all;
  const auto& excluded = plan.excluded[static_cast<std::size_t>(clone)];
  for (int n = 0; n < plan.node_count(); ++n) {
    const auto at = static_cast<std::size_t>(n);
    const std::string& name = plan.node(n).name;
    append(all, name);
    if (plan.is_online(n) && (at >= excluded.size() || excluded[at] == 0)) {
      append(available, name);
    }
  }
  values["notify_available_uname"] = available.empty() ? " " : available;
  values["notify_all_uname"] = all.empty() ? " " : all;
  return std::make_shared<const model::Values>(std::move(values));
}

bool is_change(std::string_view name) {
  return name == task::kStart || name == task::kStop || name == task::kPromote ||
         name == task::kDemote;
}

/// One clone's notifications about one kind of action; `values` is what they say of the news.
class Round {
 public:
  Round(Plan& plan, std::string_view about, const Notices& notices, const News& news,
        std::shared_ptr<const model::Values> values)
      : plan_(plan), about_(about), notices_(notices), news_(news), values_(std::move(values)) {}

  void tell_all(int index) {
    const model::Resource& resource = plan_.resource(index);
    if (!resource.children.empty()) {
      for (const int child : resource.children) {
        tell_all(child);
      }
      return;
    }
    for (const int each : plan_.table.of(index)) {
      Action& action = plan_.table[each];
      if (!action.optional && action.node >= 0 && is_change(action.task)) {
        action.news = values_;
      }
    }
    if ((about_ == task::kStart && news_.starts.empty()) ||
        (about_ == task::kPromote && news_.promotes.empty()) ||
        (about_ == task::kDemote && news_.demotes.empty())) {
      return;
    }
    if (about_ == task::kStop || about_ == task::kDemote) {
      tell_of_fall(index);
    } else {
      tell_of_rise(index);
    }
  }

 private:
  void tell_of_fall(int index) {
    if (plan_.role(index) == Role::stopped) {
      return;
    }
    for (const int node : plan_.resource(index).running_on) {
      const int stop = plan_.table.find(index, task::kStop, node);
      const bool reset = plan_.requires_reset[static_cast<std::size_t>(node)] != 0;
      if (stop >= 0 && plan_.table[stop].pseudo && (plan_.is_unclean(node) || reset)) {
        continue;
      }
      notify(index, node, notices_.before, notices_.before_done);
      if (about_ == task::kDemote || stop < 0 || plan_.table[stop].optional) {
        notify_after(index, node);
      }
    }
  }

  void tell_of_rise(int index) {
    const int home = plan_.home(index);
    if (plan_.next_role(index) <= Role::stopped || home < 0 || is_cut_off(home)) {
      return;
    }
    const int start = plan_.table.find(index, task::kStart);
    if (about_ != task::kStart || start < 0 || plan_.table[start].optional) {
      notify(index, home, notices_.before, notices_.before_done);
    }
    notify_after(index, home);
  }

  /// A guest whose connection would have to start again and cannot.
  bool is_cut_off(int node) const {
    const int connection = plan_.is_guest(node) ? plan_.node(node).remote_resource : -1;
    const int start = connection < 0 ? -1 : plan_.table.find(connection, task::kStart);
    return start >= 0 && !plan_.table[start].optional && !plan_.table[start].runnable;
  }

  int notify(int index, int node, int before, int done) {
    if (before < 0 || done < 0 || !plan_.is_online(node) || !plan_.table[before].runnable) {
      return -1;
    }
    const model::Values subject = notice_meta(plan_, before);
    const std::string& type = subject.at("notify_type");
    const std::string& operation = subject.at("notify_operation");
    // That a sibling stopped is heard once, whether it was fenced or not.
    const std::string_view name =
        plan_.table.keep(std::string(type).append(task::kNotice).append(operation));
    const int made = plan_.want(index, name, node, plan_.table[before].optional);
    Action& action = plan_.table[made];
    action.task = task::kNotify;
    action.news = values_;
    action.meta["notify_type"] = type;
    action.meta["notify_operation"] = operation;
    plan_.table.relate(before, made, kOrdered);
    plan_.table.relate(made, done, kOrdered);
    return made;
  }

  void notify_after(int index, int node) {
    const int made = notify(index, node, notices_.after, notices_.after_done);
    if (made >= 0) {
      plan_.table[made].priority = model::kInfinity;
    }
    if (notices_.after_done < 0) {
      return;
    }
    for (const int each : plan_.table.of(index)) {
      if (plan_.table[each].interval > Duration(0) && plan_.table[each].task != task::kCancel) {
        plan_.table.relate(notices_.after_done, each, kOrdered);
      }
    }
  }

  Plan& plan_;
  std::string_view about_;
  const Notices& notices_;
  const News& news_;
  std::shared_ptr<const model::Values> values_;
};

int find_notice(const Plan& plan, int clone, std::string_view type, std::string_view about) {
  const auto& own = plan.table.of(clone);
  const auto it = std::find_if(own.begin(), own.end(), [&](int each) {
    const Action& action = plan.table[each];
    return action.is_notice &&
           action.name.size() == type.size() + task::kNotice.size() + about.size() &&
           action.name.starts_with(type) && action.name.ends_with(about);
  });
  return it == own.end() ? -1 : *it;
}

int add_notice(Plan& plan, int index, int about, std::string_view type) {
  const std::string_view name =
      plan.table.keep(std::string(type).append(task::kNotice).append(plan.table[about].task));
  const int made = plan.pseudo(index, name, plan.table[about].optional, true);
  plan.table[made].task = type.starts_with(kConfirmed) ? task::kNotified : task::kNotify;
  return made;
}

Notices find_notices(const Plan& plan, int clone, std::string_view before, std::string_view after) {
  return {
      find_notice(plan, clone, "pre", before), find_notice(plan, clone, "confirmed-pre", before),
      find_notice(plan, clone, "post", after), find_notice(plan, clone, "confirmed-post", after)};
}

void notify_clone(Plan& plan, int clone) {
  static constexpr auto kRounds = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{task::kStart, task::kRunning},
       {task::kStop, task::kStopped},
       {task::kPromote, task::kPromoted},
       {task::kDemote, task::kDemoted}});
  News news;
  collect(plan, clone, news);
  const auto values = tell(plan, clone, news);
  for (const auto& [about, done] : kRounds) {
    const Notices notices = find_notices(plan, clone, about, done);
    if (notices.before >= 0) {
      Round(plan, about, notices, news, values).tell_all(clone);
    }
  }
}

void notify_in(Plan& plan, int index) {
  const model::Resource& resource = plan.resource(index);
  if (resource.variant == Variant::clone) {
    for (const int each : plan.table.of(index)) {
      flags_of(plan, each, -1);  // what it means in the end
    }
    if (resource.notify) {
      notify_clone(plan, index);
    }
  } else if (resource.bundled >= 0) {
    notify_in(plan, resource.bundled);
  }
}

}  // namespace

int confirmed_after(const Plan& plan, int collective, std::string_view done) {
  return find_notice(plan, collective, "confirmed-post", done);
}

std::string_view original_task(const Plan& plan, int index) {
  const Action& action = plan.table[index];
  std::string_view name = action.name;
  if (action.is_notice) {
    name.remove_prefix(name.find(task::kNotice) + task::kNotice.size());
  }
  const auto& instances = instances_of(plan, action.resource);
  const bool of_groups =
      !instances.empty() && plan.resource(instances.front()).variant != Variant::primitive;
  return of_groups ? name : begun_by(name);
}

model::Values notice_meta(const Plan& plan, int notice) {
  const std::string_view name = plan.table[notice].name;
  const std::size_t end = name.find(task::kNotice);
  const std::string_view key = name.substr(0, end);
  const std::string_view about = name.substr(end + task::kNotice.size());
  const std::string_view type = key.starts_with(kConfirmed) ? key.substr(kConfirmed.size()) : key;
  // To the instances of a clone, fencing is the stop of one.
  const std::string_view operation = about == task::kFence ? task::kStop : begun_by(about);
  return {{"notify_key_operation", std::string(about)},
          {"notify_key_type", std::string(key)},
          {"notify_operation", std::string(operation)},
          {"notify_type", std::string(type)}};
}

Notices add_notices(Plan& plan, int index, int action, int complete) {
  Notices notices;
  if (!plan.resource(index).notify) {
    return notices;
  }
  if (action >= 0) {
    notices.before = add_notice(plan, index, action, "pre");
    notices.before_done = add_notice(plan, index, action, "confirmed-pre");
    plan.table.relate(notices.before, notices.before_done, kOrdered);
    plan.table.relate(notices.before_done, action, kOrdered);
  }
  if (complete >= 0) {
    notices.after = add_notice(plan, index, complete, "post");
    notices.after_done = add_notice(plan, index, complete, "confirmed-post");
    for (const int notice : {notices.after, notices.after_done}) {
      plan.table[notice].priority = model::kInfinity;
      plan.table[notice].runnable = plan.table[complete].runnable;
    }
    plan.table.relate(complete, notices.after, kFirstRequiresThen);
    plan.table.relate(notices.after, notices.after_done, kFirstRequiresThen);
  }
  if (action >= 0 && complete >= 0) {
    plan.table.relate(notices.before_done, notices.after, kOrdered);
  }
  return notices;
}

void add_clone_notices(Plan& plan, int clone) {
  const auto find = [&](std::string_view name) { return plan.table.find(clone, name); };
  const Notices start = add_notices(plan, clone, find(task::kStart), find(task::kRunning));
  const Notices stop = add_notices(plan, clone, find(task::kStop), find(task::kStopped));
  plan.table.relate(stop.after_done, start.before, kOrdered);
}

void add_promotion_notices(Plan& plan, int clone) {
  if (!plan.resource(clone).notify) {
    return;
  }
  const auto find = [&](std::string_view name) { return plan.table.find(clone, name); };
  const Notices start = find_notices(plan, clone, task::kStart, task::kRunning);
  const Notices stop = find_notices(plan, clone, task::kStop, task::kStopped);
  const Notices promote = add_notices(plan, clone, find(task::kPromote), find(task::kPromoted));
  const Notices demote = add_notices(plan, clone, find(task::kDemote), find(task::kDemoted));
  plan.table.relate(start.after_done, promote.before, kOrdered);
  plan.table.relate(stop.after_done, promote.before, kOrdered);
  plan.table.relate(demote.after_done, promote.before, kOrdered);
  plan.table.relate(demote.after_done, start.before, kOrdered);
  plan.table.relate(demote.after_done, stop.before, kOrdered);
}

void add_fencing_notices(Plan& plan, int index, int fence) {
  const Notices notices = add_notices(plan, index, -1, fence);
  News news;
  news.stops.push_back({index, plan.table[fence].node});
  const auto values = std::make_shared<model::Values>();
  put(plan, *values, "stop", news.stops);
  Round(plan, task::kStop, notices, news, values).tell_all(plan.top(index));
}

void add_notifications(Plan& plan) {
  for (const int index : plan.placement.top_level) {
    notify_in(plan, index);
  }
}

}  // namespace mainstay::scheduler
