// SPDX-License-Identifier: Apache-2.0
// The part of corosync_conf.h that touches the system: resolver and random numbers.
#include <netdb.h>
#include <netinet/in.h>
#include <sys/random.h>

#include <array>
#include <cstring>
#include <memory>

#include "core/membership/corosync_conf.h"

namespace mainstay::membership {
namespace {

bool is_loopback(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in ip{};
    std::memcpy(&ip, address, sizeof ip);
    return (ntohl(ip.sin_addr.s_addr) >> 24U) == 127;
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 ip{};
    std::memcpy(&ip, address, sizeof ip);
    return IN6_IS_ADDR_LOOPBACK(&ip.sin6_addr) != 0;
  }
  return true;
}

}  // namespace

Result<std::string> resolve_address(const std::string& host_name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (const int answer = ::getaddrinfo(host_name.c_str(), nullptr, &hints, &found); answer != 0) {
    return fail(Errc::not_found, "resolve node " + host_name + ": " + ::gai_strerror(answer) +
                                     "; give its address as addr=ADDRESS");
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (!is_loopback(entry->ai_addr) &&
        ::getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0) {
      return std::string(text.data());
    }
  }
  return fail(Errc::invalid_input, "node " + host_name +
                                       " resolves to a loopback address, which other hosts cannot "
                                       "reach: correct /etc/hosts or give addr=ADDRESS");
}

Result<std::string> make_authkey() {
  std::string key(256, '\0');
  // Up to 256 bytes come whole and uninterrupted (getrandom(2)).
  if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
    return fail_errno("getrandom");
  }
  return key;
}

}  // namespace mainstay::membership
