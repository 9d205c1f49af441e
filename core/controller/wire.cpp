// SPDX-License-Identifier: Apache-2.0
// See wire.h.
#include "core/controller/wire.h"

namespace mainstay::controller {
namespace {

/// Refuses deep nesting before the recursive reader of the library sees it whole.
class DepthGuard : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth_ <= kMaxWireDepth; }
  bool start_array(std::size_t) override { return ++depth_ <= kMaxWireDepth; }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool leave() {
    --depth_;
    return true;
  }
  int depth_ = 0;
};

Json nodes_to_json(const std::vector<model::Node>& nodes) {
  Json list = Json::array();
  for (const model::Node& node : nodes) {
    list.push_back({{"id", node.id}, {"name", node.name}});
  }
  return list;
}

model::Values values_of(const Json& json) {
  model::Values values;
  for (const auto& [name, value] : json.get_ref<const Json::object_t&>()) {
    values[name] = value.get<std::string>();
  }
  return values;
}

std::vector<model::Node> read_nodes(const Json& json) {
  std::vector<model::Node> nodes;
  for (const Json& entry : json) {
    nodes.push_back({entry.at("id").get<std::uint32_t>(), entry.at("name").get<std::string>()});
  }
  return nodes;
}

}  // namespace

Json parse_cbor(std::string_view bytes) {
  DepthGuard guard;
  if (!Json::sax_parse(bytes, &guard, Json::input_format_t::cbor)) {
    throw WireError("malformed or too deeply nested CBOR");
  }
  return Json::from_cbor(bytes);
}

std::string to_cbor(const Json& json) {
  std::string bytes;
  Json::to_cbor(json, bytes);
  return bytes;
}

Json bytes_to_json(const std::string& bytes) {
  return Json::binary(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
}

std::string read_bytes(const Json& json) {
  const auto& binary = json.get_binary();
  return {binary.begin(), binary.end()};
}

Json to_json(const OrderedAction& action) {
  return {{"key", action.key},
          {"node", action.node},
          {"resource", action.resource},
          {"task", action.task},
          {"class", action.agent.standard},
          {"provider", action.agent.provider},
          {"type", action.agent.type},
          {"interval", action.interval.count()},
          {"timeout", action.timeout.count()},
          {"on_fail", action.on_fail},
          {"parameters", action.parameters},
          {"meta", action.meta}};
}

OrderedAction read_ordered_action(const Json& json) {
  OrderedAction action;
  action.key = json.at("key").get<std::string>();
  action.node = json.at("node").get<std::string>();
  action.resource = json.at("resource").get<std::string>();
  action.task = json.at("task").get<std::string>();
  action.agent.standard = json.at("class").get<std::string>();
  action.agent.provider = json.at("provider").get<std::string>();
  action.agent.type = json.at("type").get<std::string>();
  action.interval = Duration{json.at("interval").get<std::int64_t>()};
  action.timeout = Duration{json.at("timeout").get<std::int64_t>()};
  action.on_fail = json.at("on_fail").get<std::string>();
  action.parameters = values_of(json.at("parameters"));
  action.meta = values_of(json.at("meta"));
  return action;
}

Json to_json(const Facts& facts) {
  return {{"dc", facts.dc},
          {"quorate", facts.quorate},
          {"hosts", nodes_to_json(facts.hosts)},
          {"configured", nodes_to_json(facts.configured)}};
}

Facts read_facts(const Json& json) {
  return {.dc = json.at("dc").get<std::uint32_t>(),
          .quorate = json.at("quorate").get<bool>(),
          .hosts = read_nodes(json.at("hosts")),
          .configured = read_nodes(json.at("configured"))};
}

Json to_json(const PlanReport& report) {
  return {{"position", report.position}, {"idle", report.idle}, {"blocked", report.blocked}};
}

PlanReport read_plan_report(const Json& json) {
  return {.position = json.at("position").get<std::uint64_t>(),
          .idle = json.at("idle").get<bool>(),
          .blocked = json.at("blocked").get<std::vector<std::string>>()};
}

}  // namespace mainstay::controller
