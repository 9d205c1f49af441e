// SPDX-License-Identifier: Apache-2.0
// ocf:test:Watching: runs while a file is there, and watches the file's directory by inotify.
//   flood=1     hints as fast as it can, from a thread of its own
//   deaf=1      never reads what its descriptor has for it
//   lose=1      loses its watch at the first event
//   broken=1    cannot watch
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "core/agent/mainstay_agent.h"

namespace {

using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;
using mainstay::agent::Listening;
using mainstay::agent::Watch;
using mainstay::agent::Watcher;
using mainstay::agent::WatchStart;

constexpr mainstay::agent::Parameter kParameters[] = {
    {.name = "file", .required = true},
    {.name = "flood"},
    {.name = "deaf"},
    {.name = "lose"},
    {.name = "broken"},
};
constexpr mainstay::agent::Action kActions[] = {{.name = "start"}, {.name = "monitor"}};
constexpr mainstay::agent::Description kDescription{
    .provider = "test", .type = "Watching", .parameters = kParameters, .actions = kActions};

class FileWatch final : public Watch {
 public:
  FileWatch(const ActionContext& context, const Watcher& watcher)
      : watcher_(watcher),
        deaf_(context.is_true("deaf")),
        lose_(context.is_true("lose")),
        inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    const std::string file(context.parameter("file"));
    ::inotify_add_watch(inotify_, file.substr(0, file.rfind('/')).c_str(), IN_CREATE | IN_DELETE);
    listening_ = watcher_.listen(inotify_, [this] { handle(); });
    if (context.is_true("flood")) {
      flood_ = std::thread([this] {
        while (!end_) {
          watcher_.changed();
        }
      });
    }
  }
  ~FileWatch() override {
    end_ = true;
    if (flood_.joinable()) {
      flood_.join();
    }
    listening_.reset();
    ::close(inotify_);
  }

 private:
  void handle() {
    if (!deaf_) {
      std::array<char, 4096> events{};
      while (::read(inotify_, events.data(), events.size()) > 0) {
      }
    }
    if (lose_) {
      watcher_.lost("as was asked for");
    } else {
      watcher_.changed();
    }
  }

  Watcher watcher_;
  bool deaf_;
  bool lose_;
  int inotify_;
  std::atomic<bool> end_ = false;
  std::unique_ptr<Listening> listening_;
  std::thread flood_;
};

class WatchingAgent final : public mainstay::agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override { return monitor(context); }
  ActionResult stop(const ActionContext&) override { return {}; }
  ActionResult monitor(const ActionContext& context) override {
    struct stat status {};
    const std::string file(context.parameter("file"));
    return ::stat(file.c_str(), &status) == 0 ? ActionResult::ok()
                                              : ActionResult::not_running("no " + file);
  }
  WatchStart watch(const ActionContext& context, const Watcher& watcher) override {
    if (context.is_true("broken")) {
      return {.watch = nullptr, .failure = "as was asked for"};
    }
    return {.watch = std::make_unique<FileWatch>(context, watcher), .failure = {}};
  }
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(WatchingAgent, kDescription)
