// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/agent_project.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <vector>

namespace mainstay::ctl {
namespace {

constexpr std::size_t kMaxName = 64;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// It becomes part of file names, of an agent's name and of a build target's.
Status check_name(const std::string& name, const std::string& what) {
  const bool fits = !name.empty() && name.size() <= kMaxName && is_letter(name.front()) &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return is_letter(c) || is_digit(c) || c == '-' || c == '_';
                    });
  if (!fits) {
    return fail(Errc::invalid_input,
                fmt::format("'{}' cannot be the name of {}: begin with a letter and go on with "
                            "letters, digits, - and _, {} characters at most",
                            name, what, kMaxName));
  }
  return Done{};
}

/// "web-cache" -> "WebCacheAgent".
std::string class_name(const std::string& name) {
  std::string out;
  bool upper = true;
  for (const char c : name) {
    if (c == '-' || c == '_') {
      upper = true;
      continue;
    }
    out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return out + "Agent";
}

std::string filled(std::string_view text,
                   const std::vector<std::pair<std::string_view, std::string>>& places) {
  std::string out(text);
  for (const auto& [place, value] : places) {
    for (std::size_t at = out.find(place); at != std::string::npos;
         at = out.find(place, at + value.size())) {
      out.replace(at, place.size(), value);
    }
  }
  return out;
}

}  // namespace

Result<std::map<std::string, std::string>> agent_project(const std::string& name,
                                                         const std::string& provider) {
  for (const auto& [word, what] :
       {std::pair{name, "an agent"}, std::pair{provider, "a provider"}}) {
    if (const Status fits = check_name(word, what); !fits) {
      return fits.error();
    }
  }
  if (name == "test" || name == "install" || name == "all" || name == "clean") {
    return fail(
        Errc::invalid_input,
        fmt::format("'{}' cannot be the name of an agent: make has a target of that name", name));
  }
  std::map<std::string, std::string> files;
  for (const auto& [file, text] : kAgentTemplate) {
    files[std::string(file)] =
        filled(text, {{"@NAME@", name}, {"@PROVIDER@", provider}, {"@CLASS@", class_name(name)}});
  }
  return files;
}

Status write_files(const std::string& directory, const std::map<std::string, std::string>& files) {
  const std::filesystem::path folder(directory);
  for (const auto& [name, text] : files) {
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(folder / name, ignored))) {
      return fail(Errc::invalid_input, (folder / name).string() +
                                           " is there already and is not overwritten; choose "
                                           "another --directory");
    }
  }
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    return Error{failure, "directory " + directory + ": " + failure.message()};
  }
  for (const auto& [name, text] : files) {
    std::ofstream out(folder / name);
    out << text << std::flush;
    if (!out) {
      return fail(Errc::unavailable, "cannot write " + (folder / name).string());
    }
  }
  return Done{};
}

}  // namespace mainstay::ctl
