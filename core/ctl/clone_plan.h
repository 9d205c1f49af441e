// SPDX-License-Identifier: Apache-2.0
// `resource clone`, `promotable` and `unclone`: putting a resource or group into a clone and taking
// it out.
#pragma once

#include "core/ctl/resource_create.h"

namespace mainstay::ctl {

struct CloneArguments {
  std::string resource;
  std::string clone_id;  ///< empty: RESOURCE-clone
  bool promotable = false;
  Options meta;
};

/// RESOURCE [CLONE-ID] [meta] [k=v…].
Result<CloneArguments> parse_clone(const Words& words, bool promotable);

/// A primitive or group of its own becomes the content of a new clone.
Result<Plan> plan_clone(const cib::Document& cib, const CloneArguments& arguments);

/// `id` is the clone's or its content's. Constraints on the clone go with it.
Result<Plan> plan_unclone(const cib::Document& cib, const std::string& id);

}  // namespace mainstay::ctl
