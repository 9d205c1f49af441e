// SPDX-License-Identifier: Apache-2.0
// Removed elements are moved aside within the same document and destroyed only when the change is
// kept, so that undoing costs what was changed and not a copy of the CIB.
#include "core/cib/edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/base/xml_escape.h"
#include "core/cib/complaints.h"
#include "core/cib/parse.h"
#include "core/cib/path.h"

namespace mainstay::cib {
namespace {

/// The section of the CIB that the node lies in: "configuration", "status"; empty for the cib
/// element itself and for what was removed.
std::string_view section_of(pugi::xml_node node) {
  pugi::xml_node below;
  while (node.parent().parent()) {
    below = node;
    node = node.parent();
  }
  return std::string_view(node.name()) == "cib" ? below.name() : "";
}

/// The cib element and the sections that every CIB has.
bool is_fixed(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::string_view parent = node.parent().name();
  if (parent.empty()) {
    return true;
  }
  if (parent == "cib") {
    return name == "configuration" || name == "status";
  }
  return parent == "configuration" && std::string_view(node.parent().parent().name()) == "cib" &&
         (name == "crm_config" || name == "nodes" || name == "resources" || name == "constraints");
}

bool is_inside(pugi::xml_node node, const pugi::xml_node& top) {
  while (node && node != top) {
    node = node.parent();
  }
  return static_cast<bool>(node);
}

int height_of(const pugi::xml_node& node) {
  int height = 0;
  for (const pugi::xml_node& child : node.children()) {
    height = std::max(height, height_of(child));
  }
  return height + 1;
}

int depth_of(pugi::xml_node node) {
  int depth = 0;
  for (; node.parent(); node = node.parent()) {
    ++depth;
  }
  return depth;
}

/// Finds the element that has the id where `parent` is: anywhere in the configuration, or among
/// the children elsewhere.
pugi::xml_node find_taken(const pugi::xml_node& parent, const pugi::xml_node& added) {
  const std::string_view id = value_of(added, "id");
  if (id.empty()) {
    return {};
  }
  const bool unique = section_of(parent) == "configuration" && declares_id(added);
  if (!unique) {
    return child_with(parent, added.name(), "id", id);
  }
  pugi::xml_node top = parent;
  while (std::string_view(top.name()) != "configuration") {
    top = top.parent();
  }
  return top.find_node(
      [&](const pugi::xml_node& node) { return value_of(node, "id") == id && declares_id(node); });
}

constexpr std::size_t kLongestName = 256;

/// A tree with the text that it is built in.
struct Fragment {
  std::string text;
  pugi::xml_document xml;
};

Result<pugi::xml_node> parse_fragment(Fragment& fragment, const Edit& edit,
                                      const pugi::xml_node& parent) {
  fragment.text = edit.xml;
  const auto parsed = parse_xml(fragment.xml, fragment.text, "edit at " + edit.path);
  if (!parsed) {
    return parsed.error();
  }
  const pugi::xml_node added = fragment.xml.document_element();
  if (depth_of(parent) + height_of(added) > Document::kMaxDepth) {
    return fail(Errc::limit_exceeded,
                fmt::format("edit at {}: elements would be nested deeper than {}", edit.path,
                            Document::kMaxDepth));
  }
  return added;
}

}  // namespace

Status Transaction::perform(const Edit& edit) {
  const auto steps = parse_path(edit.path);
  if (!steps) {
    return steps.error();
  }
  const std::vector<pugi::xml_node> found = find_all(xml_.document_element(), *steps);
  if (edit.kind == Edit::Kind::remove_all) {
    for (const pugi::xml_node& node : found) {
      // One that lies below another has gone with it.
      const bool gone = removed_ && is_inside(node, removed_);
      if (Status removed = gone ? Status(Done{}) : remove(node); !removed) {
        return removed;
      }
    }
    return Done{};
  }
  if (found.empty()) {
    return fail(Errc::not_found, fmt::format("nothing in the CIB is at {}", edit.path));
  }
  if (found.size() > 1) {
    return fail(Errc::conflict,
                fmt::format("{} elements of the CIB are at {}; name one", found.size(), edit.path));
  }
  const pugi::xml_node node = found.front();
  switch (edit.kind) {
    case Edit::Kind::create:
      return create(edit, node);
    case Edit::Kind::merge:
      return merge(edit, node);
    case Edit::Kind::replace:
      return replace(edit, node);
    case Edit::Kind::remove:
      return remove(node);
    default:
      return change_attributes(edit, node);
  }
}

Status Transaction::create(const Edit& edit, pugi::xml_node parent) {
  Fragment fragment;
  const auto added = parse_fragment(fragment, edit, parent);
  if (!added) {
    return added.error();
  }
  if (const pugi::xml_node taken = find_taken(parent, *added)) {
    return fail(Errc::already_exists, fmt::format("id '{}' is taken by a <{}>; choose another one",
                                                  value_of(*added, "id"), taken.name()));
  }
  pugi::xml_node next;
  if (!edit.before.empty()) {
    next = parent.find_child_by_attribute("id", edit.before.c_str());
    if (!next) {
      return fail(Errc::not_found, fmt::format("no element with id '{}' is directly below {}",
                                               edit.before, edit.path));
    }
  }
  insert(parent, *added, next);
  return Done{};
}

Status Transaction::merge(const Edit& edit, pugi::xml_node parent) {
  Fragment fragment;
  const auto added = parse_fragment(fragment, edit, parent);
  if (!added) {
    return added.error();
  }
  merge_children(parent, fragment.xml);
  return Done{};
}

Status Transaction::replace(const Edit& edit, pugi::xml_node old) {
  Fragment fragment;
  const auto added = parse_fragment(fragment, edit, old.parent());
  if (!added) {
    return added.error();
  }
  if (is_fixed(old) &&
      (old == xml_.document_element() || std::string_view(added->name()) != old.name())) {
    return fail(Errc::conflict,
                fmt::format("<{}> cannot become a <{}>", old.name(), added->name()));
  }
  const pugi::xml_node parent = old.parent();
  const pugi::xml_node next = old.next_sibling();
  take_out(old);
  const pugi::xml_node inserted = insert(parent, *added, next);
  if (std::string_view(inserted.name()) == "configuration" && parent == xml_.document_element()) {
    ensure_sections(xml_.document_element());
  }
  return Done{};
}

Status Transaction::remove(pugi::xml_node node) {
  if (is_fixed(node)) {
    return fail(Errc::conflict, fmt::format("the section <{}> cannot be removed; remove what it "
                                            "holds",
                                            node.name()));
  }
  take_out(node);
  return Done{};
}

Status Transaction::change_attributes(const Edit& edit, pugi::xml_node node) {
  std::vector<std::pair<std::string, std::string>> changed;
  for (const auto& [name, value] : edit.attributes) {
    const pugi::xml_attribute old = node.attribute(name.c_str());
    if (edit.kind == Edit::Kind::unset_attributes) {
      if (old) {
        save_attributes(node);
        node.remove_attribute(old);
      }
      continue;
    }
    if (name.size() > kLongestName || !is_xml_name(name) || storable(name) != name ||
        storable(value) != value) {
      return fail(
          Errc::invalid_input,
          fmt::format("'{}' at {}: its name or value cannot stand in XML", name, edit.path));
    }
    if (!old || value != old.value()) {
      changed.emplace_back(name, value);
    }
  }
  set_attributes(node, changed);
  return Done{};
}

void Transaction::merge_children(pugi::xml_node into, const pugi::xml_node& from) {
  for (const pugi::xml_node& child : from.children()) {
    if (child.type() != pugi::node_element) {
      continue;
    }
    const pugi::xml_attribute id = child.attribute("id");
    const pugi::xml_node old =
        id ? child_with(into, child.name(), "id", id.value()) : into.child(child.name());
    if (!old) {
      insert(into, child, {});
      continue;
    }
    std::vector<std::pair<std::string, std::string>> attributes;
    for (const pugi::xml_attribute& attribute : child.attributes()) {
      const pugi::xml_attribute before = old.attribute(attribute.name());
      if (!before || std::string_view(before.value()) != attribute.value()) {
        attributes.emplace_back(attribute.name(), attribute.value());
      }
    }
    set_attributes(old, attributes);
    merge_children(old, child);
  }
}

void Transaction::replace_children(pugi::xml_node into, const pugi::xml_node& from) {
  while (into.first_child()) {
    take_out(into.first_child());
  }
  for (const pugi::xml_node& child : from.children()) {
    insert(into, child, {});
  }
}

void Transaction::set_attributes(
    pugi::xml_node node, const std::vector<std::pair<std::string, std::string>>& attributes) {
  if (attributes.empty()) {
    return;
  }
  save_attributes(node);
  for (const auto& [name, value] : attributes) {
    mainstay::cib::set_attribute(node, name.c_str(), value);
  }
}

pugi::xml_node Transaction::insert(pugi::xml_node parent, const pugi::xml_node& copied,
                                   const pugi::xml_node& next) {
  const pugi::xml_node node =
      next ? parent.insert_copy_before(copied, next) : parent.append_copy(copied);
  undos_.push_back({Undo::Kind::remove, node, parent, {}, {}});
  note(node, false);
  return node;
}

void Transaction::take_out(pugi::xml_node node) {
  note(node, true);
  undos_.push_back({Undo::Kind::put_back, node, node.parent(), node.next_sibling(), {}});
  if (!removed_) {
    removed_ = xml_.append_child("removed");
  }
  removed_.append_move(node);
}

void Transaction::save_attributes(pugi::xml_node node) {
  Undo undo{Undo::Kind::attributes, node, {}, {}, {}};
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    undo.attributes.emplace_back(attribute.name(), attribute.value());
  }
  undos_.push_back(std::move(undo));
  note(node, false);
}

void Transaction::note(const pugi::xml_node& node, bool removal) {
  const bool in_status = section_of(node) == "status";
  changed_configuration_ = changed_configuration_ || !in_status;
  removed_from_status_ = removed_from_status_ || (removal && in_status);
}

void Transaction::undo() {
  while (!undos_.empty()) {
    Undo& undo = undos_.back();
    switch (undo.kind) {
      case Undo::Kind::remove:
        undo.parent.remove_child(undo.node);
        break;
      case Undo::Kind::put_back:
        if (undo.next) {
          undo.parent.insert_move_before(undo.node, undo.next);
        } else {
          undo.parent.append_move(undo.node);
        }
        break;
      case Undo::Kind::attributes:
        undo.node.remove_attributes();
        for (const auto& [name, value] : undo.attributes) {
          mainstay::cib::set_attribute(undo.node, name.c_str(), value);
        }
        break;
    }
    undos_.pop_back();
  }
  keep();
  changed_configuration_ = false;
  removed_from_status_ = false;
}

void Transaction::keep() {
  if (removed_) {
    xml_.remove_child(removed_);
    removed_ = {};
  }
  undos_.clear();
}

}  // namespace mainstay::cib
