// SPDX-License-Identifier: Apache-2.0
// The replicated state: the CIB and what goes with it. Changes only by what every member sees at
// the same place of the order, so that the replicas of synced members are equal to the byte.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/cib/document.h"
#include "core/controller/messages.h"
#include "core/model/attribute.h"
#include "core/model/view.h"

namespace mainstay::controller {

/// A member as the replica knows it.
struct Member {
  std::string name;
  std::string session;  ///< changes when the member joins anew
  bool leaving = false;
  bool operator==(const Member&) const = default;
};

/// A configuration that was once current.
struct PastConfiguration {
  std::uint64_t admin_epoch = 0;
  std::uint64_t epoch = 0;
  std::string digest;
  bool operator==(const PastConfiguration&) const = default;
};

/// Whether all that an ordered action does is to forget what is recorded of its resource.
bool forgets_history(const OrderedAction& action);

class Replica {
 public:
  static constexpr std::size_t kPastConfigurations = 32;

  explicit Replica(cib::Document document);

  const cib::Document& document() const { return document_; }
  const std::vector<std::uint32_t>& standing() const { return standing_; }
  const std::map<std::uint32_t, Member>& members() const { return members_; }
  /// Ordered and not ended, by key. Recurring operations are here until their first result.
  const std::map<std::string, OrderedAction>& in_flight() const { return in_flight_; }
  /// A node's attribute of lifetime "reboot", private or in the CIB.
  std::optional<std::string> attribute(const std::string& node, const std::string& name) const;
  bool is_private(const std::string& attribute) const;
  const model::PrivateAttributes& private_attributes() const { return private_; }
  const Facts& facts() const { return facts_; }
  const PlanReport& report() const { return report_; }
  /// Grows with everything that a plan may depend on.
  std::uint64_t position() const { return position_; }
  /// Digest of the stored form, computed once per configuration.
  const std::string& config_digest() const { return past_.back().digest; }
  /// Whether a configuration of that version and digest was once ours; unknown when too old.
  std::optional<bool> had_configuration(const cib::Version& version,
                                        const std::string& digest) const;

  /// The connection is lost: what other members do is not known from here on.
  void forget_cluster();
  /// This node alone, with what is known about what runs on it.
  void stand_alone(std::uint32_t id, const Member& self);
  /// Members that are gone from the view.
  void depart(const std::vector<std::uint32_t>& gone);
  /// Members that start anew: nothing that was known about what runs there holds.
  void admit(const std::map<std::uint32_t, Member>& joiners,
             const std::vector<std::uint32_t>& standing);

  Status apply(const EditCib& edit, WallTime sent);
  Status apply(const SwapCib& swap, WallTime sent);
  /// Records what is to be run by members; actions that are no node's work (clear_failcount,
  /// lrm_delete) are done by this and not in flight afterwards.
  void apply(const RunActions& run, WallTime sent);
  void apply(const OperationResult& result, WallTime sent);
  void apply(const OperationCancelled& cancelled);
  void apply(const OperationLost& lost, WallTime sent);
  /// False: it had that value already.
  bool apply(const NodeAttribute& update);
  void apply_shutdown(std::uint32_t from, WallTime sent);
  void apply_leaving(std::uint32_t from);
  Status apply(const Facts& facts, WallTime sent);
  void apply(const PlanReport& report) { report_ = report; }
  /// A time for housekeeping; changes nothing that can be seen.
  void rest() { document_.rest(); }

  std::string encode() const;
  static Result<Replica> decode(const std::string& bytes);
  /// Of everything; costs as much as encode().
  std::uint64_t digest() const { return fingerprint(encode()); }

 private:
  void configuration_changed();
  void record_failure(const OperationResult& result, WallTime sent);
  void update_presence(const model::Node& node, bool present);
  Status list_node(const model::Node& node, WallTime sent);
  void list_nodes(WallTime sent);

  cib::Document document_;
  std::vector<std::uint32_t> standing_;
  std::map<std::uint32_t, Member> members_;
  std::map<std::string, OrderedAction> in_flight_;
  model::PrivateAttributes private_;
  Facts facts_;
  PlanReport report_;
  std::set<std::uint32_t> known_;  ///< hosts that have a node_state
  std::uint64_t position_ = 0;
  std::vector<PastConfiguration> past_;
};

/// Whether this outcome is what `expected_rc` asked for (degraded counts as running).
bool is_expected(const OperationResult& result, int expected_rc);

}  // namespace mainstay::controller
