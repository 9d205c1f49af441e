// SPDX-License-Identifier: Apache-2.0
#include "core/membership/quorum_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace mainstay::membership {
namespace {

std::string date_text(std::time_t now) {
  std::tm parts{};
  ::localtime_r(&now, &parts);
  std::array<char, 64> text{};
  const std::size_t length =
      std::strftime(text.data(), text.size(), "%a %b %e %H:%M:%S %Y", &parts);
  return {text.data(), length};
}

std::string flag_words(const VoteFlags& flags) {
  std::string words;
  for (const auto& [set, word] : {std::pair{flags.two_node, "2Node "},
                                  {flags.quorate, "Quorate "},
                                  {flags.wait_for_all, "WaitForAll "},
                                  {flags.last_man_standing, "LastManStanding "},
                                  {flags.auto_tie_breaker, "AutoTieBreaker "},
                                  {flags.allow_downscale, "AllowDownscale "},
                                  {flags.qdevice_registered, "Qdevice "}}) {
    if (set) {
      words += word;
    }
  }
  return words;
}

std::string qdevice_state(const VoteFlags& flags) {
  if (!flags.qdevice_registered) {
    return "NR";
  }
  return fmt::format("{},{},{}", flags.qdevice_alive ? "A" : "NA",
                     flags.qdevice_casts_vote ? "V" : "NV",
                     flags.qdevice_master_wins ? "MW" : "NMW");
}

}  // namespace

std::string render_membership_table(const QuorumFacts& facts) {
  const bool qdevice =
      std::any_of(facts.hosts.begin(), facts.hosts.end(),
                  [](const HostVotes& host) { return host.flags.qdevice_registered; });
  std::string text =
      "\n"
      "Membership information\n"
      "----------------------\n";
  text += fmt::format("{:>10} {:>10} {}Name\n", "Nodeid", "Votes",
                      qdevice ? fmt::format("{:>10} ", "Qdevice") : "");
  for (const HostVotes& host : facts.hosts) {
    text += fmt::format("{:>10} {:>10} {}{}{}\n", host.id, host.votes,
                        qdevice ? fmt::format("{:>10} ", qdevice_state(host.flags)) : "", host.name,
                        host.id == facts.self_id ? " (local)" : "");
  }
  if (qdevice) {  // a device that casts no vote here is shown with 0, and its votes behind its name
    const bool casts = facts.flags.qdevice_casts_vote;
    text += fmt::format("{:>10} {:>10} {:>10} {}{}\n", 0, casts ? facts.qdevice_votes : 0, "",
                        facts.qdevice_name,
                        casts ? "" : fmt::format(" (votes {})", facts.qdevice_votes));
  }
  return text;
}

std::string render_quorum_status(const QuorumFacts& facts, std::time_t now) {
  std::string text = fmt::format(
      "Quorum information\n"
      "------------------\n"
      "Date:             {}\n"
      "Quorum provider:  {}\n"
      "Nodes:            {}\n"
      "Node ID:          {}\n"
      "Ring ID:          {:x}.{:x}\n"
      "Quorate:          {}\n",
      date_text(now), facts.provider, facts.hosts.size(), facts.self_id, facts.ring.representative,
      facts.ring.seq, facts.quorate ? "Yes" : "No");
  text += fmt::format(
      "\n"
      "Votequorum information\n"
      "----------------------\n"
      "Expected votes:   {}\n"
      "Highest expected: {}\n"
      "Total votes:      {}\n"
      "Quorum:           {} {}\n"
      "Flags:            {}\n",
      facts.expected_votes, facts.highest_expected, facts.total_votes, facts.quorum,
      facts.flags.quorate ? " " : "Activity blocked", flag_words(facts.flags));
  return text + render_membership_table(facts);
}

}  // namespace mainstay::membership
