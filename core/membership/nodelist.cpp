// SPDX-License-Identifier: Apache-2.0
#include "core/membership/nodelist.h"

#include <corosync/cmap.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <string_view>

#include "core/membership/corosync_error.h"

namespace mainstay::membership {
namespace {

constexpr std::string_view kPrefix = "nodelist.node.";
constexpr int kMaxKeys = 16'384;  // 384 hosts of corosync's own limit, 40 keys each

struct Entry {
  std::uint32_t id = 0;
  std::string name;
  std::string address;
};

}  // namespace

std::string cmap_text(std::uint64_t cmap_handle, const std::string& key) {
  char* text = nullptr;
  if (cmap_get_string(cmap_handle, key.c_str(), &text) != CS_OK) {
    return {};
  }
  const std::unique_ptr<char, decltype(&std::free)> owned(text, &std::free);
  return owned.get();
}

Result<std::vector<model::Node>> read_nodelist(std::uint64_t cmap_handle) {
  cmap_iter_handle_t iterator = 0;
  if (const cs_error_t answer = cmap_iter_init(cmap_handle, kPrefix.data(), &iterator);
      answer != CS_OK) {
    return corosync_fail("read corosync's nodelist", answer);
  }
  std::map<std::string, Entry> entries;  // by position in the nodelist, as text
  cs_error_t answer = CS_OK;
  for (int count = 0; count < kMaxKeys; ++count) {
    std::array<char, CMAP_KEYNAME_MAXLEN + 1> buffer{};
    answer = cmap_iter_next(cmap_handle, iterator, buffer.data(), nullptr, nullptr);
    if (answer != CS_OK) {
      break;
    }
    const std::string key = buffer.data();
    const std::size_t dot = key.find('.', kPrefix.size());
    if (dot == std::string::npos) {
      continue;
    }
    Entry& entry = entries[key.substr(kPrefix.size(), dot - kPrefix.size())];
    const std::string_view field = std::string_view(key).substr(dot + 1);
    if (field == "nodeid") {
      cmap_get_uint32(cmap_handle, key.c_str(), &entry.id);
    } else if (field == "name") {
      entry.name = cmap_text(cmap_handle, key);
    } else if (field == "ring0_addr") {
      entry.address = cmap_text(cmap_handle, key);
    }
  }
  cmap_iter_finalize(cmap_handle, iterator);
  if (answer != CS_ERR_NO_SECTIONS) {
    return corosync_fail("read corosync's nodelist", answer);
  }
  std::vector<model::Node> nodes;
  for (const auto& [position, entry] : entries) {
    if (entry.id != 0) {
      nodes.push_back({entry.id, entry.name.empty() ? entry.address : entry.name});
    }
  }
  std::sort(nodes.begin(), nodes.end(),
            [](const model::Node& a, const model::Node& b) { return a.id < b.id; });
  return nodes;
}

}  // namespace mainstay::membership
