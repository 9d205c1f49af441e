// SPDX-License-Identifier: Apache-2.0
// Reading of the CIB's words: scores, times, booleans, rules and attribute blocks. Private to this
// folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <pugixml.hpp>

#include "core/cib/duration.h"
#include "core/model/cluster_state.h"

namespace mainstay::scheduler {

std::string attr(pugi::xml_node node, const char* name);
/// The same without a copy, for what there is much of.
std::string_view attr_view(pugi::xml_node node, const char* name);
bool attr_is(pugi::xml_node node, const char* name, const char* value);
/// Nothing if it is none of the words for true and false.
std::optional<bool> parse_bool(const std::string& text);
inline bool is_true(const std::string& text) {
  return parse_bool(text).value_or(false);
}
bool read_bool(const model::Values& values, const char* name, bool fallback);
int parse_score(std::string_view text, int fallback = 0);
using cib::parse_duration;
int parse_int(std::string_view text, int fallback);
/// ISO 8601 date and time as seconds since the epoch.
std::optional<std::int64_t> parse_date(const std::string& text);

/// What a rule may look at.
struct RuleContext {
  WallTime now;
  const model::Values* node_attributes = nullptr;  ///< null: node expressions are not looked at
  const model::Values* parameters = nullptr;       ///< of the resource, for value-source
  const model::Values* meta = nullptr;
  const model::AgentName* agent = nullptr;
  std::string operation;
  Duration interval{-1};
  std::optional<WallTime>* recheck_at = nullptr;
};

/// The configuration's nodes by their id, for id-ref and templates; made when first asked, as most
/// configurations use neither. The tree must outlive it, with its nodes as they were.
class IdIndex {
 public:
  explicit IdIndex(pugi::xml_node configuration) : configuration_(configuration) {}
  /// The node itself, or what its id-ref names.
  pugi::xml_node resolve(pugi::xml_node node) const;
  pugi::xml_node find(const std::string& id) const;

 private:
  pugi::xml_node configuration_;
  mutable std::unordered_map<std::string_view, pugi::xml_node> nodes_;
};

bool rule_holds(pugi::xml_node rule, const RuleContext& context);

/// The nvpairs of all blocks named `tag` below `parent`, by falling score and of equal scores the
/// last block first; the first value wins. Blocks whose rule fails are left out. `first`: id of a
/// block that goes before all.
void read_blocks(pugi::xml_node parent, const char* tag, const IdIndex& ids,
                 const RuleContext& context, model::Values& into, const std::string& first = "");

/// rsc_defaults or op_defaults: meta attributes of what does not say otherwise. Without rules they
/// are the same for everything, and read once.
class Defaults {
 public:
  Defaults(pugi::xml_node element, const IdIndex& ids);
  bool has_rules() const { return has_rules_; }
  bool empty() const { return !has_rules_ && values_.empty(); }
  /// Adds those that are not in `into` yet.
  void add(const RuleContext& context, model::Values& into) const;

 private:
  pugi::xml_node element_;
  const IdIndex& ids_;
  bool has_rules_ = false;
  model::Values values_;
};

/// Whether any rule in these blocks looks at a node's attributes.
bool depends_on_node(pugi::xml_node parent, const char* tag, const IdIndex& ids);

}  // namespace mainstay::scheduler
