// SPDX-License-Identifier: Apache-2.0
#include "core/agenthost/confinement.h"

#include <cap-ng.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <fstream>
#include <sstream>
#include <vector>

namespace mainstay::agenthost {

void refuse_privileges() {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void limit_process() {
  constexpr rlim_t kDescriptors = 4'096;
  rlimit descriptors{kDescriptors, kDescriptors};
  ::setrlimit(RLIMIT_NOFILE, &descriptors);
#ifndef __SANITIZE_ADDRESS__  // which reserves terabytes
  constexpr rlim_t kMemory = 4'294'967'296;
  rlimit memory{kMemory, kMemory};
  ::setrlimit(RLIMIT_AS, &memory);
#endif
}

Status keep_capabilities(const std::string& names) {
  ::capng_get_caps_process();
  std::vector<unsigned> kept;
  std::istringstream words(names);
  for (std::string word; words >> word;) {
    // The library's names lack the prefix.
    const int capability =
        word.starts_with("CAP_") ? ::capng_name_to_capability(word.c_str() + 4) : -1;
    if (capability < 0) {
      return fail(Errc::invalid_input, "it wants a capability that does not exist: " + word);
    }
    // In a container we may not have it ourselves.
    if (::capng_have_capability(CAPNG_PERMITTED, static_cast<unsigned>(capability)) != 0) {
      kept.push_back(static_cast<unsigned>(capability));
    }
  }
  // Only who has CAP_SETPCAP can shrink the bounding set; others have nothing that is worth it.
  const bool bounds = ::capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) != 0;
  ::capng_clear(CAPNG_SELECT_ALL);
  for (const unsigned capability : kept) {
    ::capng_update(CAPNG_ADD,
                   static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED |
                                             (bounds ? CAPNG_BOUNDING_SET : 0)),
                   capability);
  }
  if (::capng_apply(bounds ? CAPNG_SELECT_ALL : CAPNG_SELECT_CAPS) != 0) {
    return fail_errno("give up capabilities");
  }
  return Done{};
}

Status enter_cgroup(const std::string& path) {
  std::ofstream out(path + "/cgroup.procs");
  if (!(out << "0" << std::flush)) {
    return fail_errno("enter cgroup " + path);
  }
  return Done{};
}

}  // namespace mainstay::agenthost
