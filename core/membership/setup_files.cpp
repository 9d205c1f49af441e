// SPDX-License-Identifier: Apache-2.0
// The part of corosync_conf.h that touches the system: resolver, random numbers, files.
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "core/base/unique_fd.h"
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

Status write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      return fail_errno("write");
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return Done{};
}

Status fill(const std::string& path, std::string_view content, unsigned mode) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) {
    return fail_errno("create");
  }
  if (Status written = write_all(file.get(), content); !written) {
    return written;
  }
  if (::fchmod(file.get(), mode) != 0) {
    return fail_errno("chmod");
  }
  if (::fsync(file.get()) != 0) {
    return fail_errno("fsync");
  }
  return Done{};
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

Status write_whole_file(const std::string& path, std::string_view content, unsigned mode) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return fail_errno("create folder " + folder.string(), error.value());
  }
  const std::string temporary = path + ".new." + std::to_string(::getpid());
  ::unlink(temporary.c_str());  // of a run that was killed
  if (const Status filled = fill(temporary, content, mode); !filled) {
    ::unlink(temporary.c_str());
    return within("write " + temporary, filled.error());
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    Error failed = fail_errno("rename " + temporary + " to " + path);
    ::unlink(temporary.c_str());
    return failed;
  }
  const UniqueFd parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent || ::fsync(parent.get()) != 0) {
    return fail_errno("fsync " + folder.string());
  }
  return Done{};
}

}  // namespace mainstay::membership
