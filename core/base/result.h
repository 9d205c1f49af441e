// SPDX-License-Identifier: Apache-2.0
// Result<T>: the part of std::expected that we need, for compilers without it.
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "core/base/check.h"
#include "core/base/error.h"

namespace mainstay {

/// Either a value or the Error that prevented it. Reading the wrong side is a programmer error and
/// aborts.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const noexcept { return state_.index() == 0; }
  bool has_value() const noexcept { return state_.index() == 0; }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T& value() & {
    MAINSTAY_CHECK(has_value());
    return std::get<0>(state_);
  }
  const T& value() const& {
    MAINSTAY_CHECK(has_value());
    return std::get<0>(state_);
  }
  T value_or(T fallback) const { return has_value() ? std::get<0>(state_) : std::move(fallback); }

  const Error& error() const {
    MAINSTAY_CHECK(!has_value());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// The value of a call that has nothing to give back.
struct Done {
  bool operator==(const Done&) const = default;
};

/// Success or an Error.
using Status = Result<Done>;

}  // namespace mainstay
