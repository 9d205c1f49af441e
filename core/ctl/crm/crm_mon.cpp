// SPDX-License-Identifier: Apache-2.0
// crm_mon: the status of the cluster, once, or again and again as a page in a file.
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "core/base/write_file.h"
#include "core/cib/duration.h"
#include "core/ctl/cib_index.h"
#include "core/ctl/crm/answer.h"
#include "core/ctl/crm/mon_view.h"
#include "core/ctl/crm/tool.h"

namespace mainstay::ctl::crm {
namespace {

struct Asked {
  MonOptions show;
  std::string request;
  std::string form = "text";
  std::string page;  ///< the file to write; empty: stdout
  std::string old_page;
  std::string pid_file;
  std::string interval = "5";
  std::string ignored;
  bool as_xml = false;
  bool daemon = false;
  bool of_no_effect = false;
};

void add_display_options(Grammar app, MonOptions& show) {
  app.add_flag("-n,--group-by-node", show.by_node, "Resources by node");
  app.add_flag("-r,--inactive", show.inactive, "Resources that run nowhere, too");
  app.add_flag("-A,--show-node-attributes", show.attributes, "Attributes of nodes");
  app.add_flag("-f,--failcounts", show.fail_counts, "Fail counts");
  app.add_flag("-o,-t,--operations,--timing-details", show.operations, "What was done");
  app.add_flag("-c,--tickets", show.tickets, "Tickets");
  app.add_flag("-L,--neg-locations", show.bans, "Constraints that keep resources off nodes");
  app.add_flag("-D{false},--hide-headers{false}", show.headers, "No summary");
}

void add_options(Run& run, Asked& asked) {
  const Grammar app = run.grammar();
  app.set_help_flag("-?,--help");
  add_display_options(app, asked.show);
  app.add_option("--output-as", asked.form, "text, xml or html")
      .one_of({"console", "text", "xml", "html"});
  app.add_option("--output-to", asked.page, "The file to write");
  app.add_flag("-X,--as-xml", asked.as_xml, "XML in its old form");
  app.add_option("-h,--as-html", asked.old_page, "Write a page to this file");
  app.add_flag("-d,--daemonize", asked.daemon, "In the background, again and again");
  app.add_option("-p,--pid-file", asked.pid_file, "Where the daemon says who it is");
  app.add_option("-i,--interval", asked.interval, "How often the daemon writes");
  app.add_flag("-1,--one-shot,-N,--disable-ncurses,-R,--show-detail,-b,--brief,-j,--pending",
               asked.of_no_effect, "Of no effect");
  app.add_option("-m,--fence-history", asked.ignored, "Of no effect").value_is_optional();
  app.add_flag("-Q,--quiet", run.quiet, "Of no effect");
}

/// A file says itself what the daemon says of the cluster.
control::ClusterStatus cluster_of(const Snapshot& snapshot) {
  if (snapshot.cluster) {
    return *snapshot.cluster;
  }
  control::ClusterStatus told;
  const std::string stack = property(snapshot.cib, "cluster-infrastructure");
  told.membership = stack.empty() ? "unknown" : stack;
  told.daemon_version = property(snapshot.cib, "dc-version");
  told.view.quorate = snapshot.cib.attribute("have-quorum") == "1";
  told.connected = told.synced = true;
  return told;
}

Result<std::string> render(const Run& run, const Asked& asked, Duration interval) {
  const auto snapshot = run.cib().load();
  if (!snapshot) {
    return snapshot.error();
  }
  const auto view = make_status_view(snapshot->cib, cluster_of(*snapshot), wall_now());
  if (!view) {
    return view.error();
  }
  if (asked.form == "xml") {
    return asked.as_xml ? mon_legacy_xml(*view, asked.show)
                        : mon_xml(*view, asked.show, asked.request);
  }
  return asked.form == "html" ? mon_html(*view, asked.show, interval) : mon_text(*view, asked.show);
}

int show(const Run& run, const Asked& asked, Duration interval) {
  const auto text = render(run, asked, interval);
  if (!text) {
    return run.complain(text.error());
  }
  if (asked.page.empty() || asked.page == "-") {
    fmt::print("{}", *text);
    return kOk;
  }
  const Status written = write_file(asked.page, *text);
  return written ? kOk : run.complain(written.error());
}

/// Whether it was told to end within that time.
bool ended_within(Duration time) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const timespec length{.tv_sec = seconds.count(),
                        .tv_nsec = std::chrono::nanoseconds(time - seconds).count()};
  return ::sigtimedwait(&ends, nullptr, &length) > 0;
}

/// Until it is told to end. A cluster that cannot be asked may be there later.
int serve_page(const Run& run, const Asked& asked, Duration interval) {
  if (::daemon(1, 0) != 0) {
    return run.complain(fail_errno("cannot go into the background"));
  }
  if (!asked.pid_file.empty() && !write_file(asked.pid_file, fmt::format("{}\n", ::getpid()))) {
    return kError;
  }
  do {
    static_cast<void>(show(run, asked, interval));
  } while (!ended_within(interval));
  static_cast<void>(std::remove(asked.pid_file.c_str()));
  return kOk;
}

}  // namespace

int crm_mon(int argc, char** argv) {
  Run run("crm_mon");
  Asked asked;
  add_options(run, asked);
  if (const auto ended = run.parse(argc, argv)) {
    return *ended;
  }
  asked.request = run.program();
  for (int i = 1; i < argc; ++i) {
    asked.request += std::string(" ") + argv[i];
  }
  if (asked.as_xml) {
    asked.form = "xml";
  } else if (!asked.old_page.empty()) {
    asked.form = "html";
    asked.page = asked.old_page;
  }
  const auto interval = cib::parse_duration(asked.interval);
  if (!interval || *interval <= Duration{0}) {
    return run.complain(fail(Errc::invalid_input, "--interval: no length of time"));
  }
  if (!asked.daemon) {
    return show(run, asked, *interval);
  }
  if (asked.page.empty() || asked.page == "-") {
    return run.complain(fail(Errc::invalid_input, "--daemonize wants --output-to"));
  }
  return serve_page(run, asked, *interval);
}

}  // namespace mainstay::ctl::crm
