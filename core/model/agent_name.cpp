// SPDX-License-Identifier: Apache-2.0
#include "core/model/agent_name.h"

namespace mainstay::model {

std::string AgentName::text() const {
  return provider.empty() ? standard + ":" + type : standard + ":" + provider + ":" + type;
}

Result<AgentName> AgentName::parse(std::string_view text) {
  const auto malformed = [&] {
    return fail(Errc::invalid_input, "'" + std::string(text) +
                                         "' is not an agent name; write CLASS:TYPE or, for ocf, "
                                         "ocf:PROVIDER:TYPE (for example ocf:heartbeat:IPaddr2)");
  };
  const std::size_t first = text.find(':');
  if (first == std::string_view::npos || first == 0 || first + 1 == text.size()) {
    return malformed();
  }
  AgentName name;
  name.standard = text.substr(0, first);
  std::string_view rest = text.substr(first + 1);
  if (name.standard == "ocf") {
    const std::size_t second = rest.find(':');
    if (second == std::string_view::npos || second == 0 || second + 1 == rest.size()) {
      return malformed();
    }
    name.provider = rest.substr(0, second);
    rest = rest.substr(second + 1);
  }
  name.type = rest;
  return name;
}

}  // namespace mainstay::model
