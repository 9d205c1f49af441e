// SPDX-License-Identifier: Apache-2.0
#include "core/store/cib_store.h"

#include <fmt/format.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <utility>

#include "core/base/read_file.h"
#include "core/base/write_file.h"
#include "core/cib/digest.h"

namespace mainstay::store {
namespace {

namespace fs = std::filesystem;

// The digest is the file's last line and a comment: one file is one rename, and any XML reader
// takes it.
constexpr std::string_view kDigestStart = "<!-- digest: ";
constexpr std::string_view kDigestEnd = " -->\n";
constexpr mode_t kMode = 0600;  // there are passwords in it
constexpr const char* kNewest = "cib.xml";
constexpr const char* kOldPrefix = "cib-";
constexpr const char* kAsidePrefix = "cib-aside-";

std::string with_digest(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out.back() != '\n') {
    out += '\n';
  }
  const std::string digest = cib::md5_hex(out);
  return out.append(kDigestStart).append(digest).append(kDigestEnd);
}

/// The text without its digest line, if that matches.
Result<std::string_view> checked(std::string_view stored) {
  const std::size_t at = stored.rfind(kDigestStart);
  if (at == std::string_view::npos ||
      stored.size() < at + kDigestStart.size() + kDigestEnd.size() ||
      stored.substr(stored.size() - kDigestEnd.size()) != kDigestEnd) {
    return fail(Errc::corrupt, "it is cut short or not mainstay's (no digest at its end)");
  }
  const std::string_view text = stored.substr(0, at);
  const std::size_t from = at + kDigestStart.size();
  if (stored.substr(from, stored.size() - kDigestEnd.size() - from) != cib::md5_hex(text)) {
    return fail(Errc::corrupt, "its digest does not match its content");
  }
  return text;
}

struct Generation {
  std::uint64_t number = 0;
  std::string path;
};

/// Files "<prefix>N.xml" of the directory, newest first.
std::vector<Generation> generations(const std::string& directory, std::string_view prefix) {
  std::vector<Generation> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (name.compare(0, prefix.size(), prefix) != 0) {
      continue;
    }
    std::uint64_t number = 0;
    const char* const begin = name.data() + prefix.size();
    const auto [end, failed] = std::from_chars(begin, name.data() + name.size(), number);
    if (failed == std::errc() && std::string_view(end) == ".xml") {
      found.push_back({number, entry.path().string()});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Generation& a, const Generation& b) { return a.number > b.number; });
  return found;
}

std::string next_path(const std::string& directory, std::string_view prefix,
                      const std::vector<Generation>& existing) {
  const std::uint64_t next = existing.empty() ? 1 : existing.front().number + 1;
  return directory + "/" + std::string(prefix) + std::to_string(next) + ".xml";
}

void prune(const std::vector<Generation>& existing, std::size_t keep) {
  for (std::size_t i = keep; i < existing.size(); ++i) {
    ::unlink(existing[i].path.c_str());
  }
}

Result<cib::Document> load(const std::string& path) {
  const auto stored = read_file(path, cib::Document::kMaxBytes);
  if (!stored) {
    return stored.error();
  }
  const auto text = checked(*stored);
  if (!text) {
    return text.error();
  }
  return cib::Document::parse(std::string(*text), path);
}

}  // namespace

Status write_generation(const std::string& directory, std::string_view text, int keep) {
  const std::string newest = directory + "/" + kNewest;
  const std::string temporary = directory + "/cib.xml.new";
  if (auto written = write_new_file(temporary, with_digest(text), kMode); !written) {
    return written;
  }
  const auto old = generations(directory, kOldPrefix);
  if (::link(newest.c_str(), next_path(directory, kOldPrefix, old).c_str()) != 0 &&
      errno != ENOENT) {
    return fail_errno("keep the previous generation of " + newest);
  }
  if (::rename(temporary.c_str(), newest.c_str()) != 0) {
    return fail_errno("rename " + temporary);
  }
  if (auto synced = sync_directory(directory); !synced) {
    return synced;
  }
  prune(generations(directory, kOldPrefix), static_cast<std::size_t>(std::max(keep, 1)));
  return Done{};
}

Result<Loaded> load_newest(const std::string& directory) {
  std::vector<std::string> candidates;
  const std::string newest = directory + "/" + kNewest;
  std::error_code error;
  if (fs::exists(newest, error)) {
    candidates.push_back(newest);
  }
  for (const Generation& old : generations(directory, kOldPrefix)) {
    candidates.push_back(old.path);
  }
  Loaded loaded;
  if (candidates.empty()) {
    // A directory that cannot be read is not one without a configuration.
    const fs::directory_iterator readable(directory, error);
    if (error && error != std::errc::no_such_file_or_directory) {
      return Error{error, "read " + directory + ": " + error.message()};
    }
    return loaded;
  }
  std::string complaints;
  for (const std::string& path : candidates) {
    auto document = load(path);
    if (document) {
      if (!complaints.empty()) {
        loaded.notices.push_back(
            fmt::format("The configuration on disk is damaged; going on with {} (version {}). {}",
                        path, document->version().text(), complaints));
      } else if (path != newest) {
        loaded.notices.push_back(fmt::format("{} is missing; going on with {} (version {})", newest,
                                             path, document->version().text()));
      }
      loaded.document = std::move(*document);
      return loaded;
    }
    complaints += (complaints.empty() ? "" : "; ") + path + ": " + document.error().context;
  }
  return fail(Errc::corrupt,
              "no good generation of the CIB in " + directory + " (" + complaints +
                  "); restore one from another node or a backup, or move the files away "
                  "to start with an empty configuration");
}

Result<std::string> keep_aside(const std::string& directory, std::string_view text) {
  const std::string path = next_path(directory, kAsidePrefix, generations(directory, kAsidePrefix));
  if (auto written = write_new_file(path, with_digest(text), kMode); !written) {
    return written.error();
  }
  if (auto synced = sync_directory(directory); !synced) {
    return synced.error();
  }
  prune(generations(directory, kAsidePrefix), kAsideKept);
  return path;
}

}  // namespace mainstay::store
