// SPDX-License-Identifier: Apache-2.0
// The grammar of `resource create`: keywords op, meta, clone and promotable each begin a part.
#include <algorithm>
#include <iterator>
#include <string_view>

#include "core/ctl/resource_create.h"

namespace mainstay::ctl {
namespace {

bool is_keyword(std::string_view word) {
  return word == "op" || word == "meta" || word == "clone" || word == "promotable" ||
         word == "master";
}

/// "monitor interval=10s timeout=5s start timeout=30s": a word without "=" begins an operation.
Status read_operations(const Words& words, std::vector<OperationArguments>& operations) {
  if (words.empty()) {
    return fail(Errc::invalid_input, "missing an operation after 'op'");
  }
  for (const std::string& word : words) {
    if (word.find('=') == std::string::npos) {
      operations.push_back({word, {}});
      continue;
    }
    if (operations.empty()) {
      return fail(Errc::invalid_input, "'" + word + "' does not appear to be a valid action name");
    }
    auto option = split_option(word);
    if (!option) {
      return option.error();
    }
    operations.back().options.insert(*option);
  }
  return Done{};
}

Status read_into(Options& target, const Words& words) {
  auto options = parse_options(words);
  if (!options) {
    return options.error();
  }
  target.merge(*options);
  return Done{};
}

Status read_clone(CreateArguments& arguments, Words words, bool promotable) {
  arguments.clone = true;
  arguments.promotable = promotable;
  if (!words.empty() && words[0].find('=') == std::string::npos) {
    arguments.clone_id = words[0];
    words.erase(words.begin());
  }
  return read_into(arguments.clone_meta, words);
}

Status read_part(CreateArguments& arguments, const std::string& keyword, const Words& words) {
  if (keyword.empty()) {
    return read_into(arguments.parameters, words);
  }
  if (keyword == "op") {
    return read_operations(words, arguments.operations);
  }
  if (keyword == "meta") {
    return read_into(arguments.meta, words);
  }
  return read_clone(arguments, words, keyword != "clone");
}

}  // namespace

Result<CreateArguments> parse_create(const Words& words) {
  if (words.size() < 2) {
    return fail(Errc::invalid_input,
                "resource create wants a resource id and an agent: resource create ID "
                "CLASS:[PROVIDER:]TYPE [NAME=VALUE]…");
  }
  CreateArguments arguments;
  arguments.id = words[0];
  arguments.agent = words[1];
  std::string keyword;
  for (auto word = words.begin() + 2;;) {
    const auto end = std::find_if(word, words.end(), is_keyword);
    const auto status = read_part(arguments, keyword, Words(word, end));
    if (!status) {
      return status.error();
    }
    if (end == words.end()) {
      return arguments;
    }
    keyword = *end;
    word = std::next(end);
  }
}

}  // namespace mainstay::ctl
