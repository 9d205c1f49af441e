// SPDX-License-Identifier: Apache-2.0
// Runs actions in agent hosts: one process per plugin, one for all scripts.
#pragma once

#include <memory>
#include <string>

#include "core/executor/catalog.h"
#include "core/executor/executor.h"
#include "core/executor/scripts.h"
#include "core/executor/timer_service.h"

namespace mainstay::executor {

struct AgentExecutorOptions {
  std::string host_program;      ///< path of mainstay-agent-host
  std::string plugin_directory;  ///< where its --catalog looks
  ScriptPlaces scripts = {};
  std::string state_directory = "/run/resource-agents";
  std::size_t parallel = 64;  ///< actions at once in one host
  std::string cgroup = {};    ///< where hosts get cgroups of their own; empty: they get none
};

/// Reads the catalog of plugins at once, in a process of its own; what is submitted before waits
/// for it. Hosts are started when they are needed. A host that dies is started again: the action
/// that killed it fails with a reason that names plugin and fault, those of other resources are
/// retried. An action past its timeout is such a killer: its host is ended (a script: its process
/// group). Lifetime: reactor and timers outlive it. Destroying it ends hosts and running actions;
/// no completion comes afterwards.
class AgentExecutor final : public Executor {
 public:
  AgentExecutor(boost::asio::io_context& reactor, TimerService& timers,
                AgentExecutorOptions options);
  ~AgentExecutor() override;
  AgentExecutor(const AgentExecutor&) = delete;
  AgentExecutor& operator=(const AgentExecutor&) = delete;

  void run(model::ActionRequest request, Completion done) override;
  bool cancel(std::uint64_t call_id) override;
  void on_change(ChangeListener listener) override;
  void on_attribute(AttributeListener listener) override;
  void unwatch(const std::string& resource) override;

  /// Empty until it has been read.
  const Catalog& catalog() const;
  /// The process of a plugin's host ("" for the scripts'), 0 if it does not run. For tests and
  /// measurements.
  int host_pid(const std::string& plugin_file) const;
  /// How many process groups of running scripts are known, and so end with their host. For tests.
  std::size_t known_groups() const;

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace mainstay::executor
