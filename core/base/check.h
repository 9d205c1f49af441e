// SPDX-License-Identifier: Apache-2.0
// The assertion for programmer errors: compiled into every build. Never on data from XML, network
// or plugins.
#pragma once

#include <cstdio>
#include <cstdlib>

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): only a macro can print the expression and its
// place.
#define MAINSTAY_CHECK(expression)                                                        \
  do {                                                                                    \
    if (!(expression)) {                                                                  \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #expression); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)
