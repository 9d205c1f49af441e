// SPDX-License-Identifier: Apache-2.0
// The life of a unit in the hands of the cluster.
#include "plugins/shared/systemd/unit_control.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/base/read_file.h"
#include "core/base/unique_fd.h"

namespace mainstay::systemd {
namespace {

using agent::ActionContext;
using agent::ActionResult;
using agent::OcfExitCode;
using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{1000};
constexpr std::size_t kMaxDropIn = 64 * 1024;  // ours have a few lines

ActionResult failed(const Error& error) {
  if (error.code == make_error_code(Errc::not_found)) {
    return ActionResult::not_installed(error.context);
  }
  if (error.code == make_error_code(Errc::permission_denied)) {
    return {OcfExitCode::err_perm, error.context};
  }
  return ActionResult::failed(error.context);
}

/// Whether systemd has the drop-in if it shall, and has not if it shall not.
bool is_up_to_date(const LoadedFiles& files, const std::string& drop_in, bool wanted) {
  const bool there =
      std::find(files.drop_ins.begin(), files.drop_ins.end(), drop_in) != files.drop_ins.end();
  return there == wanted && !files.outdated;
}

/// While systemd stops mainstayd, a stop job for the unit waits for the end of that because of the
/// drop-in, and mainstayd waits for the unit: then the drop-in must be forgotten first. Otherwise
/// that can wait: true.
Result<bool> forget_order(Bus& bus, Deadline deadline) {
  auto going_down = bus.is_shutting_down(deadline);
  if (!going_down || !*going_down) {
    return going_down ? Result<bool>(true) : going_down;
  }
  auto reloaded = bus.reload(deadline);
  return reloaded ? Result<bool>(false) : Result<bool>(reloaded.error());
}

/// The cluster counts failures itself.
void forget_failure(const ActionContext& context, Bus& bus, const std::string& unit,
                    Deadline deadline) {
  if (auto reset = bus.reset_failed(unit, deadline); !reset) {
    context.log(agent::LogSeverity::warning, reset.error().context);
  }
}

}  // namespace

Deadline own_deadline(const ActionContext& context) {
  const auto margin = std::clamp(context.timeout() / 10, milliseconds(20), milliseconds(1000));
  return context.deadline() - margin;
}

template <class Value>
Result<Value> UnitControl::with_bus(Deadline deadline,
                                    const std::function<Result<Value>(Bus&)>& work) const {
  for (milliseconds pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    auto bus = connect_();
    Result<Value> answer = bus ? work(**bus) : Result<Value>(bus.error());
    if (answer || answer.error().code != make_error_code(Errc::unavailable)) {
      return answer;
    }
    if (Clock::now() + pause >= deadline) {
      return within("systemd could not be asked until the deadline", answer.error());
    }
    // There is nothing to wait for: the bus does not tell those who are not connected that it is
    // back.
    ::poll(nullptr, 0, static_cast<int>(pause.count()));
  }
}

Result<bool> UnitControl::write_drop_in(const std::string& unit) const {
  const std::string file = drop_in_file(drop_in_root_, unit);
  const std::string text = drop_in_text(unit);
  if (const auto present = read_file(file, kMaxDropIn); present && *present == text) {
    return false;
  }
  const std::string directory = drop_in_directory(drop_in_root_, unit);
  if (::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) {
    return fail_errno("make " + directory);
  }
  const std::string draft = file + ".new";
  UniqueFd out(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  // systemd warns about files that not everybody can read; the umask shall not decide.
  if (!out || ::fchmod(out.get(), 0644) != 0 ||
      ::write(out.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::rename(draft.c_str(), file.c_str()) != 0) {
    return fail_errno("write " + file);
  }
  return true;
}

Result<bool> UnitControl::remove_drop_in(const std::string& unit) const {
  const std::string file = drop_in_file(drop_in_root_, unit);
  if (::unlink(file.c_str()) != 0) {
    if (errno == ENOENT) {
      return false;
    }
    return fail_errno("remove " + file);
  }
  ::rmdir(drop_in_directory(drop_in_root_, unit).c_str());  // others may have files there
  return true;
}

/// A reload keeps systemd busy for a tenth of a second and more, so it is spared where it would
/// change nothing: systemd drops an inactive unit that nothing refers to, and reads its files when
/// it is asked for. Drop-ins matter from the moment when the unit fails or the host goes down, so
/// reading them may end after the action; systemd handles what is asked in order, so nobody sees
/// the state between.
void UnitControl::make_effective(const ActionContext& context, Bus& bus, const std::string& unit,
                                 bool drop_in_wanted) const {
  const Deadline deadline = own_deadline(context);
  const auto files = bus.loaded_files(unit, deadline);
  if (files && is_up_to_date(*files, drop_in_file(drop_in_root_, unit), drop_in_wanted)) {
    return;
  }
  if (auto begun = bus.begin_reload(deadline); !begun) {
    context.log(agent::LogSeverity::warning, begun.error().context);
  }
}

ActionResult UnitControl::start(const ActionContext& context, const std::string& unit) const {
  const Deadline deadline = own_deadline(context);
  auto written = write_drop_in(unit);
  if (!written) {
    return failed(written.error());
  }
  const bool must_reload = *written;
  const auto end = with_bus<ActionResult>(deadline, [&](Bus& bus) -> Result<ActionResult> {
    auto before = bus.unit_state(unit, deadline);
    if (!before) {
      return before.error();
    }
    if (before->active_state == "failed") {
      forget_failure(context, bus, unit, deadline);  // or systemd's start limit refuses a recovery
    }
    auto job = bus.run_job(Verb::start, unit, deadline);
    if (!job) {
      return job.error();
    }
    auto after = bus.settled_state(unit, deadline);
    if (!after) {
      return after.error();
    }
    if (must_reload) {
      make_effective(context, bus, unit, true);
    }
    if (activity(*after) == Activity::running) {
      return ActionResult::ok();
    }
    if (after->load_state == "not-found") {
      return ActionResult::not_installed(describe_stopped(unit, *after));
    }
    return ActionResult::failed("start of " + unit + " ended with " +
                                (job->empty() ? "no result" : "\"" + *job + "\"") + ": " +
                                describe_stopped(unit, *after));
  });
  ActionResult result = end ? *end : failed(end.error());
  if (result.code == OcfExitCode::err_installed) {
    // A unit that does not exist leaves nothing behind.
    if (auto removed = remove_drop_in(unit); !removed) {
      context.log(agent::LogSeverity::warning, removed.error().context);
    }
  }
  return result;
}

ActionResult UnitControl::stop(const ActionContext& context, const std::string& unit) const {
  const Deadline deadline = own_deadline(context);
  auto removed = remove_drop_in(unit);
  if (!removed) {
    return failed(removed.error());
  }
  bool must_reload = *removed;
  const auto end = with_bus<ActionResult>(deadline, [&](Bus& bus) -> Result<ActionResult> {
    if (must_reload) {
      auto owed = forget_order(bus, deadline);
      if (!owed) {
        return owed.error();
      }
      must_reload = *owed;
    }
    auto job = bus.run_job(Verb::stop, unit, deadline);
    if (!job && job.error().code == make_error_code(Errc::not_found)) {
      return ActionResult::ok();
    }
    if (!job) {
      return job.error();
    }
    auto after = bus.settled_state(unit, deadline);
    if (!after) {
      return after.error();
    }
    if (must_reload) {
      if (after->active_state == "failed") {
        forget_failure(context, bus, unit, deadline);  // or systemd keeps what it has read
      }
      make_effective(context, bus, unit, false);
    }
    if (activity(*after) == Activity::stopped) {
      return ActionResult::ok();
    }
    return ActionResult::failed("stop of " + unit + " ended with " +
                                (job->empty() ? "no result" : "\"" + *job + "\"") +
                                " but the unit is " + after->active_state);
  });
  return end ? *end : failed(end.error());
}

ActionResult UnitControl::monitor(const ActionContext& context, const std::string& unit) const {
  const Deadline deadline = own_deadline(context);
  const auto state =
      with_bus<UnitState>(deadline, [&](Bus& bus) { return bus.settled_state(unit, deadline); });
  if (!state) {
    return failed(state.error());
  }
  switch (activity(*state)) {
    case Activity::running:
      return ActionResult::ok();
    case Activity::stopped:
      return ActionResult::not_running(describe_stopped(unit, *state));
    case Activity::changing:
      break;
  }
  return ActionResult::failed(unit + " was " + state->active_state + " (" + state->sub_state +
                              ") until the deadline of the monitor");
}

Result<bool> UnitControl::exists(const std::string& unit, Deadline deadline) const {
  const auto state =
      with_bus<UnitState>(deadline, [&](Bus& bus) { return bus.unit_state(unit, deadline); });
  if (!state) {
    return state.error();
  }
  return activity(*state) == Activity::running || state->load_state != "not-found";
}

}  // namespace mainstay::systemd
