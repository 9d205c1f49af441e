// SPDX-License-Identifier: Apache-2.0
// `resource move` and `resource delete`: changes that wait for the cluster in between.
#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <string_view>

#include <pugixml.hpp>

#include "core/base/unique_fd.h"
#include "core/ctl/cib_index.h"
#include "core/ctl/constraint_plan.h"
#include "core/ctl/invocation.h"
#include "core/ctl/resource_edit.h"
#include "core/scheduler/read/reader.h"

namespace mainstay::ctl {
namespace {

constexpr Duration kPatience = std::chrono::minutes(5);

/// While it lives, Ctrl-C and its like make a descriptor readable instead of ending the program.
class HeldSignals {
 public:
  HeldSignals() {
    ::sigemptyset(&signals_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
      ::sigaddset(&signals_, number);
    }
    ::sigprocmask(SIG_BLOCK, &signals_, &before_);
    fd_ = UniqueFd(::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  int fd() const { return fd_.get(); }

 private:
  sigset_t signals_{};
  sigset_t before_{};
  UniqueFd fd_;
};

/// Names of the nodes where any primitive of `resource` is active; each once.
Result<Words> active_nodes(const CibAccess& access, const std::string& resource) {
  const auto snapshot = access.load();
  if (!snapshot) {
    return snapshot.error();
  }
  const auto state = scheduler::read_cluster_state(snapshot->cib.root(), wall_now());
  if (!state) {
    return state.error();
  }
  Words nodes;
  for (const pugi::xml_node primitive : primitives_of(find_resource(snapshot->cib, resource))) {
    const std::string id = primitive.attribute("id").value();
    for (const model::Resource& candidate : state->resources) {
      if (candidate.base != id && candidate.id != id) {
        continue;
      }
      for (const int node : candidate.running_on) {
        const std::string& name = state->nodes[static_cast<std::size_t>(node)].name;
        if (std::find(nodes.begin(), nodes.end(), name) == nodes.end()) {
          nodes.push_back(name);
        }
      }
    }
  }
  return nodes;
}

struct Move {
  std::string resource;  ///< the group when a member was named
  std::string from;
  std::string to;  ///< empty: anywhere else
};

Result<Move> plan_move(const Invocation& invocation, const Snapshot& snapshot) {
  const Words& words = invocation.words;
  if (words.empty() || words.size() > 2) {
    return fail(Errc::invalid_input, "must specify a resource to move and, at choice, a node");
  }
  const pugi::xml_node resource = find_resource(snapshot.cib, words[0]);
  if (!resource) {
    return fail(Errc::not_found, "bundle/clone/group/resource '" + words[0] + "' does not exist");
  }
  const pugi::xml_node outer = outermost(resource);
  const std::string_view kind = outer.name();
  if (kind != "primitive" && kind != "group") {
    return fail(Errc::unsupported, "cannot move " + std::string(kind) + " resources");
  }
  Move move{outer.attribute("id").value(), "", words.size() == 2 ? words[1] : ""};
  if (!move.to.empty() && !find_node(snapshot.cib, move.to)) {
    return no_such_node(move.to);
  }
  const auto active = active_nodes(invocation.cib(), move.resource);
  if (!active) {
    return active.error();
  }
  if (active->empty()) {
    return fail(Errc::conflict,
                "It is not possible to move stopped resources: '" + move.resource + "' is stopped");
  }
  if (active->size() > 1) {
    return fail(Errc::conflict, "'" + move.resource +
                                    "' is running on more than one node: " + quoted_list(*active));
  }
  move.from = active->front();
  if (move.from == move.to) {
    return fail(Errc::conflict,
                "resource '" + move.resource + "' is already running on node '" + move.to + "'");
  }
  return move;
}

/// A resource that may go nowhere else would only be stopped and started again.
Status check_destination(const Move& move, const Snapshot& snapshot) {
  const auto state = scheduler::read_cluster_state(snapshot.cib.root(), wall_now());
  if (!state) {
    return state.error();
  }
  for (const model::NodeState& node : state->nodes) {
    const bool usable = node.online && !node.standby && !node.maintenance && !node.unclean;
    if (usable && node.name != move.from && (move.to.empty() || node.name == move.to)) {
      return Done{};
    }
  }
  return fail(Errc::conflict, move.to.empty()
                                  ? "there is no other node that can run '" + move.resource + "'"
                                  : "node '" + move.to + "' cannot run resources now: it is " +
                                        "offline, in standby or in maintenance");
}

bool arrived(const Move& move, const Words& active) {
  return active.size() == 1 && (move.to.empty() ? active[0] != move.from : active[0] == move.to);
}

std::string whereabouts(const Words& active) {
  return active.empty() ? std::string("is not running")
                        : "is running on node" + std::string(active.size() == 1 ? " " : "s ") +
                              quoted_list(active);
}

/// Takes the constraint back, whatever happened. Everything else is worth less.
Status take_back(const CibAccess& access, const Move& move) {
  const auto snapshot = access.load();
  if (!snapshot) {
    return snapshot.error();
  }
  const auto plan = plan_clear(snapshot->cib, move.resource, move.to.empty() ? move.from : move.to);
  if (!plan) {
    return plan.error();
  }
  return access.apply(plan->change);
}

}  // namespace

int move_resource(const Invocation& invocation) {
  const CibAccess access = invocation.cib();
  if (access.is_file()) {
    return complain(
        fail(Errc::unsupported, "Specified option '-f' is not supported in this command"));
  }
  const auto snapshot = access.load();
  if (!snapshot) {
    return complain(snapshot.error());
  }
  const auto move = plan_move(invocation, *snapshot);
  if (!move) {
    return complain(move.error());
  }
  const auto possible = check_destination(*move, *snapshot);
  if (!possible) {
    return complain(possible.error());
  }
  const auto constraint = move->to.empty() ? plan_ban(snapshot->cib, move->resource, move->from)
                                           : plan_prefer(snapshot->cib, move->resource, move->to);
  if (!constraint) {
    return complain(constraint.error());
  }
  const HeldSignals signals;
  const Duration limit = patience(invocation).value_or(kPatience);
  const auto applied = access.apply(constraint->change);
  if (!applied) {
    return complain(applied.error());
  }
  tell("Location constraint to move resource '" + move->resource + "' has been created");
  tell("Waiting for the cluster to apply configuration changes...");
  const auto settled = access.await_idle(limit, signals.fd());
  const auto active = active_nodes(access, move->resource);
  const auto removed = take_back(access, *move);
  if (!removed) {
    return complain(within("the constraint that moves '" + move->resource +
                               "' is still there, remove it with: mainstay resource clear " +
                               move->resource,
                           removed.error()));
  }
  tell("Location constraint created to move resource '" + move->resource + "' has been removed");
  if (!settled) {
    return complain(within("resource '" + move->resource + "' was not moved", settled.error()));
  }
  if (!active || !arrived(*move, *active)) {
    return complain(active ? fail(Errc::conflict, "Unable to move resource '" + move->resource +
                                                      "': it " + whereabouts(*active) +
                                                      (settled->empty() ? "" : "; " + *settled))
                           : active.error());
  }
  tell("Waiting for the cluster to apply configuration changes...");
  const auto again = access.await_idle(limit, signals.fd());
  const auto finally = active_nodes(access, move->resource);
  if (!again || !finally) {
    return complain(again ? finally.error() : again.error());
  }
  if (!arrived(*move, *finally)) {
    return complain(fail(Errc::conflict,
                         "resource '" + move->resource + "' was moved but went back: it " +
                             whereabouts(*finally) +
                             "; its constraints or a missing resource-stickiness took it there"));
  }
  tell("resource '" + move->resource + "' " + whereabouts(*finally));
  return kDone;
}

int delete_resource(const Invocation& invocation) {
  const CibAccess access = invocation.cib();
  if (invocation.words.empty()) {
    tell("Error: must specify a resource to delete; see --help");
    return kBadUsage;
  }
  for (const std::string& id : invocation.words) {
    auto snapshot = access.load();
    if (!snapshot) {
      return complain(snapshot.error());
    }
    auto plan = plan_resource_delete(snapshot->cib, id);
    if (!plan) {
      return complain(plan.error());
    }
    const auto active =
        access.is_file() || invocation.force ? Result<Words>(Words{}) : active_nodes(access, id);
    if (!active) {
      return complain(active.error());
    }
    if (!active->empty()) {
      tell("Attempting to stop: " + id + "...");
      const auto disable = plan_resource_disable(snapshot->cib, {id});
      const auto applied = disable ? access.apply(disable->change) : Status(disable.error());
      if (!applied) {
        return complain(applied.error());
      }
      const auto settled = access.await_idle(patience(invocation).value_or(kPatience));
      const auto left = active_nodes(access, id);
      if (!settled || !left || !left->empty()) {
        return complain(fail(Errc::conflict, "Unable to stop: " + id +
                                                 " before deleting (re-run with --force to force "
                                                 "deletion)"));
      }
    }
    const int code = carry_out(invocation, plan);
    if (code != kDone) {
      return code;
    }
  }
  return kDone;
}

}  // namespace mainstay::ctl
