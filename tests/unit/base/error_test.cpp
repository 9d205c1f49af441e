// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"

#include <gtest/gtest.h>

#include "core/base/result.h"

namespace mainstay {
namespace {

Result<int> halve(int n) {
  if (n % 2 != 0) {
    return fail(Errc::invalid_input, "odd number");
  }
  return n / 2;
}

TEST(Result, HoldsEitherTheValueOrTheError) {
  EXPECT_EQ(*halve(4), 2);
  const auto odd = halve(3);
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().code, Errc::invalid_input);
  EXPECT_EQ(odd.value_or(7), 7);
}

TEST(Error, GainsContextOutward) {
  const Error error =
      within("start VIP", within("add address", fail(Errc::not_found, "no link eth9")));
  EXPECT_EQ(error.context, "start VIP: add address: no link eth9");
  EXPECT_EQ(error.code, Errc::not_found);
}

TEST(Error, KeepsTheErrnoOfTheSystem) {
  const Error error = fail_errno("open cib.xml", ENOENT);
  EXPECT_EQ(error.code, std::errc::no_such_file_or_directory);
  EXPECT_EQ(error.context, "open cib.xml: No such file or directory");
}

}  // namespace
}  // namespace mainstay
