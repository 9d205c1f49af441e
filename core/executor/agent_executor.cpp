// SPDX-License-Identifier: Apache-2.0
#include "core/executor/agent_executor.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "core/base/log.h"
#include "core/executor/catalog_reader.h"
#include "core/executor/host_slot.h"
#include "core/executor/offenders.h"

namespace mainstay::executor {
namespace {

constexpr int kErrGeneric = 1;
constexpr int kErrInstalled = 5;
constexpr int kErrConfigured = 6;
constexpr std::size_t kMaxJobs = 100'000;
constexpr Duration kNativeGrace{200};
// The shell host ends a late action by itself: SIGTERM, a second, SIGKILL.
constexpr Duration kShellGrace{3'000};

std::string file_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

class AgentExecutor::Engine {
 public:
  Engine(boost::asio::io_context& reactor, TimerService& timers, AgentExecutorOptions options)
      : reactor_(reactor), timers_(timers), options_(std::move(options)) {
    clear_host_cgroups(options_.cgroup);
    reader_.emplace(
        reactor_, timers_,
        std::vector<std::string>{options_.host_program, "--catalog", options_.plugin_directory},
        [this](Result<Catalog> catalog) { on_catalog(std::move(catalog)); });
  }

  void run(model::ActionRequest request, Completion done) {
    auto job = std::make_shared<Job>();
    job->submitted = steady_now();
    job->request = std::move(request);
    job->done = std::move(done);
    if (jobs_.size() >= kMaxJobs || jobs_.contains(job->request.call_id)) {
      complete(job, {model::OperationStatus::error, kErrGeneric,
                     "the executor has too many actions, or one of this number"});
      return;
    }
    jobs_.emplace(job->request.call_id, job);
    std::deque<JobPtr>& queue = queues_[job->request.resource];
    queue.push_back(job);
    if (queue.size() == 1 && catalog_known_) {
      activate(job);
    }
  }

  bool cancel(std::uint64_t call_id) {
    const auto found = jobs_.find(call_id);
    if (found == jobs_.end()) {
      return false;
    }
    const JobPtr job = found->second;
    if (job->routed) {
      const auto slot = slots_.find(job->slot);
      if (slot == slots_.end() || !slot->second->withdraw(job)) {
        return false;
      }
    }
    finished(job, {model::OperationStatus::cancelled, 0, ""});
    return true;
  }

  void on_change(ChangeListener listener) { on_change_ = std::move(listener); }
  void on_attribute(AttributeListener listener) { on_attribute_ = std::move(listener); }

  void unwatch(const std::string& resource) {
    for (auto& [host, resources] : watched_) {
      const auto slot = slots_.find(host);
      if (resources.erase(resource) > 0 && slot != slots_.end()) {
        slot->second->unwatch(resource);
      }
    }
  }

  const Catalog& catalog() const { return catalog_; }

  std::size_t known_groups() const {
    return static_cast<std::size_t>(std::count_if(jobs_.begin(), jobs_.end(), [](const auto& item) {
      return item.second->process_group > 0;
    }));
  }

  int host_pid(const std::string& file) const {
    const auto found = slots_.find(file);
    return found == slots_.end() ? 0 : found->second->pid();
  }

 private:
  void on_catalog(Result<Catalog> catalog) {
    if (catalog) {
      catalog_ = std::move(*catalog);
    } else {
      log(LogLevel::error, "there are no native agents",
          {{"directory", options_.plugin_directory}, {"reason", catalog.error().context}});
    }
    for (const BadPlugin& bad : catalog_.bad) {
      log(LogLevel::warning, "a file is no usable plugin",
          {{"file", bad.file}, {"reason", bad.reason}});
    }
    catalog_known_ = true;
    std::vector<JobPtr> heads;
    heads.reserve(queues_.size());
    for (const auto& [resource, queue] : queues_) {
      heads.push_back(queue.front());
    }
    for (const JobPtr& job : heads) {
      activate(job);
    }
  }

  void activate(const JobPtr& job) {
    job->request.agent = resolved(catalog_, job->request.agent);
    if (job->request.agent.standard == "service") {
      job->request.agent.standard = class_of_service(options_.scripts, job->request.agent.type);
    }
    const Route where = route(catalog_, job->request, [this](const auto& name) {
      return has_script(options_.scripts, name);
    });
    job->note = where.note;
    if (!where.missing.empty()) {
      finished(job, {model::OperationStatus::not_installed, kErrInstalled, where.missing});
      return;
    }
    send_to(where.host, job);
  }

  void send_to(const std::string& host, const JobPtr& job) {
    job->host = host;
    job->slot = host;
    // A script is a process of its own anyway.
    if (!host.empty() && !choose_slot(*job)) {
      finished(job, {model::OperationStatus::error, kErrGeneric,
                     setup_of(host).name + " is given up on for " + job->request.resource +
                         ": within ten minutes it has ended its agent host " +
                         std::to_string(Offenders::kGivenUp) + " times"});
      return;
    }
    job->routed = true;
    std::unique_ptr<HostSlot>& slot = slots_[job->slot];
    if (!slot) {
      HostSlot::Setup setup = setup_of(host);
      setup.cgroup_name = std::to_string(++last_slot_);
      if (job->slot != host) {
        setup.name += " (in a host of its own for " + job->request.resource + ")";
      }
      slot =
          std::make_unique<HostSlot>(reactor_, timers_, std::move(setup), listener_of(job->slot));
    }
    slot->submit(job);
  }

  /// False: it is given up on. Not for a stop: what is not stopped must be fenced.
  bool choose_slot(Job& job) {
    const std::string& resource = job.request.resource;
    const std::string own = job.host + "|" + resource;
    const auto standing = offenders_.standing(resource, steady_now());
    if (standing == Offenders::Standing::trusted) {
      if (own_slots_.erase(own) > 0) {
        // Not at once: we may have been called by that slot.
        boost::asio::post(reactor_, [this, own, alive = std::weak_ptr<const int>(alive_)] {
          if (!alive.expired() && !own_slots_.contains(own)) {
            slots_.erase(own);
          }
        });
      }
      return true;
    }
    job.slot = own;
    own_slots_.insert(own);
    return standing == Offenders::Standing::own_host || job.request.action == "stop";
  }

  HostSlot::Listener listener_of(const std::string& host) {
    return {.finished = [this](const JobPtr& ended,
                               Verdict verdict) { finished(ended, std::move(verdict)); },
            .changed = [this, host](const std::string& resource) { changed(host, resource); },
            .attribute =
                [this](const model::AttributeUpdate& update) {
                  if (on_attribute_) {
                    on_attribute_(update);
                  }
                },
            .gone = [this, host] { stop_watching(host); }};
  }

  /// A host may only speak of what it watches, or begins to watch in the monitor that runs there: a
  /// change during the first monitor is told before that one's result.
  void changed(const std::string& host, const std::string& resource) {
    const auto watching = watched_.find(host);
    const auto queue = queues_.find(resource);
    const bool watches = watching != watched_.end() && watching->second.contains(resource);
    const bool begins = queue != queues_.end() && queue->second.front()->slot == host;
    if ((watches || begins) && on_change_) {
      on_change_(resource);
    }
  }

  /// What happened since it was watched last is not known.
  void stop_watching(const std::string& host) {
    const auto watching = watched_.find(host);
    if (watching == watched_.end()) {
      return;
    }
    const std::vector<std::string> resources(watching->second.begin(), watching->second.end());
    for (const std::string& resource : resources) {
      changed(host, resource);
    }
    watched_.erase(host);
  }

  HostSlot::Setup setup_of(const std::string& host) const {
    HostSlot::Setup setup;
    setup.parallel = options_.parallel;
    if (host.empty()) {
      setup.name = "shell agents";
      setup.grace = kShellGrace;
      setup.arguments = {options_.host_program, "--shell",
                         "--ocf-root",          options_.scripts.ocf_root,
                         "--init-dir",          options_.scripts.init_directory()};
    } else {
      setup.name = "plugin " + file_name(host);
      setup.grace = kNativeGrace;
      setup.arguments = {options_.host_program, "--plugin", host};
      const auto agent = std::find_if(catalog_.agents.begin(), catalog_.agents.end(),
                                      [&](const NativeAgent& item) { return item.file == host; });
      if (agent != catalog_.agents.end() && agent->contained) {
        setup.cgroup_parent = options_.cgroup;
      }
    }
    setup.arguments.insert(setup.arguments.end(), {"--state-dir", options_.state_directory});
    return setup;
  }

  void finished(const JobPtr& job, Verdict verdict) {
    if (verdict.declined && retry_as_script(job, verdict)) {
      return;
    }
    jobs_.erase(job->request.call_id);
    if (verdict.watched) {
      for (auto& [slot, resources] : watched_) {
        if (slot != job->slot) {
          resources.erase(job->request.resource);
        }
      }
      watched_[job->slot].insert(job->request.resource);
    }
    if (verdict.offence && !job->host.empty()) {
      offenders_.record(job->request.resource, *verdict.offence, steady_now());
    }
    complete(job, std::move(verdict));
    const auto queue = queues_.find(job->request.resource);
    if (queue == queues_.end()) {
      return;
    }
    const bool was_head = queue->second.front() == job;
    std::erase(queue->second, job);
    if (queue->second.empty()) {
      queues_.erase(queue);
    } else if (was_head && catalog_known_) {
      activate(JobPtr(queue->second.front()));
    }
  }

  /// True: the script has it now. Else the verdict says why it cannot.
  bool retry_as_script(const JobPtr& job, Verdict& verdict) {
    if (!job->request.force_shell && !job->host.empty() &&
        has_script(options_.scripts, job->request.agent)) {
      job->note = "shell agent used: " + verdict.reason;
      send_to("", job);
      return true;
    }
    verdict.exit_code = kErrConfigured;
    job->note = "the native agent leaves these parameters to the script, which is not installed";
    return false;
  }

  /// The completion comes from the reactor: never from inside run() or cancel().
  void complete(const JobPtr& job, Verdict verdict) {
    model::ActionOutcome outcome;
    outcome.call_id = job->request.call_id;
    outcome.exit_code = verdict.exit_code;
    outcome.status = verdict.status;
    outcome.exit_reason = std::move(verdict.reason);
    outcome.note = job->note;
    outcome.watched = verdict.watched;
    const TimePoint now = steady_now();
    const TimePoint started = job->started.value_or(now);
    outcome.queued = started - job->submitted;
    outcome.took = now - started;
    boost::asio::post(reactor_, [alive = std::weak_ptr<const int>(alive_), done = job->done,
                                 result = std::move(outcome)] {
      if (!alive.expired()) {
        done(result);
      }
    });
  }

  boost::asio::io_context& reactor_;
  TimerService& timers_;
  AgentExecutorOptions options_;
  Catalog catalog_;
  bool catalog_known_ = false;
  std::unordered_map<std::uint64_t, JobPtr> jobs_;
  std::map<std::string, std::deque<JobPtr>> queues_;  // by resource; the head is the active one
  std::map<std::string, std::unique_ptr<HostSlot>> slots_;  // see Job::slot
  std::uint64_t last_slot_ = 0;
  Offenders offenders_;
  std::set<std::string> own_slots_;                       // keys of slots for one resource alone
  std::map<std::string, std::set<std::string>> watched_;  // resources, by Job::slot
  ChangeListener on_change_;
  AttributeListener on_attribute_;
  std::optional<CatalogReader> reader_;
  std::shared_ptr<const int> alive_ = std::make_shared<const int>(0);
};

AgentExecutor::AgentExecutor(boost::asio::io_context& reactor, TimerService& timers,
                             AgentExecutorOptions options)
    : engine_(std::make_unique<Engine>(reactor, timers, std::move(options))) {}
AgentExecutor::~AgentExecutor() = default;

void AgentExecutor::run(model::ActionRequest request, Completion done) {
  engine_->run(std::move(request), std::move(done));
}

bool AgentExecutor::cancel(std::uint64_t call_id) {
  return engine_->cancel(call_id);
}

void AgentExecutor::on_attribute(AttributeListener listener) {
  engine_->on_attribute(std::move(listener));
}

void AgentExecutor::on_change(ChangeListener listener) {
  engine_->on_change(std::move(listener));
}

void AgentExecutor::unwatch(const std::string& resource) {
  engine_->unwatch(resource);
}

const Catalog& AgentExecutor::catalog() const {
  return engine_->catalog();
}

std::size_t AgentExecutor::known_groups() const {
  return engine_->known_groups();
}

int AgentExecutor::host_pid(const std::string& plugin_file) const {
  return engine_->host_pid(plugin_file);
}

}  // namespace mainstay::executor
