// SPDX-License-Identifier: Apache-2.0
#include "core/cib/digest.h"

#include <nettle/base16.h>
#include <nettle/md5.h>

#include <array>
#include <cstdint>

#include "core/base/xml_escape.h"

namespace mainstay::cib {
namespace {

constexpr std::string_view kTimeout = "CRM_meta_timeout";

bool is_left_out(std::string_view name) {
  return name.rfind("CRM_meta_", 0) == 0 || name == "id" || name == "crm_feature_set" ||
         name == "op-digest" || name == "on_node" || name == "on_node_uuid" ||
         name == "pcmk_external_ip";
}

void add_parameter(std::string& text, std::string_view name, std::string_view value) {
  text += ' ';
  text += name;
  text += "=\"";
  append_escaped_attribute(text, value);
  text += '"';
}

}  // namespace

std::string md5_hex(std::string_view text) {
  md5_ctx context{};
  md5_init(&context);
  md5_update(&context, text.size(), reinterpret_cast<const std::uint8_t*>(text.data()));  // NOLINT
  std::array<std::uint8_t, MD5_DIGEST_SIZE> bytes{};
  md5_digest(&context, bytes.size(), bytes.data());
  std::string result(BASE16_ENCODE_LENGTH(bytes.size()), '\0');
  base16_encode_update(result.data(), bytes.size(), bytes.data());
  return result;
}

std::string parameters_digest(const Pairs& parameters, Duration interval, Duration timeout) {
  const bool recurring = interval.count() != 0;
  bool own_timeout = recurring && timeout.count() != 0;  // is still to come
  std::string text;
  text.reserve(256);  // of most
  text += " <parameters";
  for (const auto& [name, value] : parameters) {
    if (own_timeout && name >= kTimeout) {
      own_timeout = false;
      if (name != kTimeout) {
        add_parameter(text, kTimeout, std::to_string(timeout.count()));
      }
    }
    if (!is_left_out(name) || (recurring && name == kTimeout)) {
      add_parameter(text, name, value);
    }
  }
  if (own_timeout) {
    add_parameter(text, kTimeout, std::to_string(timeout.count()));
  }
  text += "/>\n";
  return md5_hex(text);
}

}  // namespace mainstay::cib
