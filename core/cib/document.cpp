// SPDX-License-Identifier: Apache-2.0
#include "core/cib/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <iterator>

#include "core/base/check.h"
#include "core/cib/digest.h"
#include "core/cib/parse.h"
#include "core/cib/print.h"
#include "core/cib/tree.h"

namespace mainstay::cib {
namespace {

/// Larger counters are refused: they could not be counted on.
constexpr std::uint64_t kMaxCounter = 1ULL << 52U;

constexpr std::array<const char*, 3> kCounters = {"admin_epoch", "epoch", "num_updates"};
constexpr std::array<const char*, 4> kSections = {"crm_config", "nodes", "resources",
                                                  "constraints"};

std::uint64_t counter_of(const pugi::xml_node& cib, const char* name) {
  const std::string_view text = value_of(cib, name);
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_counter(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value <= kMaxCounter;
}

bool is_volatile(std::string_view attribute) {
  return attribute == "have-quorum" || attribute == "dc-uuid";
}

}  // namespace

std::string Version::text() const {
  return fmt::format("{}.{}.{}", admin_epoch, epoch, num_updates);
}

int Document::Tree::line_of(const pugi::xml_node& node) const {
  const auto offset = node.offset_debug();
  return marks && offset >= 0 ? static_cast<int>(marks->line_of(static_cast<std::size_t>(offset)))
                              : 0;
}

Document::Tree& TreeAccess::of(Document& document) {
  return document.tree();
}
const Document::Tree& TreeAccess::of(const Document& document) {
  return document.tree();
}

void set_attribute(pugi::xml_node node, const char* name, const std::string& value) {
  pugi::xml_attribute attribute = node.attribute(name);
  if (!attribute) {
    attribute = node.append_attribute(name);
  }
  attribute.set_value(storable(value).c_str());
}

pugi::xml_node child_with(const pugi::xml_node& parent, const char* name, const char* attribute,
                          std::string_view value) {
  for (pugi::xml_node child = parent.child(name); child; child = child.next_sibling(name)) {
    if (value_of(child, attribute) == value) {
      return child;
    }
  }
  return {};
}

pugi::xml_node child_or_new(pugi::xml_node parent, const char* name) {
  const pugi::xml_node child = parent.child(name);
  return child ? child : parent.append_child(name);
}

void ensure_sections(pugi::xml_node cib) {
  pugi::xml_node configuration = cib.child("configuration");
  if (!configuration) {
    configuration = cib.prepend_child("configuration");
  }
  for (const char* section : kSections) {
    child_or_new(configuration, section);
  }
  child_or_new(cib, "status");
}

Document::Document() : tree_(std::make_unique<Tree>()) {
  pugi::xml_node cib = tree_->xml.append_child("cib");
  mainstay::cib::set_attribute(cib, "crm_feature_set", "3.16.2");
  mainstay::cib::set_attribute(cib, "validate-with", "pacemaker-3.9");
  for (const char* counter : {"epoch", "num_updates", "admin_epoch"}) {
    mainstay::cib::set_attribute(cib, counter, "0");
  }
  ensure_sections(cib);
}

Document::Document(const Document& other) : resting_(other.resting_) {
  if (!other.is_at_rest()) {
    tree_ = std::make_unique<Tree>();
    tree_->xml.reset(other.tree_->xml);
  }
}

Document::Document(Document&&) noexcept = default;

Document& Document::operator=(const Document& other) {
  if (this != &other) {
    *this = Document(other);
  }
  return *this;
}

Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string xml, const std::string& source) {
  if (xml.starts_with("\xEF\xBB\xBF")) {
    xml.erase(0, 3);  // a byte order mark
  }
  Document document;
  Tree& tree = document.tree();
  tree.laid_out = std::move(xml);
  auto marks = parse_xml(tree.xml, tree.laid_out, source);
  if (!marks) {
    return marks.error();
  }
  const pugi::xml_node cib = tree.cib();
  const auto error = [&](const std::string& message) {
    return error_at(tree.laid_out, *marks, marks->tags.front(), source, message);
  };
  if (std::string_view(cib.name()) != "cib") {
    return error(fmt::format("the root element is <{}>; a CIB's is <cib>", cib.name()));
  }
  for (const char* counter : kCounters) {
    if (cib.attribute(counter) && !is_counter(value_of(cib, counter))) {
      return error(fmt::format("{}=\"{}\" is no count; write a whole number below 2^52", counter,
                               value_of(cib, counter)));
    }
  }
  tree.marks = std::move(*marks);
  ensure_sections(cib);
  return document;
}

Version Document::version() const {
  const pugi::xml_node cib = tree().cib();
  return {counter_of(cib, "admin_epoch"), counter_of(cib, "epoch"), counter_of(cib, "num_updates")};
}

void Document::set_version(const Version& version) {
  const pugi::xml_node cib = tree().cib();
  mainstay::cib::set_attribute(cib, "epoch", std::to_string(version.epoch));
  mainstay::cib::set_attribute(cib, "num_updates", std::to_string(version.num_updates));
  mainstay::cib::set_attribute(cib, "admin_epoch", std::to_string(version.admin_epoch));
}

std::string Document::attribute(const std::string& name) const {
  return tree().cib().attribute(name.c_str()).value();
}

void Document::set_attribute(const std::string& name, const std::string& value) {
  mainstay::cib::set_attribute(tree().cib(), name.c_str(), value);
}

std::string Document::text() const {
  std::string out;
  print(out, tree().cib(), 0);
  return out;
}

std::string Document::compact_text() const {
  if (is_at_rest()) {
    return resting_;
  }
  std::string out;
  print(out, tree().cib(), -1);
  return out;
}

std::string Document::configuration_text() const {
  // What changes without an epoch (num_updates, quorum, DC) stays out, so that the same epoch is
  // stored as the same bytes.
  pugi::xml_document head;
  pugi::xml_node stored = head.append_child("cib");
  for (const pugi::xml_attribute& attribute : tree().cib().attributes()) {
    if (!is_volatile(attribute.name())) {
      stored.append_copy(attribute);
    }
  }
  mainstay::cib::set_attribute(stored, "num_updates", "0");
  std::string out = "<cib";
  print_attributes(out, stored);
  out += ">\n";
  for (const pugi::xml_node& child : tree().cib().children()) {
    if (std::string_view(child.name()) != "status") {
      print(out, child, 1);
    }
  }
  return out + "  <status/>\n</cib>\n";
}

std::string Document::digest() const {
  return md5_hex(configuration_text());
}

pugi::xml_node Document::root() const {
  return tree().cib();
}

pugi::xml_node Document::mutable_root() {
  tree().histories.clear();
  tree().forget_lines();
  return tree().cib();
}

void Document::count_status_update() {
  tree().forget_lines();
  mainstay::cib::set_attribute(tree().cib(), "num_updates",
                               std::to_string(version().num_updates + 1));
}

void Document::rest() {
  if (!is_at_rest()) {
    resting_ = compact_text();
    resting_.shrink_to_fit();
    tree_.reset();
  }
}

Document::Tree& Document::tree() const {
  if (is_at_rest()) {
    auto built = std::make_unique<Tree>();
    built->laid_out = std::move(resting_);
    resting_.clear();
    const pugi::xml_parse_result parsed = built->xml.load_buffer_inplace(
        built->laid_out.data(), built->laid_out.size(), kParseFlags, pugi::encoding_utf8);
    MAINSTAY_CHECK(parsed);  // what print.h writes reads back
    tree_ = std::move(built);
  }
  return *tree_;
}

}  // namespace mainstay::cib
