// SPDX-License-Identifier: Apache-2.0
// One copy of the CIB: an XML tree in Pacemaker's dialect that changes only by Edits, all or
// nothing.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pugi {
class xml_node;
}

namespace mainstay::cib {

/// Pacemaker's three counters, compared in this order.
struct Version {
  std::uint64_t admin_epoch = 0;
  std::uint64_t epoch = 0;
  std::uint64_t num_updates = 0;
  auto operator<=>(const Version&) const = default;
  std::string text() const;  ///< "0.12.3"
};

/// One change of the tree. `path` is a restricted XPath: "/cib/configuration/resources",
/// "/cib/configuration/resources//primitive[@id='VIP']", "/cib/status/node_state[@uname='node1']":
/// steps joined by "/" or "//", each a name (or *) with at most one [@attribute='value'].
struct Edit {
  enum class Kind {
    create,  ///< append the element `xml` under the one element at `path`; fails if its id is taken
    merge,   ///< `xml` replaces or joins what stands at `path`: same name+id → attributes and
            ///< children merged, else appended (cibadmin --modify --allow-create); `path` names the
            ///< parent
    replace,           ///< the one element at `path` becomes `xml`; fails if there is none
    remove,            ///< removes the one element at `path`; fails if there is none
    remove_all,        ///< removes every element at `path`, possibly none
    set_attributes,    ///< sets `attributes` on the one element at `path`
    unset_attributes,  ///< removes the attributes named in `attributes` (values ignored)
  };
  Kind kind = Kind::create;
  std::string path{};
  std::string xml{};
  std::map<std::string, std::string> attributes{};
  std::string before{};  ///< create only: id of the sibling to stand in front of; empty: last
  bool operator==(const Edit&) const = default;
};

using Change = std::vector<Edit>;

/// Who asked for a change of the configuration; kept in the cib element as Pacemaker does
/// (update-client, …).
struct Origin {
  std::string client;
  std::string user;
  std::string node;
};

/// A value: copying copies the tree. Two documents that took the same changes in the same order are
/// equal to the byte. Threading: none inside.
class Document {
 public:
  struct Tree;  ///< opaque

  /// Limits of parse(): bytes of text, depth of nesting, number of elements.
  static constexpr std::size_t kMaxBytes = 256UL << 20U;
  static constexpr int kMaxDepth = 64;

  /// A new, empty CIB (epoch 0) with the sections that Pacemaker makes.
  Document();
  Document(const Document&);
  Document(Document&&) noexcept;
  Document& operator=(const Document&);
  Document& operator=(Document&&) noexcept;
  ~Document();

  /// Errors name `source`, line and column, the element and what to do. Missing sections are added.
  /// Give the text away where it is large: the tree is built in it.
  static Result<Document> parse(std::string xml, const std::string& source);

  Version version() const;
  void set_version(const Version& version);
  /// Attributes of the cib element itself (have-quorum, dc-uuid, cib-last-written, …); never
  /// counted as a change.
  std::string attribute(const std::string& name) const;
  void set_attribute(const std::string& name, const std::string& value);

  /// Applies all edits or none. Anything changed under configuration: the result is validated (see
  /// validate.h) and epoch grows by one, num_updates becomes 0, and the update-* attributes are
  /// set; otherwise num_updates grows by one.
  Status apply(const Change& change, const Origin& origin, WallTime now);

  /// Replaces the configuration as `cibadmin --replace` does. `replacement` must not be older by
  /// admin_epoch and epoch, else Errc::conflict (num_updates does not count: the status changes all
  /// the time); the new version is its own if newer, else ours with epoch + 1.
  Status replace_configuration(const Document& replacement, const Origin& origin, WallTime now);

  std::string text() const;                ///< everything, indented by two blanks
  std::string compact_text() const;        ///< everything, without indentation: what travels
  std::string configuration_text() const;  ///< without the status section: what is stored
  std::string digest() const;              ///< MD5 (hex) of the stored form

  /// The <cib> element, for readers. Valid until the document changes or rests.
  pugi::xml_node root() const;
  /// For the modules of core/cib that write the status section; callers elsewhere use Edits.
  pugi::xml_node mutable_root();
  /// Counts a change made through mutable_root() below status.
  void count_status_update();
  /// Keeps the compact text alone, which takes a third of the tree's memory and is what readers
  /// mostly ask for. Whatever needs the tree, readers too, builds it again, in less time than a
  /// plan takes. For times when nothing else is to be done; nothing that can be seen changes, but
  /// what root() gave is no longer valid.
  void rest();
  bool is_at_rest() const { return tree_ == nullptr; }

 private:
  friend struct TreeAccess;  // the other sources of core/cib
  Tree& tree() const;
  mutable std::unique_ptr<Tree> tree_;
  mutable std::string resting_;  ///< the compact text while there is no tree
};

}  // namespace mainstay::cib
