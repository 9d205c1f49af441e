// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/crm/answer.h"

#include <fmt/format.h>

#include <cstdlib>

#include <pugixml.hpp>

#include "core/scheduler/read/reader.h"

namespace mainstay::ctl::crm {

Run::Run(const char* name) : command_line_(name, "As Pacemaker's, for agents; asks mainstayd.") {
  grammar()
      .add_option("--socket", socket, "Control socket of mainstayd")
      .from_environment("MAINSTAY_SOCKET");
  grammar().add_flag("-V,--verbose", verbose_, "Of no effect");
}

std::optional<int> Run::parse(int argc, char** argv) {
  const auto stop = command_line_.read({argv + 1, argv + argc});
  if (!stop) {
    return std::nullopt;
  }
  if (stop->served) {
    return kOk;
  }
  fmt::print(stderr, "{}: {}\n", program(), stop->fault);
  return kUsage;
}

CibAccess Run::cib() const {
  const char* file = std::getenv("CIB_file");  // NOLINT(concurrency-mt-unsafe)
  return {socket, file == nullptr ? "" : file};
}

Result<KnownState> Run::state() const {
  auto snapshot = cib().load();
  if (!snapshot) {
    return snapshot.error();
  }
  auto state = scheduler::read_cluster_state(snapshot->cib.root(), wall_now());
  if (!state) {
    return state.error();
  }
  return KnownState{std::move(*snapshot), std::move(*state)};
}

int Run::complain(const Error& error) const {
  fmt::print(stderr, "{}: {}\n", program(), error.context);
  if (error.code == make_error_code(Errc::unavailable)) {
    return kDisconnected;
  }
  if (error.code == make_error_code(Errc::not_found)) {
    return kNoSuch;
  }
  if (error.code == make_error_code(Errc::timed_out)) {
    return kTimedOut;
  }
  return error.code == make_error_code(Errc::invalid_input) ? kUsage : kError;
}

int Run::nothing_there() const {
  fmt::print(stderr, "{}: Error performing operation: No such device or address\n", program());
  return kNoSuch;
}

int Run::carry_out(const Result<Plan>& plan) const {
  if (!plan) {
    return complain(plan.error());
  }
  const Status done = cib().apply(plan->change);
  return done ? kOk : complain(done.error());
}

int Run::set_transient(const std::string& node, const model::AttributeUpdate& update) const {
  if (const std::string wrong = model::defect(update); !wrong.empty()) {
    return complain(fail(Errc::invalid_input, wrong));
  }
  const Status done = cluster().set_attribute(node, update);
  return done ? kOk : complain(done.error());
}

std::string local_node(const Snapshot& snapshot) {
  return snapshot.cluster ? snapshot.cluster->self.name : host_name();
}

}  // namespace mainstay::ctl::crm
