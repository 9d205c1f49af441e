// SPDX-License-Identifier: Apache-2.0
// What crm_mon prints of a cluster. The CIB that a view was made of must still be there.
#pragma once

#include <string>

#include "core/ctl/status_view.h"

namespace mainstay::ctl::crm {

struct MonOptions {
  bool by_node = false;
  bool inactive = false;  ///< text: resources that run nowhere, too
  bool attributes = false;
  bool fail_counts = false;
  bool operations = false;
  bool tickets = false;
  bool bans = false;
  bool headers = true;
};

/// `request`: the words of the command, as the result names them.
std::string mon_xml(const StatusView& view, const MonOptions& options, const std::string& request);
/// crm_mon's XML before all tools had one form.
std::string mon_legacy_xml(const StatusView& view, const MonOptions& options);
std::string mon_text(const StatusView& view, const MonOptions& options);
/// A page with the text, which a browser renews every `interval`.
std::string mon_html(const StatusView& view, const MonOptions& options, Duration interval);

}  // namespace mainstay::ctl::crm
