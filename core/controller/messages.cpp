// SPDX-License-Identifier: Apache-2.0
// Codec of the messages: one CBOR map per message with version, session, time, type and body.
#include "core/controller/messages.h"

#include <array>

#include "core/controller/wire.h"

namespace mainstay::controller {
namespace {

constexpr std::array<const char*, std::variant_size_v<Message>> kTypes = {
    "offer", "snapshot",  "edit",     "swap",    "run",   "result", "cancel",
    "lost",  "attribute", "shutdown", "leaving", "facts", "report"};

Json version_to_json(const cib::Version& version) {
  return Json::array({version.admin_epoch, version.epoch, version.num_updates});
}

cib::Version read_version(const Json& json) {
  return {json.at(0).get<std::uint64_t>(), json.at(1).get<std::uint64_t>(),
          json.at(2).get<std::uint64_t>()};
}

Json origin_to_json(const cib::Origin& origin) {
  return Json::array({origin.client, origin.user, origin.node});
}

cib::Origin read_origin(const Json& json) {
  return {json.at(0).get<std::string>(), json.at(1).get<std::string>(),
          json.at(2).get<std::string>()};
}

Json edit_to_json(const cib::Edit& edit) {
  return {{"kind", static_cast<int>(edit.kind)},
          {"path", edit.path},
          {"xml", bytes_to_json(edit.xml)},
          {"attributes", edit.attributes},
          {"before", edit.before}};
}

cib::Edit read_edit(const Json& json) {
  const int kind = json.at("kind").get<int>();
  if (kind < 0 || kind > static_cast<int>(cib::Edit::Kind::unset_attributes)) {
    throw WireError("unknown kind of edit");
  }
  return {.kind = static_cast<cib::Edit::Kind>(kind),
          .path = json.at("path").get<std::string>(),
          .xml = read_bytes(json.at("xml")),
          .attributes = json.at("attributes").get<std::map<std::string, std::string>>(),
          .before = json.at("before").get<std::string>()};
}

struct BodyWriter {
  Json operator()(const Offer& offer) const {
    return {{"ballot", offer.ballot},       {"view", offer.view},
            {"name", offer.name},           {"session", offer.session},
            {"standing", offer.standing},   {"quorate", offer.quorate},
            {"digest", offer.state_digest}, {"version", version_to_json(offer.version)}};
  }
  Json operator()(const Snapshot& snapshot) const {
    return {{"round", snapshot.round}, {"replica", bytes_to_json(snapshot.replica)}};
  }
  Json operator()(const EditCib& edit) const {
    Json edits = Json::array();
    for (const cib::Edit& entry : edit.change) {
      edits.push_back(edit_to_json(entry));
    }
    return {{"request", edit.request}, {"edits", edits}, {"origin", origin_to_json(edit.origin)}};
  }
  Json operator()(const SwapCib& swap) const {
    return {{"request", swap.request},
            {"xml", bytes_to_json(swap.xml)},
            {"origin", origin_to_json(swap.origin)}};
  }
  Json operator()(const RunActions& run) const {
    Json actions = Json::array();
    for (const OrderedAction& action : run.actions) {
      actions.push_back(to_json(action));
    }
    return {{"actions", actions}};
  }
  Json operator()(const OperationResult& result) const {
    return {{"action", to_json(result.action)},
            {"call_id", result.call_id},
            {"rc", result.rc},
            {"status", static_cast<int>(result.status)},
            {"exit_reason", bytes_to_json(result.exit_reason)},
            {"took", result.took.count()},
            {"queued", result.queued.count()},
            {"watched", result.watched}};
  }
  Json operator()(const OperationCancelled& cancelled) const {
    return {{"key", cancelled.key},
            {"node", cancelled.node},
            {"resource", cancelled.resource},
            {"operation", cancelled.operation},
            {"interval", cancelled.interval.count()}};
  }
  Json operator()(const OperationLost& lost) const { return {{"key", lost.key}}; }
  Json operator()(const NodeAttribute& attribute) const {
    Json body = {{"node", attribute.node},
                 {"name", bytes_to_json(attribute.name)},
                 {"request", attribute.request},
                 {"private", attribute.is_private}};
    if (attribute.value) {
      body["value"] = bytes_to_json(*attribute.value);
    }
    return body;
  }
  Json operator()(const ShutdownNode&) const { return Json::object(); }
  Json operator()(const Leaving&) const { return Json::object(); }
  Json operator()(const Facts& facts) const { return to_json(facts); }
  Json operator()(const PlanReport& report) const { return to_json(report); }
};

OperationResult read_result(const Json& body) {
  const int status = body.at("status").get<int>();
  if (status < 0 || status > static_cast<int>(model::OperationStatus::not_installed)) {
    throw WireError("unknown operation status");
  }
  return {.action = read_ordered_action(body.at("action")),
          .call_id = body.at("call_id").get<std::int64_t>(),
          .rc = body.at("rc").get<int>(),
          .status = static_cast<model::OperationStatus>(status),
          .exit_reason = read_bytes(body.at("exit_reason")),
          .took = Duration{body.at("took").get<std::int64_t>()},
          .queued = Duration{body.at("queued").get<std::int64_t>()},
          .watched = body.at("watched").get<bool>()};
}

Offer read_offer(const Json& body) {
  return {.ballot = body.at("ballot").get<std::uint64_t>(),
          .view = body.at("view").get<std::uint64_t>(),
          .name = body.at("name").get<std::string>(),
          .session = body.at("session").get<std::string>(),
          .standing = body.at("standing").get<std::vector<std::uint32_t>>(),
          .quorate = body.at("quorate").get<bool>(),
          .version = read_version(body.at("version")),
          .state_digest = body.at("digest").get<std::uint64_t>()};
}

EditCib read_edit_cib(const Json& body) {
  EditCib edit{.request = body.at("request").get<std::uint64_t>(),
               .change = {},
               .origin = read_origin(body.at("origin"))};
  for (const Json& entry : body.at("edits")) {
    edit.change.push_back(read_edit(entry));
  }
  return edit;
}

RunActions read_run_actions(const Json& body) {
  RunActions run;
  for (const Json& entry : body.at("actions")) {
    run.actions.push_back(read_ordered_action(entry));
  }
  return run;
}

NodeAttribute read_attribute(const Json& body) {
  NodeAttribute attribute{.node = body.at("node").get<std::string>(),
                          .name = read_bytes(body.at("name")),
                          .value = std::nullopt,
                          .request = body.at("request").get<std::uint64_t>(),
                          .is_private = body.at("private").get<bool>()};
  if (const auto value = body.find("value"); value != body.end()) {
    attribute.value = read_bytes(*value);
  }
  return attribute;
}

Message read_message(const std::string& type, const Json& body) {
  if (type == "offer") {
    return read_offer(body);
  }
  if (type == "snapshot") {
    return Snapshot{body.at("round").get<std::uint64_t>(), read_bytes(body.at("replica"))};
  }
  if (type == "edit") {
    return read_edit_cib(body);
  }
  if (type == "swap") {
    return SwapCib{body.at("request").get<std::uint64_t>(), read_bytes(body.at("xml")),
                   read_origin(body.at("origin"))};
  }
  if (type == "run") {
    return read_run_actions(body);
  }
  if (type == "result") {
    return read_result(body);
  }
  if (type == "cancel") {
    return OperationCancelled{body.at("key").get<std::string>(), body.at("node").get<std::string>(),
                              body.at("resource").get<std::string>(),
                              body.at("operation").get<std::string>(),
                              Duration{body.at("interval").get<std::int64_t>()}};
  }
  if (type == "lost") {
    return OperationLost{body.at("key").get<std::string>()};
  }
  if (type == "attribute") {
    return read_attribute(body);
  }
  if (type == "shutdown") {
    return ShutdownNode{};
  }
  if (type == "leaving") {
    return Leaving{};
  }
  if (type == "facts") {
    return read_facts(body);
  }
  if (type == "report") {
    return read_plan_report(body);
  }
  throw WireError("unknown type of message '" + type + "'");
}

}  // namespace

std::string encode(const Envelope& envelope) {
  return to_cbor({{"v", kWireVersion},
                  {"s", envelope.session},
                  {"w", envelope.sent.time_since_epoch().count()},
                  {"t", kTypes.at(envelope.message.index())},
                  {"b", std::visit(BodyWriter{}, envelope.message)}});
}

Result<Envelope> decode(std::string_view bytes) {
  try {
    const Json json = parse_cbor(bytes);
    const int version = json.at("v").get<int>();
    if (version != kWireVersion) {
      return fail(Errc::unsupported, "a message has wire version " + std::to_string(version) +
                                         ", this node speaks " + std::to_string(kWireVersion));
    }
    return Envelope{.session = json.at("s").get<std::string>(),
                    .sent = WallTime{Duration{json.at("w").get<std::int64_t>()}},
                    .message = read_message(json.at("t").get<std::string>(), json.at("b"))};
  } catch (const std::exception& error) {
    return fail(Errc::invalid_input, std::string("a message cannot be read: ") + error.what());
  }
}

std::uint64_t fingerprint(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t hash = seed;
  for (const char byte : bytes) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 1099511628211ULL;
  }
  return hash;
}

}  // namespace mainstay::controller
