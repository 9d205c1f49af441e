// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/constraint_plan.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <pugixml.hpp>

#include "core/ctl/cib_index.h"

namespace mainstay::ctl {
namespace {

Error missing(const std::string& id) {
  return fail(Errc::not_found, "Resource '" + id + "' does not exist");
}

/// Constraints reach a clone's inside only from the clone itself, as pcs insists.
Status usable(const cib::Document& cib, const std::string& id, bool force) {
  const pugi::xml_node resource = find_resource(cib, id);
  if (!resource) {
    return missing(id);
  }
  const pugi::xml_node outer = outermost(resource);
  if (!force && outer != resource && std::string_view(outer.name()) != "group") {
    return fail(Errc::invalid_input, id + " is a " + outer.name() +
                                         " resource, you should use the " + outer.name() +
                                         " id: " + outer.attribute("id").value() +
                                         " when adding constraints, use --force to override");
  }
  return Done{};
}

Result<std::string> chosen_id(const cib::Document& cib, const Options& options,
                              const std::string& wanted) {
  const auto given = options.find("id");
  if (given == options.end()) {
    return free_id(cib, wanted);
  }
  auto fits = check_id(given->second, "constraint id");
  if (!fits) {
    return fits.error();
  }
  if (find_by_id(cib, given->second)) {
    return fail(Errc::already_exists, "id '" + given->second + "' is already in use");
  }
  return given->second;
}

Error unknown_option(const std::string& name, const std::string& known) {
  return fail(Errc::invalid_input, "invalid option '" + name + "', allowed options are: " + known);
}

bool is_action(std::string_view word) {
  return word == "start" || word == "stop" || word == "promote" || word == "demote";
}

std::string role_word(std::string_view word) {
  for (const std::string_view role :
       {"Started", "Stopped", "Promoted", "Unpromoted", "Master", "Slave"}) {
    if (word.size() == role.size() &&
        std::equal(word.begin(), word.end(), role.begin(),
                   [](char a, char b) { return (a | 0x20) == (b | 0x20); })) {
      return role == "Master" ? "Promoted" : role == "Slave" ? "Unpromoted" : std::string(role);
    }
  }
  return {};
}

/// "[ROLE-or-ACTION] ID" at the front of `words`.
struct Side {
  std::string qualifier;
  std::string id;
};

struct Pair {
  Side left;
  Side right;
  Words rest;
};

template <class IsQualifier>
Result<Pair> split_pair(const Words& words, const std::string& between, const std::string& usage,
                        IsQualifier is_qualifier) {
  const auto middle = std::find(words.begin(), words.end(), between);
  const auto before = std::distance(words.begin(), middle);
  if (middle == words.end() || before < 1 || before > 2 || std::distance(middle, words.end()) < 2) {
    return fail(Errc::invalid_input, usage);
  }
  Pair pair;
  pair.left.id = *(middle - 1);
  if (before == 2) {
    pair.left.qualifier = words[0];
  }
  auto next = middle + 1;
  if (is_qualifier(*next) && next + 1 != words.end() &&
      (next + 1)->find('=') == std::string::npos) {
    pair.right.qualifier = *next++;
  }
  pair.right.id = *next++;
  pair.rest = Words(next, words.end());
  if (!pair.left.qualifier.empty() && !is_qualifier(pair.left.qualifier)) {
    return fail(Errc::invalid_input, "invalid word '" + pair.left.qualifier + "'; " + usage);
  }
  return pair;
}

bool same_order(const pugi::xml_node& constraint, const Pair& pair) {
  return pair.left.id == constraint.attribute("first").value() &&
         pair.right.id == constraint.attribute("then").value() &&
         (pair.left.qualifier.empty() ? "start" : pair.left.qualifier) ==
             std::string_view(constraint.attribute("first-action").as_string("start")) &&
         (pair.right.qualifier.empty() ? "start" : pair.right.qualifier) ==
             std::string_view(constraint.attribute("then-action").as_string("start"));
}

Error duplicate(const std::string& described, const pugi::xml_node& existing) {
  return fail(Errc::already_exists,
              "duplicate constraint already exists, use --force to override\n  " + described +
                  " (id:" + existing.attribute("id").value() + ")");
}

Status check_order_option(const std::string& name, const std::string& value) {
  if (name == "kind" && value != "Optional" && value != "Mandatory" && value != "Serialize") {
    return fail(Errc::invalid_input, "invalid kind value '" + value +
                                         "', allowed values are: Optional, Mandatory, Serialize");
  }
  if ((name == "symmetrical" || name == "require-all") && !is_boolean(value)) {
    return fail(Errc::invalid_input,
                "invalid " + name + " value '" + value + "', allowed values are: false, true");
  }
  if (name != "id" && name != "kind" && name != "symmetrical" && name != "require-all") {
    return unknown_option(name, "'id', 'kind', 'require-all', 'symmetrical'");
  }
  return Done{};
}

}  // namespace

Result<Plan> plan_location(const cib::Document& cib, const Words& words, bool force) {
  if (words.size() < 3 || (words[1] != "prefers" && words[1] != "avoids")) {
    return fail(Errc::invalid_input,
                "write constraint location RESOURCE prefers|avoids NODE[=SCORE] [NODE[=SCORE]]…");
  }
  const std::string& resource = words[0];
  const bool avoids = words[1] == "avoids";
  auto fits = usable(cib, resource, force);
  if (!fits) {
    return fits.error();
  }
  Plan plan;
  for (auto word = words.begin() + 2; word != words.end(); ++word) {
    const std::size_t equals = word->find('=');
    const std::string node = word->substr(0, equals);
    std::string score = equals == std::string::npos ? "INFINITY" : word->substr(equals + 1);
    if (!is_score(score)) {
      return fail(Errc::invalid_input,
                  "invalid score '" + score + "', use integer or INFINITY or -INFINITY");
    }
    if (!find_node(cib, node) && !force) {
      return fail(Errc::not_found, no_such_node(node).context + ", use --force to override");
    }
    if (avoids) {
      score = score[0] == '-' ? score.substr(1) : "-" + score;
    }
    for (const pugi::xml_node constraint : section(cib, "constraints").children("rsc_location")) {
      if (resource == constraint.attribute("rsc").value() &&
          node == constraint.attribute("node").value() &&
          std::string_view(constraint.attribute("id").value()).substr(0, 4) != "cli-") {
        remove_element(plan.change, constraint);
      }
    }
    const std::string id = "location-" + resource + "-" + node + "-" + score;
    const pugi::xml_node taken = find_by_id(cib, id);
    const bool replaced =
        std::any_of(plan.change.begin(), plan.change.end(),
                    [&](const auto& edit) { return taken && edit.path == path_of(taken); });
    create_constraint(plan, "rsc_location",
                      {{"id", replaced ? id : free_id(cib, id)},
                       {"rsc", resource},
                       {"node", node},
                       {"score", score}});
  }
  return plan;
}

Result<Plan> plan_order(const cib::Document& cib, const Words& words, bool force) {
  auto pair = split_pair(words, "then",
                         "write constraint order [ACTION] RESOURCE then [ACTION] RESOURCE "
                         "[kind=Optional|Mandatory|Serialize] [symmetrical=true|false]; actions "
                         "are start, stop, promote, demote",
                         is_action);
  if (!pair) {
    return pair.error();
  }
  for (const std::string& id : {pair->left.id, pair->right.id}) {
    auto fits = usable(cib, id, force);
    if (!fits) {
      return fits.error();
    }
  }
  auto options = parse_options(pair->rest);
  if (!options) {
    return options.error();
  }
  const std::string first_action = pair->left.qualifier.empty() ? "start" : pair->left.qualifier;
  const std::string then_action = pair->right.qualifier.empty() ? "start" : pair->right.qualifier;
  std::string told = "first-action=" + first_action + " then-action=" + then_action;
  for (const auto& [name, value] : *options) {
    auto fits = check_order_option(name, value);
    if (!fits) {
      return fits.error();
    }
    if (name == "symmetrical" || name == "require-all") {
      told += " " + name + "=" + value;
    }
  }
  const std::string kind = options->contains("kind") ? options->at("kind") : "";
  if (!force) {
    for (const pugi::xml_node constraint : section(cib, "constraints").children("rsc_order")) {
      if (same_order(constraint, *pair)) {
        return duplicate(first_action + " " + pair->left.id + " then " + then_action + " " +
                             pair->right.id +
                             " (kind:" + constraint.attribute("kind").as_string("Mandatory") + ")",
                         constraint);
      }
    }
  }
  auto id = chosen_id(
      cib, *options,
      "order-" + pair->left.id + "-" + pair->right.id + "-" + (kind.empty() ? "mandatory" : kind));
  if (!id) {
    return id.error();
  }
  Plan plan;
  std::vector<std::pair<std::string, std::string>> attributes = {{"id", *id},
                                                                 {"first", pair->left.id},
                                                                 {"then", pair->right.id},
                                                                 {"first-action", first_action},
                                                                 {"then-action", then_action}};
  for (const auto& [name, value] : *options) {
    if (name != "id") {
      attributes.emplace_back(name, value);
    }
  }
  create_constraint(plan, "rsc_order", attributes);
  plan.messages.push_back("Adding " + pair->left.id + " " + pair->right.id + " (kind: " +
                          (kind.empty() ? "Mandatory" : kind) + ") (Options: " + told + ")");
  return plan;
}

Result<Plan> plan_colocation(const cib::Document& cib, const Words& words, bool force) {
  auto pair = split_pair(
      words, "with",
      "write constraint colocation add [ROLE] RESOURCE with [ROLE] RESOURCE [SCORE] [id=ID]",
      [](const std::string& word) { return !role_word(word).empty(); });
  if (!pair) {
    return pair.error();
  }
  for (const std::string& id : {pair->left.id, pair->right.id}) {
    auto fits = usable(cib, id, force);
    if (!fits) {
      return fits.error();
    }
  }
  std::string score = "INFINITY";
  Words rest = pair->rest;
  if (!rest.empty() && rest[0].find('=') == std::string::npos) {
    score = rest[0];
    rest.erase(rest.begin());
  }
  auto options = parse_options(rest);
  if (!options) {
    return options.error();
  }
  for (const auto& [name, value] : *options) {
    if (name == "score") {
      score = value;
    } else if (name != "id") {
      return unknown_option(name, "'id', 'score'");
    }
  }
  if (!is_score(score)) {
    return fail(Errc::invalid_input,
                "invalid score '" + score + "', use integer or INFINITY or -INFINITY");
  }
  if (!force) {
    for (const pugi::xml_node constraint : section(cib, "constraints").children("rsc_colocation")) {
      if (pair->left.id == constraint.attribute("rsc").value() &&
          pair->right.id == constraint.attribute("with-rsc").value()) {
        return duplicate(pair->left.id + " with " + pair->right.id +
                             " (score:" + constraint.attribute("score").value() + ")",
                         constraint);
      }
    }
  }
  auto id =
      chosen_id(cib, *options, "colocation-" + pair->left.id + "-" + pair->right.id + "-" + score);
  if (!id) {
    return id.error();
  }
  std::vector<std::pair<std::string, std::string>> attributes = {
      {"id", *id}, {"rsc", pair->left.id}, {"with-rsc", pair->right.id}, {"score", score}};
  if (!pair->left.qualifier.empty()) {
    attributes.emplace_back("rsc-role", role_word(pair->left.qualifier));
  }
  if (!pair->right.qualifier.empty()) {
    attributes.emplace_back("with-rsc-role", role_word(pair->right.qualifier));
  }
  Plan plan;
  create_constraint(plan, "rsc_colocation", attributes);
  return plan;
}

Result<Plan> plan_constraint_delete(const cib::Document& cib, const Words& ids) {
  Plan plan;
  Words lost;
  for (const std::string& id : ids) {
    const pugi::xml_node constraint =
        section(cib, "constraints").find_node([&](const pugi::xml_node& node) {
          return id == node.attribute("id").value();
        });
    if (!constraint) {
      lost.push_back("Unable to find constraint - '" + id + "'");
      continue;
    }
    remove_element(plan.change, constraint);
  }
  if (!lost.empty()) {
    return fail(Errc::not_found, join(lost, "\nError: "));
  }
  return plan;
}

}  // namespace mainstay::ctl
