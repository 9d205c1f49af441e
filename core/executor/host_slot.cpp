// SPDX-License-Identifier: Apache-2.0
#include "core/executor/host_slot.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "core/base/log.h"

namespace mainstay::executor {
namespace {

constexpr int kErrGeneric = 1;
constexpr int kErrArgs = 2;
constexpr int kMaxAttempts = 5;
// After so many deaths without an answer between, waiting actions fail instead of waiting longer.
constexpr int kGiveUpAfter = 5;
constexpr Duration kFirstBackoff{50};
constexpr Duration kLongestBackoff{5'000};
constexpr Duration kStartLimit{10'000};
constexpr Duration kFullSocketPause{5};

Duration backoff(int crashes) {
  // The first restart is free: one bad action must not delay the others.
  if (crashes <= 1) {
    return Duration(0);
  }
  return std::min(kLongestBackoff, kFirstBackoff * (1 << std::min(crashes - 2, 10)));
}

RunFrame frame_of(std::uint64_t id, const model::ActionRequest& request) {
  RunFrame frame;
  frame.id = id;
  frame.resource = request.resource;
  frame.standard = request.agent.standard;
  frame.provider = request.agent.provider;
  frame.type = request.agent.type;
  frame.action = request.action;
  frame.parameters = {request.parameters.begin(), request.parameters.end()};
  frame.meta = {request.meta.begin(), request.meta.end()};
  frame.timeout = request.timeout;
  frame.interval = request.interval;
  return frame;
}

std::string seconds(Duration time) {
  std::string text = std::to_string(time.count() / 1000);
  if (time.count() % 1000 != 0) {
    text += "." + std::to_string(1000 + time.count() % 1000).substr(1);
  }
  return text + "s";
}

}  // namespace

HostSlot::HostSlot(boost::asio::io_context& reactor, TimerService& timers, Setup setup,
                   Listener listener)
    : reactor_(reactor),
      timers_(timers),
      setup_(std::move(setup)),
      listener_(std::move(listener)) {}

HostSlot::~HostSlot() {
  timers_.cancel(start_timer_);
  if (pump_timer_) {
    timers_.cancel(*pump_timer_);
  }
  for (const auto& [id, job] : running_) {
    timers_.cancel(job->timer);
    if (job->process_group > 0) {
      ::kill(-job->process_group, SIGKILL);
    }
  }
}

void HostSlot::submit(JobPtr job) {
  waiting_.push_back(std::move(job));
  pump();
}

bool HostSlot::withdraw(const JobPtr& job) {
  return std::erase(waiting_, job) > 0;
}

void HostSlot::unwatch(const std::string& resource) {
  // A host that does not read will have it watched a little longer; hints are cheap.
  if (process_ && ready_) {
    (void)process_->send(UnwatchFrame{resource});
  }
}

int HostSlot::pid() const {
  return process_ ? process_->pid() : 0;
}

bool HostSlot::has_suspect() const {
  return (!waiting_.empty() && waiting_.front()->suspect) ||
         std::any_of(running_.begin(), running_.end(),
                     [](const auto& item) { return item.second->suspect; });
}

void HostSlot::pump() {
  while (!waiting_.empty() && ready_to_feed()) {
    const std::size_t limit = has_suspect() ? 1 : setup_.parallel;
    if (running_.size() >= limit || !feed(waiting_.front())) {
      return;
    }
    waiting_.pop_front();
  }
}

bool HostSlot::ready_to_feed() {
  if (!process_) {
    if (steady_now() < not_before_) {
      pump_at(not_before_);
    } else {
      start_host();
    }
  }
  return process_ && ready_ && !exhausted_;
}

void HostSlot::start_host() {
  ready_ = false;
  exhausted_ = false;
  refusal_.clear();
  HostProcess::Listener listener;
  listener.on_frame = [this](const Frame& frame) { on_frame(frame); };
  listener.on_gone = [this](const std::string& fault) { on_gone(fault); };
  Result<HostProcess> process =
      HostProcess::start(reactor_, setup_.arguments, listener,
                         std::make_unique<HostCgroup>(setup_.cgroup_parent, setup_.cgroup_name));
  if (!process) {
    ++crashes_;
    refusal_ = process.error().context;
    not_before_ = steady_now() + std::max(backoff(crashes_), kFirstBackoff);
    pump_at(not_before_);
    log(LogLevel::error, "an agent host cannot be started",
        {{"host", setup_.name}, {"reason", process.error().context}});
    return;
  }
  process_.emplace(std::move(*process));
  start_timer_ = timers_.arm(steady_now() + kStartLimit, [this] {
    if (process_ && !ready_) {
      process_->kill("it was not ready after " + seconds(kStartLimit));
    }
  });
}

void HostSlot::pump_at(TimePoint when) {
  if (pump_timer_) {
    return;
  }
  pump_timer_ = timers_.arm(when, [this] {
    pump_timer_.reset();
    if (!process_ && !refusal_.empty() && crashes_ >= kGiveUpAfter) {
      give_up(std::exchange(refusal_, {}));
      return;
    }
    pump();
  });
}

/// False: the host does not take it now. A job that can never be sent is finished from the reactor.
bool HostSlot::feed(const JobPtr& job) {
  const std::uint64_t id = next_id_++;
  const Status sent = process_->send(frame_of(id, job->request));
  if (!sent && sent.error().code == make_error_code(Errc::unavailable)) {
    pump_at(steady_now() + kFullSocketPause);
    return false;
  }
  const TimePoint now = steady_now();
  job->started = now;
  if (!sent) {
    job->timer = timers_.arm(
        now, [this, alive = std::weak_ptr<const int>(alive_), job, why = sent.error().context] {
          if (!alive.expired()) {
            finish(job, {model::OperationStatus::error_hard, kErrArgs, "cannot be run: " + why});
          }
        });
    return true;
  }
  ++job->attempts;
  running_.emplace(id, job);
  job->timer =
      timers_.arm(now + job->request.timeout + setup_.grace, [this, id] { on_timeout(id); });
  return true;
}

void HostSlot::on_frame(const Frame& frame) {
  if (const auto* ended = std::get_if<EndedFrame>(&frame)) {
    on_ended(*ended);
  } else if (const auto* spawned = std::get_if<SpawnedFrame>(&frame)) {
    if (const auto found = running_.find(spawned->id); found != running_.end()) {
      found->second->process_group = spawned->process_group;
    }
  } else if (const auto* changed = std::get_if<ChangedFrame>(&frame)) {
    listener_.changed(changed->resource);
  } else if (const auto* attribute = std::get_if<AttributeFrame>(&frame)) {
    listener_.attribute(attribute->update);
  } else if (const auto* hello = std::get_if<ReadyFrame>(&frame)) {
    refusal_ = hello->failure;
    if (hello->protocol != kProtocol) {
      refusal_ = "mainstay-agent-host is of another release than mainstayd: restart mainstayd";
      process_->kill(refusal_);
    } else if (refusal_.empty()) {
      ready_ = true;
      timers_.cancel(start_timer_);
      pump();
    }
  } else {
    process_->kill("it sent a frame that only we may send");
  }
}

void HostSlot::on_ended(const EndedFrame& frame) {
  const auto found = running_.find(frame.id);
  if (found == running_.end()) {
    process_->kill("it answered an action that it was not given");
    return;
  }
  const JobPtr job = found->second;
  running_.erase(found);
  timers_.cancel(job->timer);
  crashes_ = 0;
  Verdict verdict{model::OperationStatus::done, frame.exit_code, frame.reason, false,
                  frame.watched};
  if (frame.ending == Ending::timed_out) {
    verdict.status = model::OperationStatus::timed_out;
    verdict.exit_code = kErrGeneric;
    verdict.reason = "timed out after " + seconds(job->request.timeout) +
                     (frame.reason.empty() ? "" : " (" + frame.reason + ")");
  } else if (frame.ending == Ending::declined) {
    verdict.declined = true;
  }
  finish(job, std::move(verdict));
  exhausted_ = exhausted_ || frame.exhausted;
  if (exhausted_ && running_.empty()) {
    process_->kill("its plugin has left too many descriptors open");
  }
  pump();
}

void HostSlot::on_timeout(std::uint64_t id) {
  const auto found = running_.find(id);
  if (found != running_.end()) {
    found->second->timed_out = true;
    process_->kill("action " + found->second->request.action + " of " +
                   found->second->request.resource + " was past its timeout");
  }
}

void HostSlot::on_gone(const std::string& fault) {
  timers_.cancel(start_timer_);
  process_.reset();
  const bool was_ready = std::exchange(ready_, false);
  std::vector<JobPtr> guilty;
  std::vector<JobPtr> others;
  for (const auto& [id, job] : std::exchange(running_, {})) {
    timers_.cancel(job->timer);
    // Its host can no longer end it. Exchanged: an old number must not be killed twice.
    if (const int group = std::exchange(job->process_group, 0); group > 0) {
      ::kill(-group, SIGKILL);
    }
    (job->timed_out ? guilty : others).push_back(job);
  }
  log(LogLevel::warning, "an agent host ended",
      {{"host", setup_.name},
       {"fault", refusal_.empty() ? fault : refusal_},
       {"running", std::to_string(guilty.size() + others.size())}});
  if (!guilty.empty()) {
    retry(std::move(others), fault);
    for (const JobPtr& job : guilty) {
      Verdict verdict{model::OperationStatus::timed_out, kErrGeneric,
                      "timed out after " + seconds(job->request.timeout)};
      verdict.offence = Offence::timeout;
      finish(job, std::move(verdict));
    }
  } else if (was_ready) {
    after_crash(fault, std::move(others));
  } else {
    ++crashes_;
    not_before_ = steady_now() + backoff(crashes_);
    if (!refusal_.empty() || crashes_ >= kGiveUpAfter) {
      give_up(refusal_.empty() ? "its host ended " + std::to_string(crashes_) +
                                     " times before it was ready: " + fault
                               : refusal_);
    }
  }
  listener_.gone();
  pump();
}

void HostSlot::after_crash(const std::string& fault, std::vector<JobPtr> victims) {
  if (!victims.empty()) {
    ++crashes_;
    not_before_ = steady_now() + backoff(crashes_);
  }
  if (victims.size() == 1) {
    const JobPtr& job = victims.front();
    Verdict verdict{
        model::OperationStatus::error, kErrGeneric,
        setup_.name + ": its agent host ended (" + fault + ") during " + job->request.action};
    verdict.offence = Offence::crash;
    finish(job, std::move(verdict));
    return;
  }
  for (const JobPtr& job : victims) {
    job->suspect = true;
  }
  retry(std::move(victims), fault);
}

/// In front of what waits, in the order in which they had been started.
void HostSlot::retry(std::vector<JobPtr> jobs, const std::string& fault) {
  std::reverse(jobs.begin(), jobs.end());
  for (const JobPtr& job : jobs) {
    job->started.reset();
    if (job->attempts < kMaxAttempts) {
      waiting_.push_front(job);
    } else {
      finish(job, {model::OperationStatus::error, kErrGeneric,
                   setup_.name + ": its agent host ended " + std::to_string(kMaxAttempts) +
                       " times while it ran this action and others (last: " + fault + ")"});
    }
  }
}

void HostSlot::give_up(const std::string& why) {
  // The next action tries again, but not at once.
  not_before_ = steady_now() + kLongestBackoff;
  refusal_.clear();
  crashes_ = 0;
  for (const JobPtr& job : std::exchange(waiting_, {})) {
    finish(job,
           {model::OperationStatus::error, kErrGeneric, setup_.name + " cannot be used: " + why});
  }
}

void HostSlot::finish(const JobPtr& job, Verdict verdict) {
  listener_.finished(job, std::move(verdict));
}

}  // namespace mainstay::executor
