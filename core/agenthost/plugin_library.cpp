// SPDX-License-Identifier: Apache-2.0
// The only file that knows Boost.DLL.
#define BOOST_DLL_USE_STD_FS
#include "core/agenthost/plugin_library.h"

#include <cstring>

#include <boost/dll/shared_library.hpp>

#include "core/agent/agent_call.h"

namespace mainstay::agenthost {
namespace {

constexpr const char* kSymbol = "mainstay_agent_plugin";

}  // namespace

Result<PluginLibrary> PluginLibrary::load(const std::string& file) {
  try {
    auto library = std::make_shared<boost::dll::shared_library>(std::filesystem::path(file),
                                                                boost::dll::load_mode::rtld_now);
    if (!library->has(kSymbol)) {
      return fail(Errc::unsupported, std::string("it does not export ") + kSymbol);
    }
    // By itself first: of a table of another version nothing else may be relied on.
    const auto version = library->get<const std::uint32_t>(kSymbol);
    if (version != agent::abi::kVersion) {
      return fail(Errc::unsupported, agent::version_mismatch(version));
    }
    const auto& table = library->get<const agent::abi::Plugin>(kSymbol);
    // Only what `size` covers is there; what an older plugin lacks reads as null.
    const std::string wrong = agent::defect(table);
    if (!wrong.empty()) {
      return fail(Errc::unsupported, wrong);
    }
    struct Loaded {
      std::shared_ptr<boost::dll::shared_library> library;
      agent::abi::Plugin table{};
    };
    auto loaded = std::make_shared<Loaded>();
    loaded->library = std::move(library);
    std::memcpy(&loaded->table, &table,
                std::min<std::size_t>(table.size, sizeof(agent::abi::Plugin)));
    const agent::abi::Plugin* copy = &loaded->table;
    return PluginLibrary(std::move(loaded), copy);
  } catch (const std::exception& error) {
    return fail(Errc::unsupported, std::string("it cannot be loaded: ") + error.what());
  }
}

}  // namespace mainstay::agenthost
