// SPDX-License-Identifier: Apache-2.0
#include "ocf-compat/metadata_parser.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <pugixml.hpp>

#include "core/agent/mainstay_agent.h"

namespace mainstay::ocf {
namespace {

constexpr std::size_t kMaxDocument = 1024 * 1024;
constexpr std::int64_t kMaxInterval = 1'000'000'000;

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

bool flag(const pugi::xml_node& node, const char* name) {
  return agent::is_true(node.attribute(name).value());
}

bool is_english(const std::string& language) {
  return language.empty() || language == "en" || language.starts_with("en_") ||
         language.starts_with("en-");
}

/// Reads an element's descriptions: English, or whatever comes first, as its own.
void read_texts(const pugi::xml_node& node, const std::string& parameter, std::string& shortdesc,
                std::string& longdesc, std::vector<agent::TranslationInfo>& translations) {
  shortdesc = trimmed(node.child_value("shortdesc"));
  longdesc = trimmed(node.child_value("longdesc"));
  const auto others = translations.size();
  for (const pugi::xml_node& text : node.children()) {
    const std::string_view name = text.name();
    const std::string language = text.attribute("lang").value();
    if (name != "shortdesc" && name != "longdesc") {
      continue;
    }
    if (is_english(language)) {
      (name == "shortdesc" ? shortdesc : longdesc) = trimmed(text.child_value());
      continue;
    }
    auto known =
        std::find_if(translations.begin() + static_cast<std::ptrdiff_t>(others), translations.end(),
                     [&](const auto& one) { return one.language == language; });
    if (known == translations.end()) {
      known = translations.insert(known, {.language = language, .parameter = parameter});
    }
    (name == "shortdesc" ? known->shortdesc : known->longdesc) = trimmed(text.child_value());
  }
}

agent::ParameterInfo parameter(const pugi::xml_node& node,
                               std::vector<agent::TranslationInfo>& translations) {
  agent::ParameterInfo info;
  info.name = node.attribute("name").value();
  info.required = flag(node, "required");
  info.unique = flag(node, "unique") || !node.attribute("unique-group").empty();
  info.reloadable = flag(node, "reloadable");
  if (const pugi::xml_node deprecated = node.child("deprecated")) {
    info.deprecated = true;
    info.replaced_with = deprecated.child("replaced-with").attribute("name").value();
  }
  read_texts(node, info.name, info.shortdesc, info.longdesc, translations);
  const pugi::xml_node content = node.child("content");
  info.type = content.attribute("type").as_string("string");
  if (const pugi::xml_attribute preset = content.attribute("default")) {
    info.default_value = preset.value();
  }
  for (const pugi::xml_node& option : content.children("option")) {
    info.options.emplace_back(option.attribute("value").value());
  }
  return info;
}

agent::ActionInfo action(const pugi::xml_node& node) {
  agent::ActionInfo info;
  info.name = node.attribute("name").value();
  info.timeout = parse_interval(node.attribute("timeout").value());
  info.interval = parse_interval(node.attribute("interval").value());
  info.start_delay = parse_interval(node.attribute("start-delay").value());
  if (const pugi::xml_attribute depth = node.attribute("depth")) {
    info.depth = depth.as_int();
  }
  info.role = node.attribute("role").value();
  return info;
}

}  // namespace

std::optional<Duration> parse_interval(std::string_view text) {
  const std::string clean = trimmed(text);
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(clean.data(), clean.data() + clean.size(), number);
  if (failure != std::errc() || number < 0 || number > kMaxInterval) {
    return std::nullopt;
  }
  const std::string unit = trimmed(std::string_view(end, clean.data() + clean.size()));
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"", 1000},    {"s", 1000},     {"sec", 1000},    {"ms", 1},         {"msec", 1},
      {"m", 60'000}, {"min", 60'000}, {"h", 3'600'000}, {"hr", 3'600'000}, {"d", 86'400'000},
  };
  for (const auto& [name, factor] : kUnits) {
    if (name == unit) {
      return Duration(number * factor);
    }
  }
  return std::nullopt;
}

Result<agent::AgentInfo> parse_metadata(std::string_view xml) {
  if (xml.size() > kMaxDocument) {
    return fail(Errc::limit_exceeded, "meta-data of more than 1 MiB");
  }
  // Some scripts print to stdout before the document begins.
  const std::size_t begin = xml.find('<');
  if (begin == std::string_view::npos) {
    return fail(Errc::invalid_input, "the meta-data is no XML");
  }
  xml.remove_prefix(begin);
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(xml.data(), xml.size());
  if (!parsed) {
    return fail(Errc::invalid_input, std::string("the meta-data is malformed at byte ") +
                                         std::to_string(parsed.offset) + ": " +
                                         parsed.description());
  }
  const pugi::xml_node root = document.child("resource-agent");
  if (!root) {
    return fail(Errc::invalid_input, "the meta-data has no resource-agent element");
  }
  agent::AgentInfo info;
  info.type = root.attribute("name").value();
  info.version = root.attribute("version").value();
  if (info.version.empty()) {
    info.version = trimmed(root.child_value("version"));
  }
  read_texts(root, "", info.shortdesc, info.longdesc, info.translations);
  for (const pugi::xml_node& node : root.child("parameters").children("parameter")) {
    info.parameters.push_back(parameter(node, info.translations));
  }
  for (const pugi::xml_node& node : root.child("actions").children("action")) {
    info.actions.push_back(action(node));
  }
  return info;
}

}  // namespace mainstay::ocf
