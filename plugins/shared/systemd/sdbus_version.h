// SPDX-License-Identifier: Apache-2.0
// What differs between the versions 1 and 2 of sdbus-c++: names of buses and objects are plain
// strings or types of their own, and a few functions have other names.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <string>
#include <utility>

namespace mainstay::systemd {

#if MAINSTAY_SDBUS_MAJOR >= 2
using ServiceName = sdbus::ServiceName;
inline bool process_one(sdbus::IConnection& connection) {
  return connection.processPendingEvent();
}
inline int wake_descriptor(const sdbus::IConnection::PollData& data) {
  return data.eventFd;
}
inline sdbus::Slot add_match(sdbus::IConnection& connection, const std::string& rule,
                             sdbus::message_handler handler) {
  return connection.addMatch(rule, std::move(handler), sdbus::return_slot);
}
#else
using ServiceName = std::string;
inline bool process_one(sdbus::IConnection& connection) {
  return connection.processPendingRequest();
}
/// Version 1 has none; poll(2) ignores negative descriptors.
inline int wake_descriptor(const sdbus::IConnection::PollData&) {
  return -1;
}
inline sdbus::Slot add_match(sdbus::IConnection& connection, const std::string& rule,
                             sdbus::message_handler handler) {
  return connection.addMatch(rule, std::move(handler));
}
#endif

constexpr const char* kService = "org.freedesktop.systemd1";
constexpr const char* kManagerPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr const char* kUnit = "org.freedesktop.systemd1.Unit";

}  // namespace mainstay::systemd
