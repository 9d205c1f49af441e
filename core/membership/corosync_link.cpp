// SPDX-License-Identifier: Apache-2.0
#include "core/membership/corosync_link.h"

#include <corosync/cmap.h>
#include <corosync/cpg.h>
#include <corosync/quorum.h>
#include <sys/uio.h>

#include <algorithm>
#include <utility>

#include "core/membership/corosync_error.h"
#include "core/membership/nodelist.h"

namespace mainstay::membership {
namespace {

constexpr std::string_view kGroup = "mainstay";

cpg_name group_name() {
  cpg_name name{};
  name.length = static_cast<std::uint32_t>(kGroup.size());
  std::copy(kGroup.begin(), kGroup.end(), std::begin(name.value));
  return name;
}

std::vector<Process> processes(const cpg_address* list, std::size_t count) {
  std::vector<Process> result;
  result.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    result.push_back({list[i].nodeid, list[i].pid});
  }
  return result;
}

bool by_ring(const cpg_address* list, std::size_t count) {
  return std::any_of(list, list + count, [](const cpg_address& change) {
    return change.reason == CPG_REASON_NODEDOWN || change.reason == CPG_REASON_NODEUP;
  });
}

}  // namespace

// What the C libraries call. They only store: whoever acts on an event does so after the library's
// dispatch has returned, so a listener may send, leave or throw without a C frame below it.
struct CorosyncLink::Callbacks {
  static CorosyncLink& cpg_link(cpg_handle_t handle) {
    void* context = nullptr;
    cpg_context_get(handle, &context);
    return *static_cast<CorosyncLink*>(context);
  }

  static void deliver(cpg_handle_t handle, const cpg_name*, std::uint32_t node, std::uint32_t,
                      void* message, std::size_t length) {
    cpg_link(handle).cpg_events_.emplace_back(
        Message{node, std::string(static_cast<const char*>(message), length)});
  }

  static void group_changed(cpg_handle_t handle, const cpg_name*, const cpg_address* members,
                            std::size_t member_count, const cpg_address* left,
                            std::size_t left_count, const cpg_address* joined,
                            std::size_t joined_count) {
    cpg_link(handle).cpg_events_.emplace_back(
        GroupChanged{.members = processes(members, member_count),
                     .joined = processes(joined, joined_count),
                     .ring_follows = by_ring(left, left_count) || by_ring(joined, joined_count)});
  }

  static void ring_changed(cpg_handle_t handle, cpg_ring_id ring, std::uint32_t count,
                           const std::uint32_t* hosts) {
    cpg_link(handle).cpg_events_.emplace_back(
        RingChanged{{ring.nodeid, ring.seq}, std::vector<std::uint32_t>(hosts, hosts + count)});
  }

  static void quorum_changed(quorum_handle_t handle, std::uint32_t quorate, quorum_ring_id ring,
                             std::uint32_t, const std::uint32_t*) {
    const void* context = nullptr;
    quorum_context_get(handle, &context);
    auto& link = *static_cast<CorosyncLink*>(const_cast<void*>(context));  // NOLINT(*-const-cast)
    link.quorum_events_.push_back({{ring.nodeid, ring.seq}, quorate != 0});
  }

  static void ring_members(quorum_handle_t, quorum_ring_id, std::uint32_t, const std::uint32_t*,
                           std::uint32_t, const std::uint32_t*, std::uint32_t,
                           const std::uint32_t*) {
    // Totem's members come through CPG, at their place in the order of messages.
  }

  static void nodelist_changed(cmap_handle_t, cmap_track_handle_t, std::int32_t, const char*,
                               cmap_notify_value, cmap_notify_value, void* context) {
    static_cast<CorosyncLink*>(context)->nodelist_changed_ = true;
  }
};

Result<std::unique_ptr<CorosyncLink>> CorosyncLink::open() {
  std::unique_ptr<CorosyncLink> link(new CorosyncLink);  // NOLINT: private constructor
  for (const auto step :
       {&CorosyncLink::open_cpg, &CorosyncLink::open_quorum, &CorosyncLink::open_cmap}) {
    if (const Status opened = ((*link).*step)(); !opened) {
      return opened.error();
    }
  }
  return link;
}

Status CorosyncLink::open_cpg() {
  cpg_model_v1_data_t model{.model = CPG_MODEL_V1,
                            .cpg_deliver_fn = &Callbacks::deliver,
                            .cpg_confchg_fn = &Callbacks::group_changed,
                            .cpg_totem_confchg_fn = &Callbacks::ring_changed,
                            .flags = CPG_MODEL_V1_DELIVER_INITIAL_TOTEM_CONF};
  cpg_handle_t handle = 0;
  if (const cs_error_t answer = cpg_model_initialize(
          &handle, CPG_MODEL_V1,
          reinterpret_cast<cpg_model_data_t*>(&model),  // NOLINT: the library's own idiom
          this);
      answer != CS_OK) {
    return corosync_fail("connect to corosync's CPG service", answer);
  }
  cpg_ = handle;
  if (const cs_error_t answer = cpg_fd_get(handle, &cpg_fd_); answer != CS_OK) {
    return corosync_fail("cpg_fd_get", answer);
  }
  unsigned int id = 0;
  if (const cs_error_t answer = cpg_local_get(handle, &id); answer != CS_OK) {
    return corosync_fail("ask corosync for our nodeid", answer);
  }
  self_id_ = id;
  return Done{};
}

Status CorosyncLink::open_quorum() {
  quorum_model_v1_data_t model{.model = QUORUM_MODEL_V1,
                               .quorum_notify_fn = &Callbacks::quorum_changed,
                               .nodelist_notify_fn = &Callbacks::ring_members};
  quorum_handle_t handle = 0;
  std::uint32_t type = QUORUM_FREE;
  if (const cs_error_t answer = quorum_model_initialize(
          &handle, QUORUM_MODEL_V1,
          reinterpret_cast<quorum_model_data_t*>(&model),  // NOLINT: the library's own idiom
          &type, this);
      answer != CS_OK) {
    return corosync_fail("connect to corosync's quorum service", answer);
  }
  quorum_ = handle;
  if (type != QUORUM_SET) {
    return fail(Errc::unsupported,
                "corosync.conf names no quorum provider: set provider: corosync_votequorum in "
                "its quorum section");
  }
  if (const cs_error_t answer = quorum_fd_get(handle, &quorum_fd_); answer != CS_OK) {
    return corosync_fail("quorum_fd_get", answer);
  }
  if (const cs_error_t answer = quorum_trackstart(handle, CS_TRACK_CURRENT | CS_TRACK_CHANGES);
      answer != CS_OK) {
    return corosync_fail("track corosync's quorum", answer);
  }
  return Done{};
}

Status CorosyncLink::open_cmap() {
  cmap_handle_t handle = 0;
  if (const cs_error_t answer = cmap_initialize(&handle); answer != CS_OK) {
    return corosync_fail("connect to corosync's cmap service", answer);
  }
  cmap_ = handle;
  if (const cs_error_t answer = cmap_fd_get(handle, &cmap_fd_); answer != CS_OK) {
    return corosync_fail("cmap_fd_get", answer);
  }
  const std::int32_t what = CMAP_TRACK_ADD | CMAP_TRACK_DELETE | CMAP_TRACK_MODIFY;
  // The second key goes back to 0 when a reload of corosync.conf is complete.
  for (const auto& [key, flags] : {std::pair{"nodelist.", what | CMAP_TRACK_PREFIX},
                                   std::pair{"config.reload_in_progress", what}}) {
    cmap_track_handle_t track = 0;
    if (const cs_error_t answer =
            cmap_track_add(handle, key, flags, &Callbacks::nodelist_changed, this, &track);
        answer != CS_OK) {
      return corosync_fail("track corosync's nodelist", answer);
    }
  }
  return Done{};
}

CorosyncLink::~CorosyncLink() {
  if (cmap_) {
    cmap_finalize(*cmap_);
  }
  if (quorum_) {
    quorum_finalize(*quorum_);
  }
  if (cpg_) {
    cpg_finalize(*cpg_);
  }
}

namespace {

Result<CorosyncLink::Sent> sent_or_again(const char* call, cs_error_t answer) {
  if (answer == CS_OK) {
    return CorosyncLink::Sent::sent;
  }
  if (answer == CS_ERR_TRY_AGAIN) {
    return CorosyncLink::Sent::try_again;
  }
  return corosync_fail(call, answer);
}

}  // namespace

Result<CorosyncLink::Sent> CorosyncLink::join() {
  const cpg_name name = group_name();
  return sent_or_again("join the process group", cpg_join(*cpg_, &name));
}

Result<CorosyncLink::Sent> CorosyncLink::leave() {
  const cpg_name name = group_name();
  return sent_or_again("leave the process group", cpg_leave(*cpg_, &name));
}

Result<CorosyncLink::Sent> CorosyncLink::send(std::string_view payload) {
  const iovec part{.iov_base = const_cast<char*>(payload.data()),  // NOLINT: read only
                   .iov_len = payload.size()};
  return sent_or_again("send to the process group",
                       cpg_mcast_joined(*cpg_, CPG_TYPE_AGREED, &part, 1));
}

Result<std::optional<CpgEvent>> CorosyncLink::take_cpg() {
  // A fragment of a long message is dispatched without a callback: look again. The bound is that of
  // fragments in one message.
  for (int fragment = 0; cpg_events_.empty() && fragment < 4096; ++fragment) {
    const cs_error_t answer = cpg_dispatch(*cpg_, CS_DISPATCH_ONE_NONBLOCKING);
    if (answer == CS_ERR_TRY_AGAIN) {
      return std::optional<CpgEvent>();
    }
    if (answer != CS_OK) {
      return corosync_fail("read from corosync's CPG service", answer);
    }
  }
  if (cpg_events_.empty()) {
    return std::optional<CpgEvent>();
  }
  std::optional<CpgEvent> event(std::move(cpg_events_.front()));
  cpg_events_.pop_front();
  return event;
}

Result<std::vector<QuorumChanged>> CorosyncLink::take_quorum() {
  if (const cs_error_t answer = quorum_dispatch(*quorum_, CS_DISPATCH_ALL); answer != CS_OK) {
    return corosync_fail("read from corosync's quorum service", answer);
  }
  return std::exchange(quorum_events_, {});
}

Result<bool> CorosyncLink::take_nodelist_changed() {
  if (const cs_error_t answer = cmap_dispatch(*cmap_, CS_DISPATCH_ALL); answer != CS_OK) {
    return corosync_fail("read from corosync's cmap service", answer);
  }
  if (!nodelist_changed_) {
    return false;
  }
  std::uint8_t reloading = 0;
  if (cmap_get_uint8(*cmap_, "config.reload_in_progress", &reloading) == CS_OK && reloading != 0) {
    return false;  // half a nodelist; its end is told to us too
  }
  nodelist_changed_ = false;
  return true;
}

Result<std::vector<model::Node>> CorosyncLink::nodelist() {
  return read_nodelist(*cmap_);
}

}  // namespace mainstay::membership
