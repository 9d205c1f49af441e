// SPDX-License-Identifier: Apache-2.0
// This node's transient attributes as its agents want them, and when the cluster is to hear of
// them. Pure.
//
// As with Pacemaker's attribute daemon, a dampened value waits until it has not changed for that
// long, and a value that changes nothing is not told. What the cluster has forgotten, because this
// node joined it anew, is told again.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/controller/messages.h"
#include "core/model/attribute.h"

namespace mainstay::controller {

class OwnAttributes {
 public:
  static constexpr std::size_t kMost = 1000;
  /// What the cluster knows of an attribute of this node.
  using Known = std::function<std::optional<std::string>(const std::string& name)>;

  /// False: there are too many.
  bool set(const model::AttributeUpdate& update, TimePoint now);
  /// Somebody else has changed it for this node: that value is this node's from now on.
  void adopt(const std::string& name, const std::optional<std::string>& value, bool is_private);
  /// What is to be told now: waited for long enough, and not what was told or is known.
  std::vector<model::AttributeUpdate> due(TimePoint now, const Known& known);
  /// When to ask again.
  std::optional<TimePoint> next() const;
  /// The cluster knows nothing of what it was told.
  void forget_told();

 private:
  struct Wanted {
    std::optional<std::string> value;
    std::optional<TimePoint> due;  ///< none: told
    bool is_private = false;
  };

  std::map<std::string, Wanted> all_;
};

}  // namespace mainstay::controller
