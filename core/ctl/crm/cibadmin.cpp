// SPDX-License-Identifier: Apache-2.0
// cibadmin: shows the CIB or a part of it, and changes the configuration.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include <pugixml.hpp>

#include "core/base/read_file.h"
#include "core/cib/print.h"
#include "core/ctl/crm/answer.h"
#include "core/ctl/crm/cib_changes.h"
#include "core/ctl/crm/tool.h"

namespace mainstay::ctl::crm {
namespace {

struct Asked {
  std::optional<CibTask::Kind> change;
  CibTask task;
  std::string file;
  std::string ignored;
  bool query = false;
  bool piped = false;
  bool alone = false;
  bool paths = false;
  bool of_no_effect = false;
};

void add_options(Run& run, Asked& asked) {
  const Grammar app = run.grammar();
  const auto change = [&](const char* names, CibTask::Kind kind, const char* text) {
    app.add_flag(
        names, [&asked, kind] { asked.change = kind; }, text);
  };
  app.set_help_flag("-?,--help");
  app.add_flag("-Q,--query", asked.query, "Show the CIB or a part of it");
  change("-C,--create", CibTask::Kind::create, "Add an object");
  change("-M,--modify", CibTask::Kind::modify, "Change an object");
  change("-R,--replace", CibTask::Kind::replace, "Put an object in the place of another");
  change("-D,--delete", CibTask::Kind::remove, "Remove the first such object");
  change("-d,--delete-all", CibTask::Kind::remove_all, "Remove all objects of an XPath");
  app.add_option("-o,--scope", asked.task.scope, "A section");
  app.add_option("-A,--xpath", asked.task.xpath, "An XPath instead of a section");
  app.add_option("-X,--xml-text", asked.task.xml, "The object");
  app.add_option("-x,--xml-file", asked.file, "A file with the object");
  app.add_flag("-p,--xml-pipe", asked.piped, "The object comes by stdin");
  app.add_flag("-c,--allow-create", asked.task.allow_create, "--modify: what is not there");
  app.add_flag("-n,--no-children", asked.alone, "Without what it holds");
  app.add_flag("-e,--node-path", asked.paths, "--xpath: where it was found");
  app.add_flag("-l,--local,-s,--sync-call,-f,--force", asked.of_no_effect, "Of no effect");
  app.add_option("-t,--timeout,-N,--node,-U,--user", asked.ignored, "Of no effect");
}

/// "/cib/configuration/resources/primitive[@id='VIP']"
std::string address(const pugi::xml_node& node) {
  std::string path;
  for (pugi::xml_node at = node; at.type() == pugi::node_element; at = at.parent()) {
    const std::string id = at.attribute("id").value();
    path.insert(0, id.empty() ? fmt::format("/{}", at.name())
                              : fmt::format("/{}[@id='{}']", at.name(), id));
  }
  return path;
}

void append(std::string& text, const pugi::xml_node& node, bool alone, int level) {
  if (!alone) {
    cib::print(text, node, level);
    return;
  }
  text += std::string(static_cast<std::size_t>(level) * 2, ' ') + "<" + node.name();
  cib::print_attributes(text, node);
  text += "/>\n";
}

pugi::xml_node section_named(const pugi::xml_node& root, const std::string& name) {
  if (name.empty() || name == "cib") {
    return root;
  }
  return name == "configuration" || name == "status"
             ? root.child(name.c_str())
             : root.child("configuration").child(name.c_str());
}

int show(const Run& run, const Asked& asked, const cib::Document& cib) {
  std::vector<pugi::xml_node> found;
  if (asked.task.xpath.empty()) {
    found.push_back(section_named(cib.root(), asked.task.scope));
  } else {
    auto matches = find_by_xpath(cib, asked.task.xpath);
    if (!matches) {
      return run.complain(matches.error());
    }
    found = std::move(*matches);
  }
  if (found.empty() || !found.front()) {
    fmt::print(stderr, "Call failed: No such device or address\n");
    return kNoSuch;
  }
  std::string text;
  const bool several = found.size() > 1 && !asked.paths;
  for (const pugi::xml_node& node : found) {
    if (asked.paths) {
      text += address(node) + "\n";
    } else {
      append(text, node, asked.alone, several ? 1 : 0);
    }
  }
  fmt::print("{}", several ? "<xpath-query>\n" + text + "</xpath-query>\n" : text);
  return kOk;
}

/// The object that the command is about, from wherever it was to be read.
Status read_object(Asked& asked) {
  if (!asked.piped && asked.file.empty()) {
    return Done{};
  }
  auto text = read_file(asked.piped ? "-" : asked.file, cib::Document::kMaxBytes);
  if (!text) {
    return text.error();
  }
  asked.task.xml = std::move(*text);
  return Done{};
}

bool is_whole_cib(const std::string& xml) {
  pugi::xml_document given;
  return given.load_string(xml.c_str()) && given.child("cib");
}

int change(const Run& run, Asked& asked, const cib::Document& cib) {
  if (const Status read = read_object(asked); !read) {
    return run.complain(read.error());
  }
  asked.task.kind = *asked.change;
  if (asked.task.kind == CibTask::Kind::replace && is_whole_cib(asked.task.xml)) {
    const Status replaced = run.cib().replace(asked.task.xml);
    return replaced ? kOk : run.complain(replaced.error());
  }
  return run.carry_out(plan_cib_task(cib, asked.task));
}

}  // namespace

int cibadmin(int argc, char** argv) {
  Run run("cibadmin");
  Asked asked;
  add_options(run, asked);
  if (const auto ended = run.parse(argc, argv)) {
    return *ended;
  }
  if (!asked.query && !asked.change) {
    return run.complain(fail(Errc::invalid_input, "no command is given"));
  }
  const auto snapshot = run.cib().load();
  if (!snapshot) {
    return run.complain(snapshot.error());
  }
  return asked.query ? show(run, asked, snapshot->cib) : change(run, asked, snapshot->cib);
}

}  // namespace mainstay::ctl::crm
