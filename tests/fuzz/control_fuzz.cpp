// SPDX-License-Identifier: Apache-2.0
// The control socket's decoders: what they accept must encode and decode to the same text.
#include <cstdint>
#include <string_view>

#include "core/base/check.h"
#include "core/control/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace control = mainstay::control;
  const std::string_view input(reinterpret_cast<const char*>(data), size);  // NOLINT
  if (const auto request = control::decode_request(input)) {
    const std::string text = control::encode(*request);
    const auto again = control::decode_request(text);
    MAINSTAY_CHECK(again.has_value() && control::encode(*again) == text);
  }
  if (const auto reply = control::decode_reply(input)) {
    const std::string text = control::encode(*reply);
    const auto again = control::decode_reply(text);
    MAINSTAY_CHECK(again.has_value() && control::encode(*again) == text);
  }
  return 0;
}
