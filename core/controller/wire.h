// SPDX-License-Identifier: Apache-2.0
// JSON forms of the values that travel in messages and snapshots. Reading throws (Json::exception,
// WireError): only for the decode functions of this folder, which catch everything.
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include "core/controller/messages.h"

namespace mainstay::controller {

using Json = nlohmann::json;

/// What is malformed in a way that the JSON library does not mind.
class WireError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Nesting that any of our messages needs, and then some.
inline constexpr int kMaxWireDepth = 16;

/// CBOR bytes to JSON. Throws on malformed or too deeply nested input.
Json parse_cbor(std::string_view bytes);
std::string to_cbor(const Json& json);

Json to_json(const OrderedAction& action);
OrderedAction read_ordered_action(const Json& json);
Json to_json(const Facts& facts);
Facts read_facts(const Json& json);
Json to_json(const PlanReport& report);
PlanReport read_plan_report(const Json& json);

/// Binary strings: CBOR's text strings must be UTF-8, CIB texts need not be.
Json bytes_to_json(const std::string& bytes);
std::string read_bytes(const Json& json);

}  // namespace mainstay::controller
