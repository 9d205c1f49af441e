// SPDX-License-Identifier: Apache-2.0
// mainstay-cib-writer DIRECTORY KEEP < configuration: exit 0 only when it is on disk.
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/store/cib_store.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: mainstay-cib-writer DIRECTORY KEEP\n", stderr);
    return 2;
  }
  std::string text;
  std::array<char, 65536> buffer{};
  ssize_t n = 0;
  while ((n = ::read(STDIN_FILENO, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  if (n < 0 || text.empty()) {
    std::fputs("nothing to write on standard input\n", stderr);
    return 1;
  }
  const auto written = mainstay::store::write_generation(argv[1], text, std::atoi(argv[2]));
  if (!written) {
    std::fprintf(stderr, "%s\n", written.error().context.c_str());
    return 1;
  }
  return 0;
}
