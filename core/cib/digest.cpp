// SPDX-License-Identifier: Apache-2.0
#include "core/cib/digest.h"

#include <openssl/evp.h>
#include <openssl/provider.h>

#include <array>
#include <memory>

#include "core/base/check.h"
#include "core/base/xml_escape.h"

namespace mainstay::cib {
namespace {

struct Free {
  void operator()(OSSL_LIB_CTX* context) const { OSSL_LIB_CTX_free(context); }
  void operator()(OSSL_PROVIDER* provider) const { OSSL_PROVIDER_unload(provider); }
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// MD5 of a library context of our own: a host in FIPS mode has none in the default one, and this
/// use of it is no cryptography.
struct Md5 {
  std::unique_ptr<OSSL_LIB_CTX, Free> library{OSSL_LIB_CTX_new()};
  std::unique_ptr<OSSL_PROVIDER, Free> provider{OSSL_PROVIDER_load(library.get(), "default")};
  std::unique_ptr<EVP_MD, Free> digest{EVP_MD_fetch(library.get(), "MD5", "-fips")};
};

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
  static const Md5 md5;
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  const std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
  const bool done = md5.digest && context &&
                    EVP_DigestInit_ex(context.get(), md5.digest.get(), nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), text.data(), text.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), bytes.data(), &size) == 1;
  // Fails only without memory or with a broken installation of libcrypto.
  MAINSTAY_CHECK(done);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string result;
  for (unsigned int i = 0; i < size; ++i) {
    result += kHex[bytes.at(i) >> 4U];
    result += kHex[bytes.at(i) & 15U];
  }
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
