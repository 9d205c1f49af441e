// SPDX-License-Identifier: Apache-2.0
#include "core/cib/digest.h"

#include <nettle/base16.h>
#include <nettle/md5.h>

#include <array>
#include <cstdint>

#include "core/base/xml_escape.h"

namespace mainstay::cib {
namespace {

bool is_left_out(const std::string& name) {
  return name.rfind("CRM_meta_", 0) == 0 || name == "id" || name == "crm_feature_set" ||
         name == "op-digest" || name == "on_node" || name == "on_node_uuid" ||
         name == "pcmk_external_ip";
}

void add_parameter(std::string& text, const std::string& name, const std::string& value) {
  text += ' ' + name + "=\"";
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

std::string parameters_digest(const std::map<std::string, std::string>& parameters,
                              Duration interval, Duration timeout) {
  constexpr const char* kTimeout = "CRM_meta_timeout";
  std::map<std::string, std::string> counted;
  for (const auto& [name, value] : parameters) {
    if (!is_left_out(name)) {
      counted.emplace(name, value);
    }
  }
  if (interval.count() != 0) {
    const auto given = parameters.find(kTimeout);
    if (given != parameters.end()) {
      counted.emplace(kTimeout, given->second);
    } else if (timeout.count() != 0) {
      counted.emplace(kTimeout, std::to_string(timeout.count()));
    }
  }
  std::string text = " <parameters";
  for (const auto& [name, value] : counted) {
    add_parameter(text, name, value);
  }
  return md5_hex(text + "/>\n");
}

}  // namespace mainstay::cib
