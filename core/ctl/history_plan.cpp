// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/history_plan.h"

#include <algorithm>
#include <set>
#include <string_view>

#include <pugixml.hpp>

#include "core/cib/history.h"
#include "core/ctl/cib_index.h"

namespace mainstay::ctl {
namespace {

using Names = std::set<std::string>;

/// "C:1" is an instance of "C".
std::string without_instance(const std::string& id) {
  const std::size_t colon = id.find(':');
  return colon == std::string::npos ? id : id.substr(0, colon);
}

/// "Web" of "fail-count-Web#monitor_10000"; "" if the attribute is another.
std::string resource_of_attribute(const std::string& name) {
  for (const std::string_view prefix : {"fail-count-", "last-failure-"}) {
    if (name.rfind(prefix, 0) == 0) {
      const std::string rest = name.substr(prefix.size());
      return rest.substr(0, rest.find('#'));
    }
  }
  return {};
}

bool is_failure(const pugi::xml_node& op) {
  const int rc = op.attribute("rc-code").as_int();
  const bool probe = std::string_view(op.attribute("operation").value()) == "monitor" &&
                     op.attribute("interval").as_int() == 0;
  if (op.attribute("op-status").as_int() == -1 || (probe && (rc == 0 || rc == 7 || rc == 8))) {
    return false;
  }
  return rc != cib::expected_rc(op.attribute("transition-key").value()) ||
         op.attribute("op-status").as_int() > 0;
}

bool is_failure_record(const pugi::xml_node& op) {
  const std::string_view id = op.attribute("id").value();
  constexpr std::string_view kSuffix = "_last_failure_0";
  return id.size() > kSuffix.size() && id.substr(id.size() - kSuffix.size()) == kSuffix;
}

/// Attribute values come from results of the cluster: never a quote, but not trusted with one.
bool quotable(std::string_view value) {
  return value.find('\'') == std::string_view::npos;
}

void remove_all(cib::Change& change, const std::string& path) {
  cib::Edit edit;
  edit.kind = cib::Edit::Kind::remove_all;
  edit.path = path;
  change.push_back(edit);
}

class NodeCleaner {
 public:
  NodeCleaner(cib::Change& change, const pugi::xml_node& node_state, Forget what)
      : change_(change),
        state_(node_state),
        what_(what),
        path_(std::string("/cib/status/node_state[@id='") + node_state.attribute("id").value() +
              "']") {}

  void clean(const Names& wanted, bool everything) {
    for (const pugi::xml_node set :
         state_.child("transient_attributes").children("instance_attributes")) {
      for (const pugi::xml_node pair : set.children("nvpair")) {
        const std::string resource = resource_of_attribute(pair.attribute("name").value());
        if (!resource.empty() && (everything || wanted.contains(without_instance(resource))) &&
            quotable(pair.attribute("id").value())) {
          remove_all(change_, path_ + "//nvpair[@id='" + pair.attribute("id").value() + "']");
        }
      }
    }
    for (const pugi::xml_node history :
         state_.child("lrm").child("lrm_resources").children("lrm_resource")) {
      const std::string id = history.attribute("id").value();
      if ((everything || wanted.contains(without_instance(id))) && quotable(id)) {
        clean_history(history);
      }
    }
  }

 private:
  void clean_history(const pugi::xml_node& history) {
    const std::string path =
        path_ + "//lrm_resource[@id='" + history.attribute("id").value() + "']";
    const auto operations = history.children("lrm_rsc_op");
    const bool ends_in_failure = std::any_of(
        operations.begin(), operations.end(),
        [](const pugi::xml_node& op) { return is_failure(op) && !is_failure_record(op); });
    if (what_ == Forget::all || ends_in_failure) {
      remove_all(change_, path);
      return;
    }
    for (const pugi::xml_node op : operations) {
      if (is_failure_record(op) && quotable(op.attribute("id").value())) {
        remove_all(change_, path + "/lrm_rsc_op[@id='" + op.attribute("id").value() + "']");
      }
    }
  }

  cib::Change& change_;
  pugi::xml_node state_;
  Forget what_;
  std::string path_;
};

}  // namespace

Result<Plan> plan_forget(const cib::Document& cib, const std::string& resource,
                         const std::string& node, Forget what) {
  Names wanted;
  if (!resource.empty()) {
    const pugi::xml_node found = find_resource(cib, without_instance(resource));
    if (!found) {
      return fail(Errc::not_found, "Resource '" + resource + "' does not exist");
    }
    // Members of a group or clone share one fate: the whole is looked at again.
    for (const pugi::xml_node primitive : primitives_of(outermost(found))) {
      wanted.insert(primitive.attribute("id").value());
    }
  }
  if (!node.empty() && !find_node(cib, node)) {
    return no_such_node(node);
  }
  Plan plan;
  for (const pugi::xml_node state : cib.root().child("status").children("node_state")) {
    const std::string uname = state.attribute("uname").value();
    if (!node.empty() && node != uname) {
      continue;
    }
    NodeCleaner(plan.change, state, what).clean(wanted, resource.empty());
    for (const std::string& id : wanted) {
      plan.messages.push_back("Cleaned up " + id + " on " + uname);
    }
  }
  if (resource.empty()) {
    plan.messages.emplace_back(node.empty() ? "Cleaned up all resources on all nodes"
                                            : "Cleaned up all resources on " + node);
  }
  return plan;
}

}  // namespace mainstay::ctl
