// SPDX-License-Identifier: Apache-2.0
// The daemon: turns readiness into events, hands them to the controller and performs its effects.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "core/controller/controller.h"
#include "core/daemon/cib_writer.h"
#include "core/daemon/control_socket.h"
#include "core/daemon/options.h"
#include "core/executor/executor.h"
#include "core/executor/timer_service.h"
#include "core/membership/membership.h"

namespace mainstay::daemon {

/// Threading: reactor only. Everything given outlives the daemon.
class Daemon final : public membership::Listener {
 public:
  struct Parts {
    boost::asio::io_context& io;
    const Options& options;
    membership::Membership& membership;
    executor::Executor& executor;
    executor::TimerService& timers;
  };

  /// `stored` is what load_newest() found; `notices` what an operator should know about it.
  Daemon(Parts parts, cib::Document stored, std::string membership_name,
         std::vector<std::string> notices);

  /// Opens the control socket, catches signals and joins the cluster; then the io_context runs
  /// until we left.
  Status start();

  /// 0 after an ordered departure.
  int exit_code() const { return exit_code_; }

  void on_view(const model::View& view) override;
  void on_message(std::uint32_t from, std::string_view payload) override;
  void on_disconnected(const Error& reason) override;

 private:
  struct Performer;

  void handle(const controller::Event& event);
  void refuse(const controller::Event& event);
  void on_request(std::uint64_t id, control::Request&& request);
  void on_finished(const std::string& resource, model::ActionOutcome outcome);
  void await_signal();
  void leave();
  control::Reply status_reply();
  void notice_agent_note(const std::string& resource, const std::string& note);

  Parts parts_;
  std::string membership_name_;
  std::vector<std::string> notices_;
  std::map<std::string, std::string> agent_notes_;  // resource -> how it is run, if not natively
  cib::Document stored_;                            // until there is a controller
  std::optional<controller::Controller>
      controller_;  // from the first view on: only then we know who we are
  CibWriter writer_;
  ControlSocket socket_;
  boost::asio::signal_set signals_;
  std::map<std::uint64_t, timer::TimerId> timers_;  // the controller's id -> the wheel's
  bool leaving_ = false;
  int exit_code_ = 0;
};

}  // namespace mainstay::daemon
