// SPDX-License-Identifier: Apache-2.0
// Random faults on whole clusters. MAINSTAY_SEED=N replays one run; MAINSTAY_SEEDS=N makes N runs
// of fresh seeds.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "tests/simulation/simulated_cluster.h"
#include "tests/unit/controller/simple_planner.h"

namespace mainstay::simulation {
namespace {

constexpr int kFaults = 25;
constexpr Duration kSettleTime{30 * 60'000};
constexpr std::uint64_t kFixedSeeds = 60;

const std::vector<std::string>& resources() {
  static const std::vector<std::string> names{"A", "B", "C", "D"};
  return names;
}

cib::Change target_role(const std::string& resource, const std::string& role) {
  return {{.kind = cib::Edit::Kind::merge,
           .path = "/cib/configuration/resources/primitive[@id='" + resource + "']",
           .xml = "<meta_attributes id=\"" + resource + "-meta\"><nvpair id=\"" + resource +
                  "-role\" name=\"target-role\" value=\"" + role + "\"/></meta_attributes>",
           .attributes = {},
           .before = {}}};
}

/// `mainstay resource refresh`: every history and fail count is forgotten.
cib::Change refresh() {
  cib::Change change;
  for (const char* path : {"/cib/status/node_state/lrm/lrm_resources/lrm_resource",
                           "/cib/status/node_state/transient_attributes"}) {
    change.push_back({.kind = cib::Edit::Kind::remove_all,
                      .path = path,
                      .xml = {},
                      .attributes = {},
                      .before = {}});
  }
  return change;
}

class FaultRun {
 public:
  explicit FaultRun(std::uint64_t seed) : seed_(seed) {
    const auto nodes = static_cast<std::uint32_t>(2 + seed % 4);
    cluster_.emplace(Options{.nodes = nodes,
                             .seed = seed,
                             .two_node = nodes == 2,
                             .planner = {},
                             .cib = simple_cib(resources())});
    nodes_ = nodes;
  }

  void run() {
    cluster_->boot_all();
    for (int fault = 0; fault < kFaults && ok(); ++fault) {
      cluster_->run_for(Duration{static_cast<long>(cluster_->random(8'000))});
      inject();
    }
    recover();
    EXPECT_TRUE(ok()) << cluster_->violations().front() << "\n" << cluster_->trace();
  }

 private:
  bool ok() const { return cluster_->violations().empty(); }
  std::uint32_t any_node() { return static_cast<std::uint32_t>(1 + cluster_->random(nodes_)); }
  const std::string& any_resource() { return resources()[cluster_->random(resources().size())]; }

  void inject() {
    switch (cluster_->random(14)) {
      case 0:
      case 1:
        cluster_->crash(any_node());
        break;
      case 2:
      case 3:
      case 4:
        cluster_->boot(any_node());
        break;
      case 5:
        split();
        break;
      case 6:
        cluster_->heal();
        break;
      case 7:
        cluster_->restart_engine(any_node());
        break;
      case 8:
        cluster_->break_resource(any_resource());
        break;
      case 9:
        misbehave();
        break;
      case 10:
        change();
        break;
      case 11:
        cluster_->break_resource(resources().front());
        cluster_->hint(resources().front());
        break;
      case 12:
        cluster_->hint(any_resource());
        break;
      default:
        leave();
    }
  }

  void split() {
    std::vector<std::set<std::uint32_t>> groups(2);
    for (std::uint32_t id = 1; id <= nodes_; ++id) {
      groups[cluster_->random(2)].insert(id);
    }
    cluster_->partition(groups);
  }

  void misbehave() {
    Behaviour behaviour;
    behaviour.fail_percent = static_cast<int>(cluster_->random(40));
    behaviour.hang_percent = static_cast<int>(cluster_->random(15));
    behaviour.longest = Duration{static_cast<long>(10 + cluster_->random(15'000))};
    cluster_->set_behaviour(any_resource(), behaviour);
  }

  void change() {
    const std::uint32_t id = any_node();
    if (cluster_->is_up(id)) {
      cluster_->change(
          id, target_role(any_resource(), cluster_->random(2) == 0 ? "Stopped" : "Started"));
    }
  }

  void leave() {
    const std::uint32_t id = any_node();
    if (cluster_->is_up(id)) {
      cluster_->shut_down(id);
    }
  }

  bool all_settled() {
    cluster_->boot_all();  // those that were still leaving
    return cluster_->up_hosts().size() == nodes_ && cluster_->settled();
  }

  void recover() {
    for (const std::string& resource : resources()) {
      cluster_->set_behaviour(resource, Behaviour{});
    }
    cluster_->heal();
    cluster_->boot_all();
    ASSERT_TRUE(cluster_->run_until([this] { return all_settled(); }, kSettleTime))
        << "never settled\n"
        << cluster_->trace();
    std::vector<std::uint64_t> requests{cluster_->change(1, refresh())};
    for (const std::string& resource : resources()) {
      requests.push_back(cluster_->change(1, target_role(resource, "Started")));
    }
    ASSERT_TRUE(cluster_->run_until(
        [&] { return cluster_->reply(requests.back()) != nullptr && cluster_->settled(); },
        kSettleTime))
        << "never settled after the refresh\n"
        << cluster_->trace();
    for (const std::uint64_t request : requests) {
      const controller::Reply* reply = cluster_->reply(request);
      ASSERT_NE(reply, nullptr);
      EXPECT_FALSE(reply->error) << reply->error->context;
    }
    for (const std::string& resource : resources()) {
      EXPECT_EQ(cluster_->active_on(resource).size(), 1U)
          << resource << "\n"
          << cluster_->trace() << cluster_->controller(1).cib().text();
    }
  }

  std::uint64_t seed_;
  std::uint32_t nodes_ = 0;
  std::optional<SimulatedCluster> cluster_;
};

void run_seed(std::uint64_t seed) {
  SCOPED_TRACE("MAINSTAY_SEED=" + std::to_string(seed));
  FaultRun(seed).run();
}

std::optional<std::uint64_t> number_from(const char* variable) {
  const char* text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): one thread
  return text == nullptr ? std::nullopt
                         : std::optional<std::uint64_t>(std::strtoull(text, nullptr, 10));
}

TEST(Faults, ClustersOfFixedSeedsKeepTheRulesAndSettle) {
  if (number_from("MAINSTAY_SEED") || number_from("MAINSTAY_SEEDS")) {
    GTEST_SKIP() << "a seed was given";
  }
  for (std::uint64_t seed = 1; seed <= kFixedSeeds && !HasFailure(); ++seed) {
    run_seed(seed);
  }
}

TEST(Faults, ClustersOfFreshSeedsKeepTheRulesAndSettle) {
  if (const auto seed = number_from("MAINSTAY_SEED")) {
    run_seed(*seed);
    return;
  }
  std::random_device device;
  const std::uint64_t count = number_from("MAINSTAY_SEEDS").value_or(3);
  for (std::uint64_t run = 0; run < count && !HasFailure(); ++run) {
    run_seed(device());
  }
}

}  // namespace
}  // namespace mainstay::simulation
