// SPDX-License-Identifier: Apache-2.0
// Rules: boolean expressions over node attributes, dates, the resource and the operation. A rule
// without expressions holds; "and" is the default.
#include <algorithm>
#include <cstring>
#include <ctime>

#include "core/scheduler/read/xml.h"

namespace mainstay::scheduler {
namespace {

/// What is no number is compared as text.
bool is_number(const std::string& text, double& value) {
  char* end = nullptr;
  value = std::strtod(text.c_str(), &end);
  return end != text.c_str();
}

int compare_typed(const std::string& a, const std::string& b, const std::string& type) {
  double first = 0;
  double second = 0;
  if ((type == "integer" || type == "number") && is_number(a, first) && is_number(b, second)) {
    const double left =
        type == "integer" ? static_cast<double>(static_cast<long long>(first)) : first;
    const double right =
        type == "integer" ? static_cast<double>(static_cast<long long>(second)) : second;
    return left < right ? -1 : (left > right ? 1 : 0);
  }
  if (type == "version") {
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() || j < b.size()) {
      const int x = i < a.size() ? std::atoi(a.c_str() + i) : 0;
      const int y = j < b.size() ? std::atoi(b.c_str() + j) : 0;
      if (x != y) {
        return x < y ? -1 : 1;
      }
      const auto next = [](const std::string& s, std::size_t at) {
        const auto dot = s.find('.', at);
        return dot == std::string::npos ? s.size() : dot + 1;
      };
      i = next(a, std::min(i, a.size()));
      j = next(b, std::min(j, b.size()));
    }
    return 0;
  }
  return strcasecmp(a.c_str(), b.c_str());
}

bool attribute_expression(pugi::xml_node expression, const RuleContext& context) {
  if (context.node_attributes == nullptr) {
    return false;
  }
  std::string name = attr(expression, "attribute");
  const std::string operation = attr(expression, "operation");
  const auto found = context.node_attributes->find(name);
  const bool defined = found != context.node_attributes->end();
  if (operation == "defined") {
    return defined;
  }
  if (operation == "not_defined") {
    return !defined;
  }
  std::optional<std::string> value;
  if (expression.attribute("value")) {
    value = attr(expression, "value");
  }
  const std::string source = attr(expression, "value-source");
  const model::Values* table =
      source == "param" ? context.parameters : (source == "meta" ? context.meta : nullptr);
  if (value && table != nullptr) {
    const auto it = table->find(*value);
    value = it == table->end() ? std::nullopt : std::optional(it->second);
  }
  if (!defined || !value) {
    return operation == "ne" && (defined || value.has_value());
  }
  std::string type = attr(expression, "type");
  if (type.empty()) {
    const bool order = operation != "eq" && operation != "ne";
    const bool fraction =
        found->second.find('.') != std::string::npos || value->find('.') != std::string::npos;
    type = order ? (fraction ? "number" : "integer") : "string";
  }
  const int result = compare_typed(found->second, *value, type);
  if (operation == "eq") {
    return result == 0;
  }
  if (operation == "ne") {
    return result != 0;
  }
  if (operation == "lt") {
    return result < 0;
  }
  if (operation == "lte") {
    return result <= 0;
  }
  return operation == "gt" ? result > 0 : (operation == "gte" && result >= 0);
}

void note_change(const RuleContext& context, std::int64_t seconds) {
  if (context.recheck_at == nullptr) {
    return;
  }
  const WallTime when{std::chrono::seconds(seconds)};
  if (when > context.now && (!*context.recheck_at || **context.recheck_at > when)) {
    *context.recheck_at = when;
  }
}

bool in_ranges(const std::string& ranges, int value) {
  if (ranges.empty()) {
    return true;
  }
  std::size_t at = 0;
  while (at <= ranges.size()) {
    const std::size_t comma = std::min(ranges.find(',', at), ranges.size());
    const std::string part = ranges.substr(at, comma - at);
    const auto dash = part.find('-', 1);
    const int low = parse_int(part, 0);
    if (dash == std::string::npos) {
      if (value == low) {
        return true;
      }
    } else {
      const std::string high = part.substr(dash + 1);
      if (value >= low && (high.empty() || value <= parse_int(high, 0))) {
        return true;
      }
    }
    at = comma + 1;
  }
  return false;
}

int iso_week(const std::tm& t) {
  char text[8];
  std::strftime(text, sizeof text, "%V", &t);
  return std::atoi(text);
}

bool date_spec(pugi::xml_node spec, std::int64_t now) {
  const std::time_t seconds = now;
  std::tm t{};
  gmtime_r(&seconds, &t);
  const std::pair<const char*, int> fields[] = {{"seconds", t.tm_sec},
                                                {"minutes", t.tm_min},
                                                {"hours", t.tm_hour},
                                                {"monthdays", t.tm_mday},
                                                {"weekdays", t.tm_wday == 0 ? 7 : t.tm_wday},
                                                {"yeardays", t.tm_yday + 1},
                                                {"weeks", iso_week(t)},
                                                {"months", t.tm_mon + 1},
                                                {"years", t.tm_year + 1900}};
  return std::all_of(std::begin(fields), std::end(fields), [&](const auto& field) {
    return in_ranges(attr(spec, field.first), field.second);
  });
}

std::int64_t add_duration(std::int64_t start, pugi::xml_node duration) {
  const auto get = [&](const char* name) { return parse_int(attr(duration, name), 0); };
  std::time_t seconds = start;
  std::tm t{};
  gmtime_r(&seconds, &t);
  t.tm_year += get("years");
  t.tm_mon += get("months");
  t.tm_mday += get("weeks") * 7 + get("days");
  t.tm_hour += get("hours");
  t.tm_min += get("minutes");
  t.tm_sec += get("seconds");
  return timegm(&t);
}

bool date_expression(pugi::xml_node expression, const RuleContext& context) {
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(context.now.time_since_epoch()).count();
  const auto start = parse_date(attr(expression, "start"));
  auto end = parse_date(attr(expression, "end"));
  const std::string operation = attr(expression, "operation");
  if (start && !end && expression.child("duration")) {
    end = add_duration(*start, expression.child("duration"));
  }
  if (operation == "date_spec") {
    return date_spec(expression.child("date_spec"), now);
  }
  if (operation == "gt") {
    if (start) {
      note_change(context, *start + 1);
    }
    return start && now > *start;
  }
  if (operation == "lt") {
    if (end) {
      note_change(context, *end);
    }
    return end && now < *end;
  }
  if (start && now < *start) {
    note_change(context, *start);
    return false;
  }
  if (end && now > *end) {
    return false;
  }
  if (end) {
    note_change(context, *end + 1);
  }
  return start || end;
}

bool expression_holds(pugi::xml_node node, const RuleContext& context) {
  const std::string name = node.name();
  if (name == "rule") {
    return rule_holds(node, context);
  }
  if (name == "expression") {
    return attribute_expression(node, context);
  }
  if (name == "date_expression") {
    return date_expression(node, context);
  }
  if (name == "rsc_expression") {
    const auto matches = [&](const char* key, const std::string& value) {
      return !node.attribute(key) || attr(node, key) == value;
    };
    return context.agent != nullptr && matches("class", context.agent->standard) &&
           matches("provider", context.agent->provider) && matches("type", context.agent->type);
  }
  if (name == "op_expression") {
    if (context.operation.empty() || attr(node, "name") != context.operation) {
      return false;
    }
    return !node.attribute("interval") ||
           parse_duration(attr(node, "interval")).value_or(Duration(0)) == context.interval;
  }
  return false;
}

}  // namespace

bool rule_holds(pugi::xml_node rule, const RuleContext& context) {
  const bool any = attr(rule, "boolean-op") == "or";
  bool seen = false;
  bool one = false;
  bool all = true;
  for (const pugi::xml_node child : rule.children()) {
    if (child.type() != pugi::node_element || std::strstr(child.name(), "e") == nullptr) {
      continue;
    }
    seen = true;
    const bool holds = expression_holds(child, context);
    one = one || holds;
    all = all && holds;
  }
  return !seen || (any ? one : all);
}

}  // namespace mainstay::scheduler
