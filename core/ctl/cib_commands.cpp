// SPDX-License-Identifier: Apache-2.0
// `mainstay cib`, `cib push` and `verify`.
#include "core/base/read_file.h"
#include "core/ctl/cib_file.h"
#include "core/ctl/invocation.h"
#include "core/ctl/verify.h"

namespace mainstay::ctl {
namespace {

int show(const Invocation& invocation) {
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return complain(snapshot.error());
  }
  print(snapshot->cib.text());
  return kDone;
}

int push(const Invocation& invocation) {
  if (invocation.words.size() != 1) {
    tell("Error: cib push wants one file; see --help");
    return kBadUsage;
  }
  const auto text = read_file(invocation.words[0], cib::Document::kMaxBytes);
  if (!text) {
    return complain(text.error());
  }
  // Parsed here too: complaints then name the file.
  const auto parsed = cib::Document::parse(*text, invocation.words[0]);
  if (!parsed) {
    return complain(parsed.error());
  }
  const auto replaced = invocation.cib().replace(*text);
  if (!replaced) {
    return complain(replaced.error());
  }
  tell("CIB updated");
  return kDone;
}

Result<cib::Document> document_of(const Invocation& invocation) {
  if (invocation.words.empty()) {
    auto snapshot = invocation.cib().load();
    if (!snapshot) {
      return snapshot.error();
    }
    return std::move(snapshot->cib);
  }
  return read_cib_file(invocation.words[0]);
}

int verify(const Invocation& invocation) {
  const auto document = document_of(invocation);
  if (!document) {
    const bool malformed = document.error().code == make_error_code(Errc::invalid_input) ||
                           document.error().code == make_error_code(Errc::limit_exceeded);
    complain(document.error());
    return malformed ? kConfigInvalid : kFailed;
  }
  const Verdict verdict =
      verify_cib(*document, invocation.words.empty() ? "cib" : invocation.words[0], wall_now());
  for (const std::string& line : verdict.lines) {
    tell(line);
  }
  if (verdict.errors) {
    tell("Errors found during check: config not valid");
  } else if (verdict.warnings) {
    tell("Warnings found during check: config may be valid");
  }
  return verdict.errors || verdict.warnings ? kConfigInvalid : kDone;
}

void fill_cib(Grammar cib, Invocation& invocation) {
  add_command(cib, invocation, "push", "Replace the configuration by a file's", "FILE", push);
}

}  // namespace

void add_cib_commands(Grammar app, Invocation& invocation) {
  add_group(app, invocation, "cib", "Show or replace the configuration", fill_cib, show);
  add_command(app, invocation, "verify", "Check the configuration of the cluster or a file",
              "[FILE]", verify);
}

}  // namespace mainstay::ctl
