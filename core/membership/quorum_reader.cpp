// SPDX-License-Identifier: Apache-2.0
// The part of quorum_table.h that asks corosync.
#include <corosync/cmap.h>
#include <corosync/quorum.h>
#include <corosync/votequorum.h>

#include <cstring>
#include <map>
#include <utility>

#include "core/membership/corosync_error.h"
#include "core/membership/nodelist.h"
#include "core/membership/quorum_table.h"

namespace mainstay::membership {
namespace {

// A handle of one of corosync's libraries, finalized when it dies.
template <class Handle, cs_error_t (*Finalize)(Handle)>
class OwnedHandle {
 public:
  OwnedHandle() = default;
  OwnedHandle(const OwnedHandle&) = delete;
  OwnedHandle& operator=(const OwnedHandle&) = delete;
  ~OwnedHandle() {
    if (open_) {
      Finalize(handle_);
    }
  }
  void set(Handle handle) {
    handle_ = handle;
    open_ = true;
  }
  Handle get() const { return handle_; }

 private:
  Handle handle_ = 0;
  bool open_ = false;
};

struct Ring {
  RingId id;
  std::vector<std::uint32_t> hosts;
  bool quorate = false;
  bool told = false;
};

void ring_told(quorum_handle_t handle, std::uint32_t quorate, quorum_ring_id ring,
               std::uint32_t count, const std::uint32_t* hosts) {
  const void* context = nullptr;
  quorum_context_get(handle, &context);
  *static_cast<Ring*>(
      const_cast<void*>(context)) =  // NOLINT(*-const-cast): the library's own idiom
      {{ring.nodeid, ring.seq}, {hosts, hosts + count}, quorate != 0, true};
}

void members_told(quorum_handle_t, quorum_ring_id, std::uint32_t, const std::uint32_t*,
                  std::uint32_t, const std::uint32_t*, std::uint32_t, const std::uint32_t*) {}

Result<Ring> read_ring() {
  Ring ring;
  quorum_model_v1_data_t model{.model = QUORUM_MODEL_V1,
                               .quorum_notify_fn = &ring_told,
                               .nodelist_notify_fn = &members_told};
  quorum_handle_t handle = 0;
  std::uint32_t type = QUORUM_FREE;
  if (const cs_error_t answer = quorum_model_initialize(
          &handle, QUORUM_MODEL_V1,
          reinterpret_cast<quorum_model_data_t*>(&model),  // NOLINT: the library's own idiom
          &type, &ring);
      answer != CS_OK) {
    return corosync_fail("connect to corosync's quorum service", answer);
  }
  OwnedHandle<quorum_handle_t, &quorum_finalize> owned;
  owned.set(handle);
  if (const cs_error_t answer = quorum_trackstart(handle, CS_TRACK_CURRENT); answer != CS_OK) {
    return corosync_fail("ask corosync for its ring", answer);
  }
  // corosync tells the ring and the members one after the other, in no order that is promised.
  for (int told = 0; told < 8 && !ring.told; ++told) {
    if (const cs_error_t answer = quorum_dispatch(handle, CS_DISPATCH_ONE); answer != CS_OK) {
      return corosync_fail("read from corosync's quorum service", answer);
    }
  }
  if (!ring.told) {
    return fail(Errc::unavailable, "corosync told no ring");
  }
  return ring;
}

VoteFlags flags_of(unsigned int bits) {
  const auto has = [bits](unsigned int bit) { return (bits & bit) != 0; };
  return {.two_node = has(VOTEQUORUM_INFO_TWONODE),
          .quorate = has(VOTEQUORUM_INFO_QUORATE),
          .wait_for_all = has(VOTEQUORUM_INFO_WAIT_FOR_ALL),
          .last_man_standing = has(VOTEQUORUM_INFO_LAST_MAN_STANDING),
          .auto_tie_breaker = has(VOTEQUORUM_INFO_AUTO_TIE_BREAKER),
          .allow_downscale = has(VOTEQUORUM_INFO_ALLOW_DOWNSCALE),
          .qdevice_registered = has(VOTEQUORUM_INFO_QDEVICE_REGISTERED),
          .qdevice_alive = has(VOTEQUORUM_INFO_QDEVICE_ALIVE),
          .qdevice_casts_vote = has(VOTEQUORUM_INFO_QDEVICE_CAST_VOTE),
          .qdevice_master_wins = has(VOTEQUORUM_INFO_QDEVICE_MASTER_WINS)};
}

Status read_votes(const Ring& ring, const std::map<std::uint32_t, std::string>& names,
                  QuorumFacts& facts) {
  votequorum_handle_t handle = 0;
  votequorum_callbacks_t callbacks{};
  if (const cs_error_t answer = votequorum_initialize(&handle, &callbacks); answer != CS_OK) {
    return corosync_fail("connect to corosync's votequorum service", answer);
  }
  OwnedHandle<votequorum_handle_t, &votequorum_finalize> owned;
  owned.set(handle);
  votequorum_info self{};
  if (const cs_error_t answer = votequorum_getinfo(handle, facts.self_id, &self); answer != CS_OK) {
    return corosync_fail("ask corosync for votes", answer);
  }
  facts.expected_votes = self.node_expected_votes;
  facts.highest_expected = self.highest_expected;
  facts.total_votes = self.total_votes;
  facts.quorum = self.quorum;
  facts.flags = flags_of(self.flags);
  facts.qdevice_votes = self.qdevice_votes;
  facts.qdevice_name.assign(self.qdevice_name,
                            ::strnlen(self.qdevice_name, sizeof self.qdevice_name));
  for (const std::uint32_t id : ring.hosts) {
    votequorum_info info{};
    if (const cs_error_t answer = votequorum_getinfo(handle, id, &info); answer != CS_OK) {
      return corosync_fail("ask corosync for the votes of node " + std::to_string(id), answer);
    }
    const auto name = names.find(id);
    facts.hosts.push_back(
        {.id = id,
         .name = name != names.end() ? name->second : "Node " + std::to_string(id),
         .votes = info.node_votes,
         .flags = flags_of(info.flags)});
  }
  return Done{};
}

}  // namespace

Result<QuorumFacts> read_quorum_facts() {
  cmap_handle_t cmap = 0;
  if (const cs_error_t answer = cmap_initialize(&cmap); answer != CS_OK) {
    return within("is corosync running?", corosync_fail("connect to corosync", answer));
  }
  OwnedHandle<cmap_handle_t, &cmap_finalize> owned;
  owned.set(cmap);
  QuorumFacts facts;
  facts.provider = cmap_text(cmap, "quorum.provider");
  if (facts.provider != "corosync_votequorum") {
    return fail(Errc::unsupported,
                "corosync.conf names no quorum provider: set provider: corosync_votequorum in its "
                "quorum section");
  }
  if (const cs_error_t answer =
          cmap_get_uint32(cmap, "runtime.votequorum.this_node_id", &facts.self_id);
      answer != CS_OK) {
    return corosync_fail("ask corosync for our nodeid", answer);
  }
  const auto nodelist = read_nodelist(cmap);
  if (!nodelist) {
    return nodelist.error();
  }
  std::map<std::uint32_t, std::string> names;
  for (const model::Node& node : *nodelist) {
    names[node.id] = node.name;
  }
  auto ring = read_ring();
  if (!ring) {
    return ring.error();
  }
  facts.ring = ring->id;
  facts.quorate = ring->quorate;
  if (const Status votes = read_votes(*ring, names, facts); !votes) {
    return votes.error();
  }
  return facts;
}

}  // namespace mainstay::membership
