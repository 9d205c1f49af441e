// SPDX-License-Identifier: Apache-2.0
// What a command line may say. CLI11 does the work; it is known to grammar.cpp alone, since every
// file that includes it compiles for seconds and constructs its validators when the program starts.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace mainstay::ctl {

/// An option that was added, to say more about it. As long as its CommandLine.
class OptionRule {
 public:
  explicit OptionRule(CLI::Option& option) : option_(&option) {}

  OptionRule required() const;
  OptionRule one_of(std::initializer_list<const char*> values) const;
  /// The environment's value counts where the option is not given.
  OptionRule from_environment(const char* variable) const;
  /// It may stand without a value.
  OptionRule value_is_optional() const;
  /// Once the command line has been read.
  bool was_given() const;

 private:
  CLI::Option* option_;
};

/// The program, one of its groups or one of its commands: what may follow its name. As long as its
/// CommandLine; so must be the values, which are written when the command line is read.
/// `names` are CLI11's: "-x,--xml-file"; with "{value}" what a flag stands for.
class Grammar {
 public:
  explicit Grammar(CLI::App& app) : app_(&app) {}

  OptionRule add_option(const char* names, std::string& value, const char* text) const;
  OptionRule add_option(const char* names, std::optional<std::string>& value,
                        const char* text) const;
  OptionRule add_option(const char* names, std::uint32_t& value, const char* text) const;
  /// All words that belong to no option.
  void add_words(std::vector<std::string>& words, const char* text) const;
  void add_flag(const char* names, bool& value, const char* text) const;
  void add_flag(const char* names, std::string& value, const char* text) const;
  void add_flag(const char* names, std::function<void()> when_given, const char* text) const;
  void set_help_flag(const char* names) const;

  Grammar add_command(const char* name, const char* text, std::function<void()> when_chosen) const;
  /// A group of commands, filled when the command line names it: to build all of them costs more
  /// than most commands do. With `alone` it may stand without one of them.
  void add_group(const char* name, const char* text, std::function<void(Grammar)> fill,
                 std::function<void()> alone) const;

 private:
  CLI::App* app_;
};

/// The grammar of a program, and its owner.
class CommandLine {
 public:
  /// Why the program is not to go on.
  struct Stop {
    bool served = false;     ///< help or the version was asked for, and has been printed
    std::string fault = {};  ///< else: what is wrong, in one line
    std::string help = {};   ///< of the command or group where it is wrong
  };

  CommandLine(const char* program, const char* text);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  const char* program() const { return program_; }
  Grammar grammar() const { return Grammar(*app_); }
  void set_version(const char* version) const;
  /// One of its commands must be given.
  void require_command() const;
  /// `arguments` without the program's name. Nothing: all values are written.
  std::optional<Stop> read(std::vector<std::string> arguments) const;

 private:
  const char* program_;
  std::unique_ptr<CLI::App> app_;
};

}  // namespace mainstay::ctl
