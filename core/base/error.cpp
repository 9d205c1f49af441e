// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"

#include <cerrno>
#include <utility>

namespace mainstay {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "mainstay"; }
  std::string message(int value) const override {
    switch (static_cast<Errc>(value)) {
      case Errc::invalid_input:
        return "invalid input";
      case Errc::not_found:
        return "not found";
      case Errc::already_exists:
        return "already exists";
      case Errc::limit_exceeded:
        return "limit exceeded";
      case Errc::unavailable:
        return "unavailable";
      case Errc::conflict:
        return "conflict";
      case Errc::permission_denied:
        return "permission denied";
      case Errc::timed_out:
        return "timed out";
      case Errc::corrupt:
        return "corrupt data";
      case Errc::unsupported:
        return "unsupported";
      case Errc::internal:
        return "internal error";
    }
    return "unknown error";
  }
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const Category category;
  return {static_cast<int>(code), category};
}

Error fail(Errc code, std::string context) {
  return Error{make_error_code(code), std::move(context)};
}

Error fail_errno(const std::string& context) {
  return fail_errno(context, errno);
}

Error fail_errno(const std::string& context, int error_number) {
  const std::error_code code(error_number, std::generic_category());
  return Error{code, context + ": " + code.message()};
}

Error within(const std::string& what, Error inner) {
  inner.context = what + ": " + inner.context;
  return inner;
}

}  // namespace mainstay
