// SPDX-License-Identifier: Apache-2.0
// The life of a unit on a fake bus; drop-ins go to a folder of the test.
#include "plugins/shared/systemd/unit_control.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <filesystem>

#include "tests/unit/plugins/action_call.h"

namespace {

using mainstay::Done;
using mainstay::Errc;
using mainstay::Error;
using mainstay::fail;
using mainstay::Result;
using mainstay::Status;
using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;
using mainstay::agent::OcfExitCode;
using namespace mainstay::systemd;  // NOLINT(google-build-using-namespace): the folder under test

/// What a systemd of values knows and was asked.
struct FakeSystemd {
  UnitState state{
      .load_state = "loaded", .active_state = "inactive", .sub_state = "dead", .result = "success"};
  LoadedFiles files{.drop_ins = {"/etc/systemd/system/a.service.d/mine.conf"}, .outdated = false};
  bool going_down = false;
  std::string start_result = "done";
  std::string state_after_start = "active";
  std::string state_after_stop = "inactive";
  std::deque<Error> errors;  ///< answers to the next calls, one each
  std::vector<std::string> asked;
};

class FakeBus : public Bus {
 public:
  explicit FakeBus(FakeSystemd& systemd) : systemd_(systemd) {}

  Result<UnitState> unit_state(const std::string&, Deadline) override {
    return answer("state", systemd_.state);
  }
  Result<UnitState> settled_state(const std::string&, Deadline) override {
    return answer("settled", systemd_.state);
  }
  Result<std::string> run_job(Verb verb, const std::string&, Deadline) override {
    const bool start = verb == Verb::start;
    auto result = answer<std::string>(start ? "start" : "stop", systemd_.start_result);
    if (result) {
      systemd_.state.active_state = start ? systemd_.state_after_start : systemd_.state_after_stop;
    }
    return result;
  }
  Result<bool> is_shutting_down(Deadline) override {
    return answer("going down", systemd_.going_down);
  }
  Result<LoadedFiles> loaded_files(const std::string&, Deadline) override {
    return answer("files", systemd_.files);
  }
  Status begin_reload(Deadline) override { return answer("begin reload", Done{}); }
  Status reload(Deadline) override { return answer("reload", Done{}); }
  Status reset_failed(const std::string&, Deadline) override { return answer("reset", Done{}); }
  Result<std::vector<std::string>> unit_files(Deadline) override {
    return answer("list", std::vector<std::string>{});
  }

 private:
  template <class T>
  Result<T> answer(const std::string& question, T value) {
    systemd_.asked.push_back(question);
    if (!systemd_.errors.empty()) {
      const Error error = systemd_.errors.front();
      systemd_.errors.pop_front();
      return error;
    }
    return value;
  }

  FakeSystemd& systemd_;
};

class UnitAgent : public mainstay::agent::ResourceAgent {
 public:
  explicit UnitAgent(const UnitControl& control) : control_(control) {}
  ActionResult start(const ActionContext& context) override {
    return control_.start(context, "a.service");
  }
  ActionResult stop(const ActionContext& context) override {
    return control_.stop(context, "a.service");
  }
  ActionResult monitor(const ActionContext& context) override {
    return control_.monitor(context, "a.service");
  }

 private:
  const UnitControl& control_;
};

class UnitControlTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "units-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  ActionResult run(const std::string& action,
                   std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    const UnitControl control(
        [this]() -> Result<std::unique_ptr<Bus>> {
          return std::unique_ptr<Bus>(std::make_unique<FakeBus>(systemd_));
        },
        root_);
    UnitAgent agent(control);
    mainstay::testing::ActionCall call{.action = action};
    call.recurring = true;
    call.timeout = timeout;
    return call.run(agent, mainstay::testing::record_with_defaults({}));
  }
  bool has_drop_in() const { return std::filesystem::exists(drop_in_file(root_, "a.service")); }

  std::string root_;
  FakeSystemd systemd_;
};

TEST_F(UnitControlTest, StartTakesTheUnitOver) {
  EXPECT_EQ(run("start").code, OcfExitCode::success);
  EXPECT_EQ(systemd_.asked,
            (std::vector<std::string>{"state", "start", "settled", "files", "begin reload"}));
  EXPECT_TRUE(has_drop_in());
}

TEST_F(UnitControlTest, AStartWithFilesReadAnewReloadsNothing) {
  systemd_.files.drop_ins.push_back(drop_in_file(root_, "a.service"));
  run("start");
  EXPECT_EQ(systemd_.asked, (std::vector<std::string>{"state", "start", "settled", "files"}));
}

TEST_F(UnitControlTest, AStartWithOutdatedFilesReloads) {
  systemd_.files = {.drop_ins = {drop_in_file(root_, "a.service")}, .outdated = true};
  run("start");
  EXPECT_EQ(systemd_.asked.back(), "begin reload");
}

TEST_F(UnitControlTest, AStopOfAUnitThatWasDroppedReloadsNothing) {
  run("start");
  systemd_.asked.clear();
  run("stop");
  EXPECT_EQ(systemd_.asked, (std::vector<std::string>{"going down", "stop", "settled", "files"}));
}

TEST_F(UnitControlTest, StartOfAnOwnedUnitReloadsNothing) {
  run("start");
  systemd_.asked.clear();
  EXPECT_EQ(run("start").code, OcfExitCode::success);
  EXPECT_EQ(systemd_.asked, (std::vector<std::string>{"state", "start", "settled"}));
}

TEST_F(UnitControlTest, StartOfAFailedUnitForgetsTheFailureFirst) {
  systemd_.state.active_state = "failed";
  EXPECT_EQ(run("start").code, OcfExitCode::success);
  EXPECT_EQ(systemd_.asked[1], "reset");
}

TEST_F(UnitControlTest, AUnitThatDoesNotStayUpIsAFailedStart) {
  systemd_.start_result = "failed";
  systemd_.state_after_start = "failed";
  systemd_.state.result = "exit-code";
  const auto result = run("start");
  EXPECT_EQ(result.code, OcfExitCode::err_generic);
  EXPECT_EQ(result.reason,
            "start of a.service ended with \"failed\": a.service is failed (exit-code)");
}

TEST_F(UnitControlTest, AMissingUnitIsNotInstalledAndLeavesNothingBehind) {
  systemd_.errors = {fail(Errc::not_found, "Unit a.service not found.")};
  EXPECT_EQ(run("start").code, OcfExitCode::err_installed);
  EXPECT_FALSE(has_drop_in());
}

TEST_F(UnitControlTest, StopGivesTheUnitBack) {
  systemd_.files.drop_ins.push_back(drop_in_file(root_, "a.service"));
  run("start");
  systemd_.asked.clear();
  EXPECT_EQ(run("stop").code, OcfExitCode::success);
  EXPECT_EQ(systemd_.asked,
            (std::vector<std::string>{"going down", "stop", "settled", "files", "begin reload"}));
  EXPECT_FALSE(has_drop_in());
}

TEST_F(UnitControlTest, AStopOfAFailedUnitLetsSystemdDropIt) {
  run("start");
  systemd_.asked.clear();
  systemd_.state_after_stop = "failed";
  EXPECT_EQ(run("stop").code, OcfExitCode::success);
  EXPECT_EQ(systemd_.asked,
            (std::vector<std::string>{"going down", "stop", "settled", "reset", "files"}));
}

TEST_F(UnitControlTest, StopDuringShutdownForgetsTheOrderFirst) {
  run("start");
  systemd_.asked.clear();
  systemd_.going_down = true;
  EXPECT_EQ(run("stop").code, OcfExitCode::success);
  EXPECT_EQ(systemd_.asked, (std::vector<std::string>{"going down", "reload", "stop", "settled"}));
  EXPECT_FALSE(has_drop_in());
}

TEST_F(UnitControlTest, StopOfAMissingUnitSucceeds) {
  systemd_.errors = {fail(Errc::not_found, "Unit a.service not loaded.")};
  EXPECT_EQ(run("stop").code, OcfExitCode::success);
}

TEST_F(UnitControlTest, AUnitThatDoesNotGoDownIsAFailedStop) {
  systemd_.state_after_stop = "active";
  EXPECT_EQ(run("stop").code, OcfExitCode::err_generic);
}

TEST_F(UnitControlTest, MonitorTellsWhatIsWrong) {
  const auto stopped = run("monitor");
  EXPECT_EQ(stopped.code, OcfExitCode::not_running);
  EXPECT_EQ(stopped.reason, "a.service is inactive");
  systemd_.state.active_state = "active";
  EXPECT_EQ(run("monitor").code, OcfExitCode::success);
  systemd_.state.active_state = "activating";
  EXPECT_EQ(run("monitor").code, OcfExitCode::err_generic);
  systemd_.state = {.load_state = "not-found", .active_state = "inactive"};
  EXPECT_EQ(run("monitor").reason, "systemd unit a.service not found");
}

TEST_F(UnitControlTest, ALostBusIsAskedAgain) {
  systemd_.state.active_state = "active";
  systemd_.errors = {fail(Errc::unavailable, "connection reset"),
                     fail(Errc::unavailable, "no such name")};
  EXPECT_EQ(run("monitor").code, OcfExitCode::success);
  EXPECT_EQ(systemd_.asked.size(), 3U);
}

TEST_F(UnitControlTest, ABusThatStaysAwayIsAnErrorAndNotAStoppedUnit) {
  systemd_.errors.assign(100, fail(Errc::unavailable, "no bus"));
  const auto result = run("monitor", std::chrono::milliseconds(120));
  EXPECT_EQ(result.code, OcfExitCode::err_generic);
  EXPECT_EQ(result.reason, "systemd could not be asked until the deadline: no bus");
}

}  // namespace
