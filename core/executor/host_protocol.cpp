// SPDX-License-Identifier: Apache-2.0
#include "core/executor/host_protocol.h"

#include <cstdint>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

namespace mainstay::executor {
namespace {

using nlohmann::json;

json to_json(const RunFrame& frame) {
  return {{"t", "run"},
          {"id", frame.id},
          {"rsc", frame.resource},
          {"class", frame.standard},
          {"provider", frame.provider},
          {"type", frame.type},
          {"action", frame.action},
          {"params", frame.parameters},
          {"meta", frame.meta},
          {"timeout", frame.timeout.count()},
          {"interval", frame.interval.count()}};
}

json to_json(const ReadyFrame& frame) {
  return {{"t", "ready"}, {"failure", frame.failure}};
}

json to_json(const SpawnedFrame& frame) {
  return {{"t", "spawned"}, {"id", frame.id}, {"pgid", frame.process_group}};
}

json to_json(const EndedFrame& frame) {
  return {{"t", "ended"},
          {"id", frame.id},
          {"how", static_cast<int>(frame.ending)},
          {"rc", frame.exit_code},
          {"reason", frame.reason}};
}

Duration duration(const json& value) {
  const auto count = value.get<std::int64_t>();
  if (count < 0) {
    throw std::out_of_range("a negative duration");
  }
  return Duration(count);
}

template <class T>
T integer(const json& value, std::int64_t least) {
  if (!value.is_number_integer()) {
    throw std::out_of_range("a number was expected");
  }
  const auto number = value.get<std::int64_t>();
  if (number < least || std::cmp_greater(number, std::numeric_limits<T>::max())) {
    throw std::out_of_range("a number out of range");
  }
  return static_cast<T>(number);
}

RunFrame run_frame(const json& map) {
  RunFrame frame;
  frame.id = integer<std::uint64_t>(map.at("id"), 0);
  frame.resource = map.at("rsc").get<std::string>();
  frame.standard = map.at("class").get<std::string>();
  frame.provider = map.at("provider").get<std::string>();
  frame.type = map.at("type").get<std::string>();
  frame.action = map.at("action").get<std::string>();
  frame.parameters = map.at("params").get<std::map<std::string, std::string>>();
  frame.meta = map.at("meta").get<std::map<std::string, std::string>>();
  frame.timeout = duration(map.at("timeout"));
  frame.interval = duration(map.at("interval"));
  return frame;
}

EndedFrame ended_frame(const json& map) {
  EndedFrame frame;
  frame.id = integer<std::uint64_t>(map.at("id"), 0);
  const auto ending = integer<std::int32_t>(map.at("how"), 0);
  if (ending > static_cast<int>(Ending::declined)) {
    throw std::out_of_range("an unknown ending");
  }
  frame.ending = static_cast<Ending>(ending);
  frame.exit_code = integer<std::int32_t>(map.at("rc"), 0);
  frame.reason = map.at("reason").get<std::string>().substr(0, kMaxReason);
  return frame;
}

Frame frame_of(const json& map) {
  const auto kind = map.at("t").get<std::string>();
  if (kind == "run") {
    return run_frame(map);
  }
  if (kind == "ended") {
    return ended_frame(map);
  }
  if (kind == "spawned") {
    return SpawnedFrame{integer<std::uint64_t>(map.at("id"), 0),
                        integer<std::int32_t>(map.at("pgid"), 2)};
  }
  if (kind == "ready") {
    return ReadyFrame{map.at("failure").get<std::string>().substr(0, kMaxReason)};
  }
  throw std::out_of_range("an unknown kind of frame");
}

}  // namespace

Result<std::string> encode(const Frame& frame) {
  const json map = std::visit([](const auto& item) { return to_json(item); }, frame);
  std::string bytes;
  json::to_cbor(map, nlohmann::detail::output_adapter<char>(bytes));
  if (bytes.size() > kMaxFrame) {
    return fail(Errc::limit_exceeded, "a frame of " + std::to_string(bytes.size()) +
                                          " bytes; at most " + std::to_string(kMaxFrame) +
                                          " fit into a packet");
  }
  return bytes;
}

Result<Frame> decode(std::string_view bytes) {
  if (bytes.size() > kMaxFrame) {
    return fail(Errc::limit_exceeded, "a frame that is too long");
  }
  try {
    return frame_of(json::from_cbor(bytes));
  } catch (const std::exception& error) {
    return fail(Errc::invalid_input, std::string("a malformed frame: ") + error.what());
  }
}

}  // namespace mainstay::executor
