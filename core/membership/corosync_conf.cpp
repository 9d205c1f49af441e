// SPDX-License-Identifier: Apache-2.0
#include "core/membership/corosync_conf.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace mainstay::membership {
namespace {

constexpr std::size_t kMaxNodes = 128;           // CPG_MEMBERS_MAX
constexpr std::size_t kMaxText = 1024UL * 1024;  // of a file to parse
constexpr std::string_view kBlanks = " \t\r";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_one_of(char c, std::string_view others) {
  const bool letter_or_digit =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter_or_digit || others.find(c) != std::string_view::npos;
}

bool consists_of(std::string_view text, std::string_view others) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [others](char c) { return is_one_of(c, others); });
}

Status check_name(std::string_view what, std::string_view name) {
  if (!consists_of(name, "-_.") || name.front() == '-' || name.size() > 255) {
    return fail(Errc::invalid_input,
                fmt::format("{} '{}' must be 1 to 255 letters, digits, '-', '_' or '.', and not "
                            "begin with '-'",
                            what, name));
  }
  return Done{};
}

Status check(const CorosyncConf& conf) {
  if (Status name = check_name("cluster name", conf.cluster_name); !name) {
    return name;
  }
  if (conf.nodes.empty() || conf.nodes.size() > kMaxNodes) {
    return fail(Errc::invalid_input, fmt::format("a cluster has 1 to {} nodes, {} were given",
                                                 kMaxNodes, conf.nodes.size()));
  }
  std::set<std::uint32_t> ids;
  std::set<std::string> names;
  std::set<std::string> addresses;
  for (const ConfNode& node : conf.nodes) {
    if (Status name = check_name("node name", node.name); !name) {
      return name;
    }
    if (!consists_of(node.address, "-_.:%")) {
      return fail(Errc::invalid_input, fmt::format("address '{}' of node {} is neither a host "
                                                   "name nor an IP address",
                                                   node.address, node.name));
    }
    if (node.id == 0 || !ids.insert(node.id).second) {
      return fail(Errc::invalid_input,
                  fmt::format("nodeid {} of node {} is 0 or taken", node.id, node.name));
    }
    if (!names.insert(node.name).second) {
      return fail(Errc::invalid_input, fmt::format("node {} is given twice", node.name));
    }
    if (!addresses.insert(node.address).second) {
      return fail(Errc::invalid_input,
                  fmt::format("address {} of node {} belongs to another node too", node.address,
                              node.name));
    }
  }
  return Done{};
}

// What is read of one file: the open sections, and the node being read.
class ConfReader {
 public:
  Status read_line(std::string_view line) {
    if (line.empty() || line.front() == '#') {
      return Done{};
    }
    if (line.back() == '{') {
      sections_.emplace_back(trim(line.substr(0, line.size() - 1)));
      if (sections_.size() > 8) {
        return fail(Errc::invalid_input, "more than 8 sections in one another");
      }
      if (in_node()) {
        node_ = {};
      }
      return Done{};
    }
    if (line == "}") {
      return close();
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      return fail(Errc::invalid_input,
                  fmt::format("'{}' is neither a section nor a 'key: value'", line));
    }
    return take(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }

  Result<CorosyncConf> finish() {
    if (!sections_.empty()) {
      return fail(Errc::invalid_input, fmt::format("section '{}' is not closed", sections_.back()));
    }
    return conf_;
  }

 private:
  bool in_node() const {
    return sections_.size() == 2 && sections_[0] == "nodelist" && sections_[1] == "node";
  }

  Status close() {
    if (sections_.empty()) {
      return fail(Errc::invalid_input, "'}' closes no section");
    }
    if (in_node()) {
      if (conf_.nodes.size() >= kMaxNodes) {
        return fail(Errc::limit_exceeded, fmt::format("more than {} nodes", kMaxNodes));
      }
      if (node_.name.empty()) {
        node_.name = node_.address;
      }
      conf_.nodes.push_back(node_);
    }
    sections_.pop_back();
    return Done{};
  }

  Status take(std::string_view key, std::string_view value) {
    if (sections_.size() == 1 && sections_[0] == "totem" && key == "cluster_name") {
      conf_.cluster_name = value;
    } else if (in_node() && key == "name") {
      node_.name = value;
    } else if (in_node() && key == "ring0_addr") {
      node_.address = value;
    } else if (in_node() && key == "nodeid") {
      const auto [end, error] =
          std::from_chars(value.data(), value.data() + value.size(), node_.id);
      if (error != std::errc() || end != value.data() + value.size()) {
        return fail(Errc::invalid_input, fmt::format("nodeid '{}' is no number", value));
      }
    }
    return Done{};
  }

  std::vector<std::string> sections_;
  ConfNode node_;
  CorosyncConf conf_;
};

}  // namespace

Result<std::vector<ConfNode>> parse_node_arguments(const std::vector<std::string>& words) {
  const std::string_view prefix = "addr=";
  std::vector<ConfNode> nodes;
  for (const std::string& word : words) {
    if (word.find('=') == std::string::npos) {
      nodes.push_back({static_cast<std::uint32_t>(nodes.size() + 1), word, {}});
    } else if (!word.starts_with(prefix)) {
      return fail(Errc::invalid_input,
                  fmt::format("unknown node option '{}', the one known is addr=ADDRESS", word));
    } else if (nodes.empty() || !nodes.back().address.empty()) {
      return fail(Errc::invalid_input,
                  fmt::format("'{}' must follow the one node it is for", word));
    } else {
      nodes.back().address = word.substr(prefix.size());
      if (nodes.back().address.empty()) {
        return fail(Errc::invalid_input,
                    fmt::format("node {} has an empty addr=", nodes.back().name));
      }
    }
  }
  return nodes;
}

Result<std::string> render_corosync_conf(const CorosyncConf& conf) {
  if (const Status good = check(conf); !good) {
    return good.error();
  }
  std::string text = fmt::format(
      "totem {{\n"
      "    version: 2\n"
      "    cluster_name: {}\n"
      "    transport: knet\n"
      "    crypto_cipher: aes256\n"
      "    crypto_hash: sha256\n"
      "}}\n"
      "\n"
      "nodelist {{\n",
      conf.cluster_name);
  for (const ConfNode& node : conf.nodes) {
    text += fmt::format(
        "    node {{\n"
        "        ring0_addr: {}\n"
        "        name: {}\n"
        "        nodeid: {}\n"
        "    }}\n",
        node.address, node.name, node.id);
  }
  text +=
      "}\n"
      "\n"
      "quorum {\n"
      "    provider: corosync_votequorum\n";
  if (conf.nodes.size() == 2) {
    text += "    two_node: 1\n";
  }
  text +=
      "}\n"
      "\n"
      "logging {\n"
      "    to_logfile: yes\n"
      "    logfile: /var/log/corosync/corosync.log\n"
      "    to_syslog: yes\n"
      "    timestamp: on\n"
      "}\n";
  return text;
}

Result<CorosyncConf> parse_corosync_conf(std::string_view text) {
  if (text.size() > kMaxText) {
    return fail(Errc::limit_exceeded, "corosync.conf is longer than 1 MiB");
  }
  ConfReader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    if (const Status read = reader.read_line(trim(text.substr(0, end))); !read) {
      return within(fmt::format("corosync.conf line {}", number), read.error());
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  auto conf = reader.finish();
  if (!conf) {
    return within("corosync.conf", conf.error());
  }
  return conf;
}

}  // namespace mainstay::membership
