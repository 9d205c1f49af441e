// SPDX-License-Identifier: Apache-2.0
#include "core/control/protocol.h"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>
#include <utility>

#include <nlohmann/json.hpp>

namespace mainstay::control {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxEdits = 100'000;
constexpr std::uint64_t kLongestDampening = 86'400'000;  // a day

constexpr std::array<std::pair<cib::Edit::Kind, const char*>, 7> kKinds{
    {{cib::Edit::Kind::create, "create"},
     {cib::Edit::Kind::merge, "merge"},
     {cib::Edit::Kind::replace, "replace"},
     {cib::Edit::Kind::remove, "remove"},
     {cib::Edit::Kind::remove_all, "remove_all"},
     {cib::Edit::Kind::set_attributes, "set_attributes"},
     {cib::Edit::Kind::unset_attributes, "unset_attributes"}}};

constexpr int kFirstErrc = static_cast<int>(Errc::invalid_input);
constexpr int kLastErrc = static_cast<int>(Errc::internal);

/// Thrown inside this file only: nlohmann's own access throws as well, and one catch turns both
/// into an Error.
struct Malformed {
  std::string what;
};

const Json& member(const Json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) {
    throw Malformed{std::string("'") + name + "' is missing"};
  }
  return object.at(name);
}

std::string text(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_string()) {
    throw Malformed{std::string("'") + name + "' is no string"};
  }
  return value.get<std::string>();
}

bool flag(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_boolean()) {
    throw Malformed{std::string("'") + name + "' is no boolean"};
  }
  return value.get<bool>();
}

std::uint64_t number(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_number_unsigned()) {
    throw Malformed{std::string("'") + name + "' is no whole number"};
  }
  return value.get<std::uint64_t>();
}

const Json& list(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_array()) {
    throw Malformed{std::string("'") + name + "' is no list"};
  }
  return value;
}

std::vector<std::string> texts(const Json& object, const char* name) {
  std::vector<std::string> out;
  for (const Json& value : list(object, name)) {
    if (!value.is_string()) {
      throw Malformed{std::string("'") + name + "' holds what is no string"};
    }
    out.push_back(value.get<std::string>());
  }
  return out;
}

Json to_json(const cib::Origin& origin) {
  return {{"client", origin.client}, {"user", origin.user}, {"node", origin.node}};
}

cib::Origin origin_from(const Json& json) {
  return {.client = text(json, "client"), .user = text(json, "user"), .node = text(json, "node")};
}

Json to_json(const cib::Edit& edit) {
  const char* kind = "";
  for (const auto& [value, name] : kKinds) {
    if (value == edit.kind) {
      kind = name;
    }
  }
  return {{"kind", kind},
          {"path", edit.path},
          {"xml", edit.xml},
          {"attributes", edit.attributes},
          {"before", edit.before}};
}

cib::Edit edit_from(const Json& json) {
  cib::Edit edit;
  const std::string kind = text(json, "kind");
  bool known = false;
  for (const auto& [value, name] : kKinds) {
    if (kind == name) {
      edit.kind = value;
      known = true;
    }
  }
  if (!known) {
    throw Malformed{"'kind' is '" + kind + "', which is no kind of edit"};
  }
  edit.path = text(json, "path");
  edit.xml = text(json, "xml");
  edit.before = text(json, "before");
  const Json& attributes = member(json, "attributes");
  if (!attributes.is_object()) {
    throw Malformed{"'attributes' is no object"};
  }
  for (const auto& item : attributes.items()) {
    edit.attributes[item.key()] = text(attributes, item.key().c_str());
  }
  return edit;
}

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
          {"daemon_version", status.daemon_version}};
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

Duration milliseconds(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_number_integer()) {
    throw Malformed{std::string("'") + name + "' is no whole number"};
  }
  return Duration{value.get<Duration::rep>()};
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

ChangeAttribute attribute_from(const Json& json) {
  ChangeAttribute change{
      .node = text(json, "node"),
      .update = {.name = text(json, "name"),
                 .value = std::nullopt,
                 .dampening = Duration(static_cast<std::int64_t>(
                     std::min<std::uint64_t>(number(json, "dampening_ms"), kLongestDampening)))}};
  if (json.contains("value")) {
    change.update.value = text(json, "value");
  }
  if (const std::string wrong = model::defect(change.update); !wrong.empty()) {
    throw Malformed{wrong};
  }
  return change;
}

Json to_json(const ChangeAttribute& change) {
  Json json{{"request", "attribute"},
            {"node", change.node},
            {"name", change.update.name},
            {"dampening_ms", static_cast<std::uint64_t>(change.update.dampening.count())}};
  if (change.update.value) {
    json["value"] = *change.update.value;
  }
  return json;
}

Request request_from(const Json& json) {
  const std::string kind = text(json, "request");
  if (kind == "status") {
    return QueryStatus{};
  }
  if (kind == "times") {
    return QueryTimes{};
  }
  if (kind == "await-idle") {
    return AwaitIdle{};
  }
  if (kind == "replace") {
    return ReplaceCib{text(json, "xml"), origin_from(member(json, "origin"))};
  }
  if (kind == "attribute") {
    return attribute_from(json);
  }
  if (kind != "change") {
    throw Malformed{"'request' is '" + kind + "', which is no request"};
  }
  ChangeCib change;
  change.origin = origin_from(member(json, "origin"));
  const Json& edits = list(json, "edits");
  if (edits.size() > kMaxEdits) {
    throw Malformed{"'edits' holds more than " + std::to_string(kMaxEdits)};
  }
  for (const Json& edit : edits) {
    change.change.push_back(edit_from(edit));
  }
  return change;
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

template <class T>
Result<T> decode(std::string_view body, const char* what, T (*read)(const Json&)) {
  try {
    return read(Json::parse(body));
  } catch (const Malformed& malformed) {
    return fail(Errc::invalid_input, std::string("malformed ") + what + ": " + malformed.what);
  } catch (const Json::exception& error) {
    return fail(Errc::invalid_input, std::string("malformed ") + what + ": " + error.what());
  }
}

/// Text may hold any bytes (agent output in a reason): what is no UTF-8 is replaced, never thrown.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string encode(const Request& request) {
  return std::visit(
      [](const auto& asked) {
        using Asked = std::decay_t<decltype(asked)>;
        if constexpr (std::is_same_v<Asked, QueryStatus>) {
          return dump({{"request", "status"}});
        } else if constexpr (std::is_same_v<Asked, QueryTimes>) {
          return dump({{"request", "times"}});
        } else if constexpr (std::is_same_v<Asked, AwaitIdle>) {
          return dump({{"request", "await-idle"}});
        } else if constexpr (std::is_same_v<Asked, ChangeAttribute>) {
          return dump(to_json(asked));
        } else if constexpr (std::is_same_v<Asked, ReplaceCib>) {
          return dump(
              {{"request", "replace"}, {"xml", asked.xml}, {"origin", to_json(asked.origin)}});
        } else {
          Json edits = Json::array();
          for (const cib::Edit& edit : asked.change) {
            edits.push_back(to_json(edit));
          }
          return dump({{"request", "change"}, {"edits", edits}, {"origin", to_json(asked.origin)}});
        }
      },
      request);
}

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

Result<Request> decode_request(std::string_view json) {
  return decode<Request>(json, "request", request_from);
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
