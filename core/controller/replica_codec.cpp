// SPDX-License-Identifier: Apache-2.0
// The replica as bytes: what a joiner is sent, and what equality of replicas is judged by.
#include "core/controller/replica.h"
#include "core/controller/wire.h"

namespace mainstay::controller {

std::string Replica::encode() const {
  Json members = Json::array();
  for (const auto& [id, member] : members_) {
    members.push_back({id, member.name, member.session, member.leaving});
  }
  Json actions = Json::array();
  for (const auto& [key, action] : in_flight_) {
    actions.push_back(to_json(action));
  }
  Json private_attributes = Json::array();
  for (const auto& [node, attributes] : private_) {
    for (const auto& [name, value] : attributes) {
      private_attributes.push_back({node, bytes_to_json(name), bytes_to_json(value)});
    }
  }
  Json past = Json::array();
  for (const PastConfiguration& entry : past_) {
    past.push_back({entry.admin_epoch, entry.epoch, entry.digest});
  }
  return to_cbor({{"cib", bytes_to_json(document_.compact_text())},
                  {"standing", standing_},
                  {"members", members},
                  {"in_flight", actions},
                  {"private", private_attributes},
                  {"facts", to_json(facts_)},
                  {"report", to_json(report_)},
                  {"known", known_},
                  {"position", position_},
                  {"past", past}});
}

Result<Replica> Replica::decode(const std::string& bytes) {
  try {
    const Json json = parse_cbor(bytes);
    Result<cib::Document> document =
        cib::Document::parse(read_bytes(json.at("cib")), "the cluster's CIB");
    if (!document) {
      return document.error();
    }
    Replica replica(std::move(*document));
    replica.standing_ = json.at("standing").get<std::vector<std::uint32_t>>();
    for (const Json& entry : json.at("members")) {
      replica.members_[entry.at(0).get<std::uint32_t>()] = {
          .name = entry.at(1).get<std::string>(),
          .session = entry.at(2).get<std::string>(),
          .leaving = entry.at(3).get<bool>()};
    }
    for (const Json& entry : json.at("in_flight")) {
      OrderedAction action = read_ordered_action(entry);
      const std::string key = action.key;
      replica.in_flight_[key] = std::move(action);
    }
    for (const Json& entry : json.at("private")) {
      replica.private_[entry.at(0).get<std::string>()][read_bytes(entry.at(1))] =
          read_bytes(entry.at(2));
    }
    replica.facts_ = read_facts(json.at("facts"));
    replica.report_ = read_plan_report(json.at("report"));
    replica.known_ = json.at("known").get<std::set<std::uint32_t>>();
    replica.position_ = json.at("position").get<std::uint64_t>();
    replica.past_.clear();
    for (const Json& entry : json.at("past")) {
      replica.past_.push_back({entry.at(0).get<std::uint64_t>(), entry.at(1).get<std::uint64_t>(),
                               entry.at(2).get<std::string>()});
    }
    if (replica.past_.empty()) {
      replica.configuration_changed();
    }
    return replica;
  } catch (const std::exception& error) {
    return fail(Errc::invalid_input,
                std::string("the cluster's state cannot be read: ") + error.what());
  }
}

}  // namespace mainstay::controller
