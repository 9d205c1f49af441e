// SPDX-License-Identifier: Apache-2.0
// Views and joining. A view that only loses members is taken as it is. Anybody new, or anybody who
// offers, starts a round: all offer, all decide alike, the oldest winner sends its replica to those
// who lost. Winners go on at the decision; losers keep what is ordered after it until they have the
// replica as of the decision.
#include <algorithm>
#include <utility>

#include "core/cib/query.h"
#include "core/controller/controller_state.h"

namespace mainstay::controller {
namespace {

constexpr Duration kSyncPatience{10'000};

std::vector<std::uint32_t> ids_of(const std::vector<model::Node>& nodes) {
  std::vector<std::uint32_t> ids;
  for (const model::Node& node : nodes) {
    ids.push_back(node.id);
  }
  return ids;
}

std::string names_of(const std::vector<model::Node>& nodes) {
  std::string names;
  for (const model::Node& node : nodes) {
    names += (names.empty() ? "" : " ") + node.name;
  }
  return names;
}

bool contains(const std::vector<std::uint32_t>& ids, std::uint32_t id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

void Controller::State::on(const ViewChanged& event) {
  if (solo_) {
    return;
  }
  const std::vector<std::uint32_t> members = ids_of(event.view.members);
  const bool same_members = connected_ && members == ids_of(view_.members);
  if (live_ && !round_ && !same_members) {
    had_quorum_ = view_.quorate;
  }
  note(LogLevel::notice, "the membership changed",
       {{"members", names_of(event.view.members)},
        {"hosts", names_of(event.view.hosts)},
        {"quorum", event.view.quorate ? "yes" : "no"}});
  connected_ = true;
  view_ = event.view;
  dirty_ = true;
  if (same_members) {
    return;
  }
  transport_.restart();
  std::vector<std::uint32_t> gone;
  for (const auto& [id, member] : replica_.members()) {
    if (!contains(members, id)) {
      gone.push_back(id);
    }
  }
  if (live_) {
    replica_.depart(gone);
  }
  const bool somebody_new = std::any_of(members.begin(), members.end(), [this](std::uint32_t id) {
    return !replica_.members().contains(id);
  });
  if (!live_ || round_ || somebody_new) {
    begin_round(ballot_ + 1);
  }
}

std::uint64_t Controller::State::view_fingerprint() const {
  std::string text;  // without ring_seq: a new ring of the same members voids no offer
  for (const model::Node& member : view_.members) {
    text += "/" + std::to_string(member.id);
  }
  return fingerprint(text);
}

Offer Controller::State::make_offer() const {
  return {.ballot = ballot_,
          .view = view_fingerprint(),
          .name = self_.name,
          .session = instance_ + "/" + std::to_string(ballot_),
          .standing = live_ ? replica_.standing() : std::vector<std::uint32_t>{},
          .quorate = live_ && had_quorum_,
          .version = replica_.document().version(),
          .state_digest = replica_.digest()};
}

void Controller::State::begin_round(std::uint64_t ballot) {
  ballot_ = ballot;
  awaited_.reset();
  round_overdue_ = false;
  round_.emplace(ballot, ids_of(view_.members));
  send(make_offer());
  arm(sync_watch, kSyncPatience);
}

void Controller::State::receive_offer(std::uint32_t from, const Offer& offer) {
  if (offer.view != view_fingerprint() || offer.ballot < ballot_ ||
      (offer.ballot == ballot_ && !round_)) {
    return;  // of a view or a round that is over
  }
  if (offer.ballot > ballot_) {
    begin_round(offer.ballot);
  }
  round_->add(from, offer);
  if (round_->complete()) {
    conclude_round();
  }
}

void Controller::State::conclude_round() {
  const SyncResult result = round_->decide();
  round_.reset();
  if (!contains(result.winners, self_.id)) {
    lose_round(result);
    return;
  }
  const auto joiner = result.joiners.find(self_.id);
  if (joiner != result.joiners.end()) {  // a new history: what ran before is found by probes
    session_ = joiner->second.session;
    forget_leaving();
    emit(local_.abandon());
  }
  replica_.admit(result.joiners, result.standing);
  live_ = true;
  if (result.sender == self_.id) {
    send(Snapshot{result.round, replica_.encode()}, false);
  }
  synced_now();
}

void Controller::State::lose_round(const SyncResult& result) {
  emit(local_.abandon());
  emit(clients_.lost("this node takes over the state of another part of the cluster"));
  transport_.drop_queued();
  session_ = result.joiners.at(self_.id).session;
  forget_leaving();
  awaited_ = AwaitedSnapshot{.round = result.round, .after = {}};
  arm(sync_watch, kSyncPatience);
}

void Controller::State::receive_snapshot(const Snapshot& snapshot) {
  if (!awaited_ || awaited_->round != snapshot.round) {
    return;
  }
  Result<Replica> cluster = Replica::decode(snapshot.replica);
  if (!cluster) {
    note(LogLevel::error, "the cluster's state cannot be used; asking again",
         {{"reason", cluster.error().context}});
    begin_round(ballot_ + 1);
    return;
  }
  keep_aside_if_diverged(*cluster);
  replica_ = std::move(*cluster);
  std::deque<std::pair<std::uint32_t, Envelope>> after = std::move(awaited_->after);
  awaited_.reset();
  live_ = true;
  synced_now();
  for (auto& [from, envelope] : after) {
    receive(from, std::move(envelope));
  }
}

void Controller::State::keep_aside_if_diverged(const Replica& cluster) {
  const cib::Version ours = cib().version();
  const cib::Version theirs = cluster.document().version();
  const std::optional<bool> known = cluster.had_configuration(ours, replica_.config_digest());
  // Older than all that the cluster remembers, and from disk: a node that was away for long.
  const bool was_away =
      !known && !live_ &&
      std::pair(ours.admin_epoch, ours.epoch) < std::pair(theirs.admin_epoch, theirs.epoch);
  if (cib::is_unconfigured(cib()) || known.value_or(was_away)) {
    return;
  }
  const std::string why = "this node had configuration " + ours.text() +
                          ", which is not part of the history of the cluster's configuration " +
                          theirs.text();
  note(LogLevel::error, "a configuration that lost against the cluster's is kept aside",
       {{"ours", ours.text()}, {"cluster", theirs.text()}});
  emit(KeepAside{.text = cib().configuration_text(), .why = why});
}

void Controller::State::synced_now() {
  ever_live_ = true;
  had_quorum_ = view_.quorate;
  dirty_ = true;
  attributes_.forget_told();
  emit(CancelTimer{sync_watch});
  note(LogLevel::notice, "this node has the cluster's state",
       {{"version", cib().version().text()}, {"dc", name_of(replica_.standing().front())}});
}

void Controller::State::sync_overdue() {
  if (shutdown_wanted_ && !solo_ && (!live_ || round_)) {
    go_solo();
    return;
  }
  if (round_) {
    std::string names;
    for (const std::uint32_t id : round_->silent()) {
      names += (names.empty() ? "" : " ") + name_of(id);
    }
    note(LogLevel::error,
         "joining takes too long: no word from some members; their mainstayd may hang",
         {{"silent", names}});
    // A newcomer that hangs must not stop those who work; one of ours that hangs is waited for.
    const std::vector<std::uint32_t> silent = round_->silent();
    round_overdue_ = live_ && !round_->has_rival(replica_.standing()) &&
                     std::none_of(silent.begin(), silent.end(), [this](std::uint32_t id) {
                       return replica_.members().contains(id);
                     });
    arm(sync_watch, kSyncPatience);
  } else if (awaited_) {
    note(LogLevel::warning, "the cluster's state did not arrive; asking again");
    begin_round(ballot_ + 1);
  }
}

}  // namespace mainstay::controller
