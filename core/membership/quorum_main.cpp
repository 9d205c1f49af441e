// SPDX-License-Identifier: Apache-2.0
// mainstay-quorum status|members: what this host's corosync says of votes and members. A program of
// its own, so that the command `mainstay` does not load corosync's libraries for it.
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>

#include "core/membership/quorum_table.h"

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  if (what != "status" && what != "members") {
    std::fputs("usage: mainstay-quorum status|members\n", stderr);
    return 2;
  }
  const auto facts = mainstay::membership::read_quorum_facts();
  if (!facts) {
    std::fprintf(stderr, "%s\n", facts.error().context.c_str());
    return 1;
  }
  const std::string text =
      what == "status" ? mainstay::membership::render_quorum_status(*facts, std::time(nullptr))
                       : mainstay::membership::render_membership_table(*facts);
  std::fputs(text.c_str(), stdout);
  return 0;
}
