// SPDX-License-Identifier: Apache-2.0
// Edits with the way back: what a change does to the tree is undone unless it is kept. For core/cib
// only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/cib/tree.h"

namespace mainstay::cib {

/// The edits of one change. Dies without keep(): the tree is as before, byte for byte.
class Transaction {
 public:
  explicit Transaction(pugi::xml_document& xml) : xml_(xml) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() { undo(); }

  Status perform(const Edit& edit);

  /// Puts the children of `from` (of another document) in the place of those of `into`.
  void replace_children(pugi::xml_node into, const pugi::xml_node& from);
  void set_attributes(pugi::xml_node node,
                      const std::vector<std::pair<std::string, std::string>>& attributes);

  bool changed_configuration() const { return changed_configuration_; }
  bool removed_from_status() const { return removed_from_status_; }

  void undo();
  void keep();

 private:
  /// One step back.
  struct Undo {
    enum class Kind { remove, put_back, attributes };
    Kind kind = Kind::remove;
    pugi::xml_node node;
    pugi::xml_node parent;
    pugi::xml_node next;
    std::vector<std::pair<std::string, std::string>> attributes;
  };

  Status create(const Edit& edit, pugi::xml_node parent);
  Status merge(const Edit& edit, pugi::xml_node parent);
  Status replace(const Edit& edit, pugi::xml_node old);
  Status remove(pugi::xml_node node);
  Status change_attributes(const Edit& edit, pugi::xml_node node);
  void merge_children(pugi::xml_node into, const pugi::xml_node& from);
  pugi::xml_node insert(pugi::xml_node parent, const pugi::xml_node& copied,
                        const pugi::xml_node& next);
  void take_out(pugi::xml_node node);
  void save_attributes(pugi::xml_node node);
  void note(const pugi::xml_node& node, bool removal);

  pugi::xml_document& xml_;
  pugi::xml_node removed_;  ///< holds what keep() will destroy
  std::vector<Undo> undos_;
  bool changed_configuration_ = false;
  bool removed_from_status_ = false;
};

}  // namespace mainstay::cib
