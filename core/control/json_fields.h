// SPDX-License-Identifier: Apache-2.0
// Reading JSON of the other side: every field is asked for with its kind. For core/control only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/result.h"
#include "core/base/time.h"

namespace mainstay::control {

using Json = nlohmann::json;

/// Thrown inside decode() only: nlohmann's own access throws as well, and one catch turns both
/// into an Error.
struct Malformed {
  std::string what;
};

inline const Json& member(const Json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) {
    throw Malformed{std::string("'") + name + "' is missing"};
  }
  return object.at(name);
}

inline std::string text(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_string()) {
    throw Malformed{std::string("'") + name + "' is no string"};
  }
  return value.get<std::string>();
}

inline bool flag(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_boolean()) {
    throw Malformed{std::string("'") + name + "' is no boolean"};
  }
  return value.get<bool>();
}

inline std::uint64_t number(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_number_unsigned()) {
    throw Malformed{std::string("'") + name + "' is no whole number"};
  }
  return value.get<std::uint64_t>();
}

inline const Json& list(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_array()) {
    throw Malformed{std::string("'") + name + "' is no list"};
  }
  return value;
}

inline std::vector<std::string> texts(const Json& object, const char* name) {
  std::vector<std::string> out;
  for (const Json& value : list(object, name)) {
    if (!value.is_string()) {
      throw Malformed{std::string("'") + name + "' holds what is no string"};
    }
    out.push_back(value.get<std::string>());
  }
  return out;
}

inline Duration milliseconds(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_number_integer()) {
    throw Malformed{std::string("'") + name + "' is no whole number"};
  }
  return Duration{value.get<Duration::rep>()};
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
inline std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mainstay::control
