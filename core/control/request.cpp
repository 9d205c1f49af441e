// SPDX-License-Identifier: Apache-2.0
// Requests as JSON.
#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "core/control/json_fields.h"
#include "core/control/protocol.h"

namespace mainstay::control {
namespace {

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

ChangeAttribute attribute_from(const Json& json) {
  ChangeAttribute change{
      .node = text(json, "node"),
      .update = {.name = text(json, "name"),
                 .value = std::nullopt,
                 .dampening = Duration(static_cast<std::int64_t>(
                     std::min<std::uint64_t>(number(json, "dampening_ms"), kLongestDampening))),
                 .is_private = flag(json, "private")}};
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
            {"dampening_ms", static_cast<std::uint64_t>(change.update.dampening.count())},
            {"private", change.update.is_private}};
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

Result<Request> decode_request(std::string_view json) {
  return decode<Request>(json, "request", request_from);
}

}  // namespace mainstay::control
