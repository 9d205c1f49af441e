// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/simulate.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <ctime>
#include <fstream>
#include <optional>
#include <ostream>
#include <utility>

#include <pugixml.hpp>

#include "core/cib/document.h"
#include "core/ctl/cib_file.h"
#include "core/ctl/what_if.h"
#include "core/report/graph_xml.h"
#include "core/report/score_text.h"
#include "core/report/status_text.h"
#include "core/report/transition_text.h"
#include "core/scheduler/read/reader.h"
#include "core/scheduler/schedule.h"
#include "core/scheduler/simulator.h"

namespace mainstay::ctl {
namespace {

std::string date_text(WallTime when) {
  const std::time_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count();
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%SZ", &utc);
  return text.data();
}

void print_status(const model::ClusterState& state, bool pending, std::ostream& out) {
  report::StatusOptions options;
  options.show_pending = pending;
  out << report::cluster_status_text(state, options);
}

std::string counts_text(const model::ClusterState& state) {
  const auto [all, disabled, blocked] = report::count_instances(state);
  if (blocked == 0 && disabled == 0) {
    return "";
  }
  return fmt::format(
      "{} of {} resource instances DISABLED and {} BLOCKED from further action due to failure\n",
      disabled, all, blocked);
}

/// When it is, and the line that says so.
struct Moment {
  WallTime now;
  std::string line;  ///< before the status and after the transition
};

std::optional<Moment> effective_time(const SimulateOptions& options, pugi::xml_node cib) {
  Moment moment;
  moment.now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  if (!options.time.empty()) {
    const auto given = scheduler::parse_time(options.time);
    if (!given) {
      return std::nullopt;
    }
    moment.now = *given;
    moment.line = "Setting effective cluster time: " + options.time + "\n";
  } else if (const auto date = scheduler::execution_date(cib)) {
    moment.now = *date;
    moment.line = "Using the original execution date of: " + date_text(moment.now) + "\n";
  }
  return moment;
}

void print_current(const model::ClusterState& state, std::ostream& out) {
  if (state.options.maintenance_mode) {
    out << "\n              *** Resource management is DISABLED ***\n  The cluster will not "
           "attempt to start, stop or recover services\n\n";
  }
  if (const std::string counts = counts_text(state); !counts.empty()) {
    out << counts << '\n';
  }
  out << "Current cluster status:\n";
  print_status(state, true, out);
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  return static_cast<bool>(file.flush());
}

/// `document` becomes what the plan makes of it. The exit code.
int carry_out(const SimulateOptions& options, const Moment& moment,
              const model::TransitionGraph& graph, cib::Document& document, std::ostream& out,
              std::ostream& err) {
  out << "\nExecuting Cluster Transition:\n";
  const pugi::xml_node cib = document.mutable_root();
  const auto result = scheduler::simulate(cib, graph, moment.now);
  for (const int index : result.fired) {
    const auto& action = graph.actions[static_cast<std::size_t>(index)];
    if (action.task != "stonith_up" && action.task != "all_stopped") {
      out << "  " << report::action_line(action) << '\n';
    }
  }
  out << moment.line;
  if (!result.finished) {
    out << "Transition failed: terminated\n";
  }
  if (!options.output_file.empty() && !write_file(options.output_file, document.text())) {
    err << options.output_file << ": cannot be written\n";
    return 73;
  }
  const auto revised = scheduler::read_cluster_state(cib, moment.now);
  if (!revised) {
    err << options.file << ": " << revised.error().context << '\n';
    return 65;
  }
  out << "\nRevised Cluster Status:\n";
  print_status(*revised, false, out);
  return result.finished ? 0 : 1;
}

}  // namespace

int run_simulate(const SimulateOptions& options, std::ostream& out, std::ostream& err) {
  auto document = read_cib_file(options.file);
  if (!document) {
    err << document.error().context << '\n';
    return document.error().code == Errc::invalid_input ? 65 : 66;
  }
  return simulate(std::move(*document), options, out, err);
}

int simulate(cib::Document document, const SimulateOptions& options, std::ostream& out,
             std::ostream& err) {
  const pugi::xml_node cib = document.mutable_root();  // nobody else's: the simulator may write
  const auto moment = effective_time(options, cib);
  if (!moment) {
    err << options.time << ": is no ISO 8601 time such as 2026-01-31 12:00:00Z\n";
    return 64;
  }
  const WallTime now = moment->now;
  const auto state = scheduler::read_cluster_state(cib, now);
  if (!state) {
    err << options.file << ": " << state.error().context << '\n';
    return 65;
  }
  if (options.json) {
    out << graph_json(scheduler::schedule(*state));
    return 0;
  }
  out << moment->line;
  print_current(*state, out);
  scheduler::PlacementTrace trace;
  const model::TransitionGraph graph =
      scheduler::schedule(*state, options.scores ? &trace : nullptr);
  if (options.scores) {
    out << "\nAssignment Scores:\n" << report::scores_text(*state, trace);
  }
  out << "\nTransition Summary:\n" << report::transition_summary_text(graph.decisions);
  if (!options.graph_file.empty() &&
      !write_file(options.graph_file, report::transition_graph_xml(graph))) {
    err << options.graph_file << ": cannot be written\n";
    return 73;
  }
  return options.execute ? carry_out(options, *moment, graph, document, out, err) : 0;
}

}  // namespace mainstay::ctl
