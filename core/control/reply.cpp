// SPDX-License-Identifier: Apache-2.0
// Replies as JSON.
#include <limits>
#include <utility>

#include "core/control/json_fields.h"
#include "core/control/protocol.h"

namespace mainstay::control {
namespace {

constexpr int kFirstErrc = static_cast<int>(Errc::invalid_input);
constexpr int kLastErrc = static_cast<int>(Errc::internal);

Json to_json(const model::Node& node) {
  return {{"id", node.id}, {"name", node.name}};
}

model::Node node_from(const Json& json) {
  const std::uint64_t id = number(json, "id");
  if (id > std::numeric_limits<std::uint32_t>::max()) {
    throw Malformed{"'id' is no node id"};
  }
  return {.id = static_cast<std::uint32_t>(id), .name = text(json, "name")};
}

Json to_json(const std::vector<model::Node>& nodes) {
  Json out = Json::array();
  for (const model::Node& node : nodes) {
    out.push_back(to_json(node));
  }
  return out;
}

std::vector<model::Node> nodes_from(const Json& object, const char* name) {
  std::vector<model::Node> out;
  for (const Json& node : list(object, name)) {
    out.push_back(node_from(node));
  }
  return out;
}

Json to_json(const ClusterStatus& status) {
  return {{"self", to_json(status.self)},
          {"membership", status.membership},
          {"connected", status.connected},
          {"synced", status.synced},
          {"ring_seq", status.view.ring_seq},
          {"quorate", status.view.quorate},
          {"hosts", to_json(status.view.hosts)},
          {"members", to_json(status.view.members)},
          {"configured", to_json(status.view.configured)},
          {"dc", status.dc},
          {"idle", status.idle},
          {"in_flight", status.in_flight},
          {"blocked", status.blocked},
          {"notices", status.notices},
          {"daemon_version", status.daemon_version},
          {"private_attributes", status.private_attributes}};
}

model::PrivateAttributes attributes_from(const Json& by_node) {
  model::PrivateAttributes all;
  for (const auto& [node, attributes] : by_node.items()) {
    for (const auto& item : attributes.items()) {
      all[node][item.key()] = text(attributes, item.key().c_str());
    }
  }
  return all;
}

ClusterStatus status_from(const Json& json) {
  ClusterStatus status;
  status.self = node_from(member(json, "self"));
  status.membership = text(json, "membership");
  status.connected = flag(json, "connected");
  status.synced = flag(json, "synced");
  status.view.ring_seq = number(json, "ring_seq");
  status.view.quorate = flag(json, "quorate");
  status.view.hosts = nodes_from(json, "hosts");
  status.view.members = nodes_from(json, "members");
  status.view.configured = nodes_from(json, "configured");
  status.dc = text(json, "dc");
  status.idle = flag(json, "idle");
  status.in_flight = texts(json, "in_flight");
  status.blocked = texts(json, "blocked");
  status.notices = texts(json, "notices");
  status.daemon_version = text(json, "daemon_version");
  status.private_attributes = attributes_from(member(json, "private_attributes"));
  return status;
}

Json to_json(const model::MonitorTimes& times) {
  return {{"resource", times.resource},
          {"operation", times.operation},
          {"interval_ms", times.interval.count()},
          {"timeout_ms", times.timeout.count()},
          {"runs", times.runs},
          {"last_ms", times.last.count()},
          {"recent_ms", times.recent.count()},
          {"usual_ms", times.usual.count()},
          {"longest_ms", times.longest.count()}};
}

model::MonitorTimes times_from(const Json& json) {
  return {.resource = text(json, "resource"),
          .operation = text(json, "operation"),
          .interval = milliseconds(json, "interval_ms"),
          .timeout = milliseconds(json, "timeout_ms"),
          .runs = number(json, "runs"),
          .last = milliseconds(json, "last_ms"),
          .recent = milliseconds(json, "recent_ms"),
          .usual = milliseconds(json, "usual_ms"),
          .longest = milliseconds(json, "longest_ms")};
}

/// Errors of the system keep their number, ours their meaning.
Json to_json(const Error& error) {
  const bool ours = error.code.category() == make_error_code(Errc::internal).category();
  return {{"ours", ours},
          {"code", static_cast<std::uint64_t>(error.code.value())},
          {"context", error.context}};
}

Error error_from(const Json& json) {
  const std::uint64_t code = number(json, "code");
  const bool ours = flag(json, "ours");
  if (ours && (code < kFirstErrc || code > kLastErrc)) {
    throw Malformed{"'code' is no error of ours"};
  }
  const int value = static_cast<int>(code & 0xFFFFU);
  return {ours ? make_error_code(static_cast<Errc>(value))
               : std::error_code(value, std::generic_category()),
          text(json, "context")};
}

Reply reply_from(const Json& json) {
  Reply reply;
  if (json.contains("error")) {
    reply.error = error_from(json.at("error"));
  }
  reply.detail = text(json, "detail");
  reply.cib = text(json, "cib");
  if (json.contains("status")) {
    reply.status = status_from(json.at("status"));
  }
  if (json.contains("times")) {
    for (const Json& times : list(json, "times")) {
      reply.times.push_back(times_from(times));
    }
  }
  return reply;
}

}  // namespace

std::string encode(const Reply& reply) {
  Json json{{"detail", reply.detail}, {"cib", reply.cib}};
  if (reply.error) {
    json["error"] = to_json(*reply.error);
  }
  if (reply.status) {
    json["status"] = to_json(*reply.status);
  }
  for (const model::MonitorTimes& times : reply.times) {
    json["times"].push_back(to_json(times));
  }
  return dump(json);
}

Result<Reply> decode_reply(std::string_view json) {
  return decode<Reply>(json, "reply", reply_from);
}

std::string frame(std::string_view body) {
  std::string out;
  out.reserve(body.size() + 4);
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += static_cast<char>((body.size() >> static_cast<unsigned>(shift)) & 0xFFU);
  }
  out += body;
  return out;
}

}  // namespace mainstay::control
