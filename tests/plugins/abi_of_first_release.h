// SPDX-License-Identifier: Apache-2.0
// The table as the first release had it. Frozen: never to be brought up to date.
#pragma once

#include <cstdint>

namespace first_release {

struct Parameter {
  const char* name;
  const char* shortdesc;
  const char* longdesc;
  const char* default_value;
  const char* replaced_with;
  std::int32_t type;
  bool required;
  bool unique;
  bool reloadable;
};

struct Action {
  const char* name;
  std::int64_t timeout_ms;
  std::int64_t interval_ms;
  std::int32_t depth;
  const char* role;
};

struct NameValue {
  const char* name;
  const char* value;
};

struct ActionInput {
  std::uint32_t size;
  std::int32_t probe;
  const char* action;
  const char* resource;
  const char* type;
  const NameValue* parameters;
  std::uint64_t parameter_count;
  const NameValue* meta;
  std::uint64_t meta_count;
  std::int64_t timeout_ms;
  std::int64_t deadline_ms;
  std::int64_t interval_ms;
  std::int32_t check_level;
  std::int32_t reserved;
  const char* state_directory;
  void* host;
  void (*log)(void* host, std::int32_t severity, const char* message);
};

struct ActionOutput {
  std::uint32_t size;
  std::int32_t exit_code;
  char* reason;
  std::uint64_t reason_capacity;
};

struct Plugin {
  std::uint32_t abi_version;
  std::uint32_t size;
  const char* standard;
  const char* provider;
  const char* type;
  const char* version;
  const char* shortdesc;
  const char* longdesc;
  const Parameter* parameters;
  std::uint64_t parameter_count;
  std::uint64_t parameter_size;
  const Action* actions;
  std::uint64_t action_count;
  std::uint64_t action_size;
  void* (*create)(ActionOutput*);
  void (*destroy)(void* agent);
  void (*run)(void* agent, const ActionInput*, ActionOutput*);
  void (*list_types)(void* context, void (*found)(void* context, const char* type));
};

}  // namespace first_release
