// SPDX-License-Identifier: Apache-2.0
// The decoder of frames between mainstayd and its agent hosts: what it accepts must encode to
// bytes that it accepts as the same frame.
#include <cstdint>
#include <string_view>

#include "core/base/check.h"
#include "core/executor/host_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace executor = mainstay::executor;
  const std::string_view input(reinterpret_cast<const char*>(data), size);  // NOLINT
  if (const auto frame = executor::decode(input)) {
    const auto bytes = executor::encode(*frame);
    MAINSTAY_CHECK(bytes.has_value());
    const auto again = executor::decode(*bytes);
    MAINSTAY_CHECK(again.has_value() && *again == *frame);
  }
  return 0;
}
