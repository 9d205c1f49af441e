// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/grammar.h"

#include <algorithm>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "core/ctl/suggestion.h"

namespace mainstay::ctl {
namespace {

const CLI::App& deepest(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : deepest(*chosen.front());
}

/// The library says "a subcommand is required" where one was given that it does not know.
std::string describe(const CLI::App& group, const CLI::ParseError& error) {
  std::vector<std::string> known;
  for (const CLI::App* command : group.get_subcommands(nullptr)) {
    known.push_back(command->get_name());
  }
  const std::vector<std::string> words = group.remaining();
  if (known.empty() || words.empty()) {
    return error.what();
  }
  const std::string meant = nearest_word(words.front(), known);
  return "unknown command '" + words.front() + "'" +
         (meant.empty() ? "" : "; did you mean '" + meant + "'?");
}

}  // namespace

OptionRule OptionRule::required() const {
  option_->required();
  return *this;
}

OptionRule OptionRule::one_of(std::initializer_list<const char*> values) const {
  option_->check(CLI::IsMember(std::vector<std::string>(values.begin(), values.end())));
  return *this;
}

OptionRule OptionRule::from_environment(const char* variable) const {
  option_->envname(variable);
  return *this;
}

OptionRule OptionRule::value_is_optional() const {
  option_->expected(0, 1);
  return *this;
}

bool OptionRule::was_given() const {
  return option_->count() > 0;
}

OptionRule Grammar::add_option(const char* names, std::string& value, const char* text) const {
  CLI::Option& option = *app_->add_option(names, value, text);
  return OptionRule(value.empty() ? option : *option.capture_default_str());
}

OptionRule Grammar::add_option(const char* names, std::optional<std::string>& value,
                               const char* text) const {
  return OptionRule(*app_->add_option(names, value, text));
}

OptionRule Grammar::add_option(const char* names, std::uint32_t& value, const char* text) const {
  return OptionRule(*app_->add_option(names, value, text));
}

void Grammar::add_words(std::vector<std::string>& words, const char* text) const {
  app_->add_option("words", words, text)->option_text(" ")->expected(0, -1);
}

void Grammar::add_flag(const char* names, bool& value, const char* text) const {
  app_->add_flag(names, value, text);
}

void Grammar::add_flag(const char* names, std::string& value, const char* text) const {
  app_->add_flag(names, value, text);
}

void Grammar::add_flag(const char* names, std::function<void()> when_given,
                       const char* text) const {
  app_->add_flag_callback(names, std::move(when_given), text);
}

void Grammar::set_help_flag(const char* names) const {
  app_->set_help_flag(names, "Print this help and exit");
}

Grammar Grammar::add_command(const char* name, const char* text,
                             std::function<void()> when_chosen) const {
  CLI::App* const added = app_->add_subcommand(name, text);
  added->callback(std::move(when_chosen));
  return Grammar(*added);
}

void Grammar::add_group(const char* name, const char* text, std::function<void(Grammar)> fill,
                        std::function<void()> alone) const {
  CLI::App* const added = app_->add_subcommand(name, text);
  added->require_subcommand(alone ? 0 : 1, 1);
  added->preparse_callback([added, fill = std::move(fill)](std::size_t) { fill(Grammar(*added)); });
  if (alone) {
    added->callback([added, alone = std::move(alone)] {
      if (added->get_subcommands().empty()) {
        alone();
      }
    });
  }
}

CommandLine::CommandLine(const char* program, const char* text)
    : program_(program), app_(std::make_unique<CLI::App>(text, program)) {}

CommandLine::~CommandLine() = default;

void CommandLine::set_version(const char* version) const {
  app_->set_version_flag("--version", version);
}

void CommandLine::require_command() const {
  app_->require_subcommand(1);
}

std::optional<CommandLine::Stop> CommandLine::read(std::vector<std::string> arguments) const {
  std::reverse(arguments.begin(), arguments.end());  // as the library wants them
  try {
    app_->parse(std::move(arguments));
  } catch (const CLI::Success& success) {
    app_->exit(success);
    return Stop{.served = true};
  } catch (const CLI::ParseError& error) {
    const CLI::App& group = deepest(*app_);
    return Stop{.fault = describe(group, error), .help = group.help()};
  }
  return std::nullopt;
}

}  // namespace mainstay::ctl
