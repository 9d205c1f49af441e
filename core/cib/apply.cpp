// SPDX-License-Identifier: Apache-2.0
// Document::apply and Document::replace_configuration: all or nothing, counted as Pacemaker counts.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <utility>

#include "core/cib/document.h"
#include "core/cib/edit.h"
#include "core/cib/tree.h"
#include "core/cib/validate.h"

namespace mainstay::cib {
namespace {

using Attributes = std::vector<std::pair<std::string, std::string>>;

/// Ctime's form, but UTC and English, so that every copy has the same bytes.
std::string written_at(WallTime now) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  return fmt::format("{:%a %b %e %H:%M:%S %Y}", fmt::gmtime(seconds));
}

Attributes origin_attributes(const Origin& origin, WallTime now) {
  return {{"cib-last-written", written_at(now)},
          {"update-origin", origin.node},
          {"update-client", origin.client},
          {"update-user", origin.user}};
}

std::vector<std::string> errors_of(const Document& document) {
  std::vector<std::string> errors;
  for (const Complaint& complaint : validate(document)) {
    if (complaint.severity == Complaint::Severity::error) {
      errors.push_back(complaint.message);
    }
  }
  return errors;
}

Error refusal(const std::vector<std::string>& errors) {
  constexpr std::size_t kShown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(errors.size(), kShown); ++i) {
    text += (i == 0 ? "" : "\n") + errors[i];
  }
  if (errors.size() > kShown) {
    text += fmt::format("\n… and {} more", errors.size() - kShown);
  }
  return fail(Errc::invalid_input, text);
}

Status perform_all(Transaction& transaction, const Change& change) {
  for (const Edit& edit : change) {
    if (Status done = transaction.perform(edit); !done) {
      return done;
    }
  }
  return Done{};
}

bool is_newer(const Version& a, const Version& b) {
  return std::pair(a.admin_epoch, a.epoch) > std::pair(b.admin_epoch, b.epoch);
}

}  // namespace

Status Document::apply(const Change& change, const Origin& origin, WallTime now) {
  const Version before = version();
  Transaction transaction(tree().xml);
  if (Status done = perform_all(transaction, change); !done) {
    transaction.undo();
    tree().histories.clear();
    return done;
  }
  if (transaction.removed_from_status()) {
    tree().histories.clear();
  }
  if (!transaction.changed_configuration()) {
    transaction.keep();
    count_status_update();
    return Done{};
  }
  if (std::vector<std::string> errors = errors_of(*this); !errors.empty()) {
    // Errors that stood there before do not stop a change: it may be the first step of the repair.
    transaction.undo();
    tree().histories.clear();
    std::vector<std::string> known = errors_of(*this);
    std::sort(known.begin(), known.end());
    std::erase_if(errors, [&](const std::string& error) {
      return std::binary_search(known.begin(), known.end(), error);
    });
    if (!errors.empty()) {
      return refusal(errors);
    }
    const Status again = perform_all(transaction, change);
    MAINSTAY_CHECK(again.has_value());
  }
  const Version asked = version();
  if (asked < before) {
    transaction.undo();
    tree().histories.clear();
    return fail(Errc::conflict, fmt::format("the version cannot go back from {} to {}",
                                            before.text(), asked.text()));
  }
  transaction.set_attributes(tree().cib(), origin_attributes(origin, now));
  transaction.keep();
  tree().forget_lines();
  set_version({asked.admin_epoch, is_newer(asked, before) ? asked.epoch : before.epoch + 1, 0});
  return Done{};
}

Status Document::replace_configuration(const Document& replacement, const Origin& origin,
                                       WallTime now) {
  const Version ours = version();
  const Version theirs = replacement.version();
  if (is_newer(ours, theirs)) {
    return fail(Errc::conflict,
                fmt::format("the given CIB has version {}, the cluster's has {}: it was changed "
                            "meanwhile; fetch it again and repeat the change",
                            theirs.text(), ours.text()));
  }
  if (const std::vector<std::string> errors = errors_of(replacement); !errors.empty()) {
    return refusal(errors);
  }
  Transaction transaction(tree().xml);
  transaction.replace_children(tree().configuration(), replacement.tree().configuration());
  Attributes attributes = origin_attributes(origin, now);
  for (const char* name : {"validate-with", "crm_feature_set"}) {
    if (const pugi::xml_attribute given = replacement.tree().cib().attribute(name)) {
      attributes.emplace_back(name, given.value());
    }
  }
  transaction.set_attributes(tree().cib(), attributes);
  transaction.keep();
  tree().forget_lines();
  set_version(is_newer(theirs, ours) ? theirs : Version{ours.admin_epoch, ours.epoch + 1, 0});
  return Done{};
}

}  // namespace mainstay::cib
