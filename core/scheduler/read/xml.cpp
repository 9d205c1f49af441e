// SPDX-License-Identifier: Apache-2.0
#include "core/scheduler/read/xml.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstring>

#include <boost/container/small_vector.hpp>

namespace mainstay::scheduler {

std::string attr(pugi::xml_node node, const char* name) {
  return node.attribute(name).value();
}

std::string_view attr_view(pugi::xml_node node, const char* name) {
  return node.attribute(name).value();
}

bool attr_is(pugi::xml_node node, const char* name, const char* value) {
  return std::strcmp(node.attribute(name).value(), value) == 0;
}

std::optional<bool> parse_bool(const std::string& text) {
  static constexpr auto kTrue = std::to_array<const char*>({"true", "on", "yes", "y", "1"});
  static constexpr auto kFalse = std::to_array<const char*>({"false", "off", "no", "n", "0"});
  const auto is = [&](const char* word) { return ::strcasecmp(text.c_str(), word) == 0; };
  if (std::any_of(std::begin(kTrue), std::end(kTrue), is)) {
    return true;
  }
  return std::any_of(std::begin(kFalse), std::end(kFalse), is) ? std::optional(false)
                                                               : std::nullopt;
}

bool read_bool(const model::Values& values, const char* name, bool fallback) {
  const auto it = values.find(name);
  return it == values.end() ? fallback : is_true(it->second);
}

int parse_int(std::string_view text, int fallback) {
  int value = 0;
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    return text.starts_with('-') ? -model::kInfinity : model::kInfinity;
  }
  return error == std::errc() ? value : fallback;
}

int parse_score(std::string_view text, int fallback) {
  if (text == "INFINITY" || text == "+INFINITY") {
    return model::kInfinity;
  }
  if (text == "-INFINITY") {
    return -model::kInfinity;
  }
  if (text == "red") {
    return -model::kInfinity;
  }
  if (text == "yellow" || text == "green") {
    return 0;
  }
  return std::clamp(parse_int(text, fallback), -model::kInfinity, model::kInfinity);
}

namespace {

/// Seconds that a zone such as "Z", "+01", "-0130" or "+01:30" is ahead of UTC.
std::int64_t zone_offset(std::string zone) {
  if (zone.front() == 'Z') {
    return 0;
  }
  const int sign = zone.front() == '-' ? -1 : 1;
  zone.erase(0, 1);
  zone.erase(std::remove(zone.begin(), zone.end(), ':'), zone.end());
  const int value = parse_int(zone, 0);
  const int hours = zone.size() <= 2 ? value : value / 100;
  const int minutes = zone.size() <= 2 ? 0 : value % 100;
  return sign * (hours * 3600L + minutes * 60L);
}

}  // namespace

std::optional<std::int64_t> parse_date(const std::string& text) {
  std::array<int, 6> fields{1970, 1, 1, 0, 0, 0};
  std::size_t at = 0;
  std::size_t field = 0;
  std::int64_t offset = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (field >= 3 && (c == 'Z' || c == '+' || c == '-')) {
      offset = zone_offset(text.substr(at));
      break;
    }
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) {
      ++at;
      continue;
    }
    if (field >= 6) {
      break;
    }
    std::size_t end = at;
    const std::size_t width = field == 0 ? 4 : 2;
    while (end < text.size() && end - at < width &&
           std::isdigit(static_cast<unsigned char>(text[end])) != 0) {
      ++end;
    }
    fields.at(field++) = parse_int(text.substr(at, end - at), 0);
    at = end;
  }
  if (field < 3) {
    return std::nullopt;
  }
  const auto days = std::chrono::sys_days(std::chrono::year(fields[0]) /
                                          std::chrono::month(static_cast<unsigned>(fields[1])) /
                                          std::chrono::day(static_cast<unsigned>(fields[2])));
  return days.time_since_epoch().count() * 86400L + fields[3] * 3600L + fields[4] * 60L +
         fields[5] - offset;
}

pugi::xml_node IdIndex::find(const std::string& id) const {
  if (nodes_.empty()) {
    struct Walker : pugi::xml_tree_walker {
      explicit Walker(std::unordered_map<std::string_view, pugi::xml_node>& into) : nodes(into) {}
      bool for_each(pugi::xml_node& node) override {
        const auto id = node.attribute("id");
        if (id) {
          nodes.emplace(id.value(), node);
        }
        return true;
      }
      std::unordered_map<std::string_view, pugi::xml_node>& nodes;
    };
    Walker walker(nodes_);
    pugi::xml_node(configuration_).traverse(walker);
  }
  const auto it = nodes_.find(id);
  return it == nodes_.end() ? pugi::xml_node() : it->second;
}

pugi::xml_node IdIndex::resolve(pugi::xml_node node) const {
  const auto ref = node.attribute("id-ref");
  if (!ref) {
    return node;
  }
  const pugi::xml_node found = find(ref.value());
  return found ? found : node;
}

void read_blocks(pugi::xml_node parent, const char* tag, const IdIndex& ids,
                 const RuleContext& context, model::Values& into, const std::string& first) {
  boost::container::small_vector<pugi::xml_node, 4> blocks;
  for (const pugi::xml_node child : parent.children(tag)) {
    blocks.push_back(ids.resolve(child));
  }
  if (blocks.size() > 1) {
    std::reverse(blocks.begin(), blocks.end());  // of equal scores the last one counts
    std::stable_sort(blocks.begin(), blocks.end(), [&](pugi::xml_node a, pugi::xml_node b) {
      const bool a_first = !first.empty() && attr(a, "id") == first;
      const bool b_first = !first.empty() && attr(b, "id") == first;
      if (a_first != b_first) {
        return a_first;
      }
      return parse_score(attr(a, "score")) > parse_score(attr(b, "score"));
    });
  }
  for (const pugi::xml_node block : blocks) {
    const pugi::xml_node rule = block.child("rule");
    if (rule && !rule_holds(ids.resolve(rule), context)) {
      continue;
    }
    for (const pugi::xml_node raw : block.children("nvpair")) {
      const pugi::xml_node pair = ids.resolve(raw);
      const auto value = pair.attribute("value");
      if (value) {
        const auto name = raw.attribute("name");
        into.try_emplace(name ? name.value() : attr(pair, "name"), value.value());
      }
    }
  }
}

Defaults::Defaults(pugi::xml_node element, const IdIndex& ids) : element_(element), ids_(ids) {
  for (const pugi::xml_node block : element.children("meta_attributes")) {
    has_rules_ = has_rules_ || ids.resolve(block).child("rule");
  }
  if (!has_rules_) {
    read_blocks(element, "meta_attributes", ids, {}, values_);
  }
}

void Defaults::add(const RuleContext& context, model::Values& into) const {
  if (has_rules_) {
    read_blocks(element_, "meta_attributes", ids_, context, into);
  } else {
    into.insert(values_.begin(), values_.end());
  }
}

bool depends_on_node(pugi::xml_node parent, const char* tag, const IdIndex& ids) {
  for (const pugi::xml_node child : parent.children(tag)) {
    const pugi::xml_node rule = ids.resolve(ids.resolve(child).child("rule"));
    if (rule &&
        rule.find_node([](pugi::xml_node n) { return std::strcmp(n.name(), "expression") == 0; })) {
      return true;
    }
  }
  return false;
}

}  // namespace mainstay::scheduler
