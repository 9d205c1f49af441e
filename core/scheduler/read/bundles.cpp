// SPDX-License-Identifier: Apache-2.0
// What a bundle implies: per replica a container, an address if there is a range, and, for an inner
// resource, a connection to the replica's own node and an instance of a clone around the inner
// resource. Pacemaker Explained, "Bundles". The implied elements get the names and parameters that
// Pacemaker gives them, so that histories and digests fit.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {
namespace {

using model::BundleReplica;
using model::Resource;

struct Mount {
  std::string source;
  std::string target;
  std::string options;
  bool per_replica = false;
};

struct BundleText {
  std::string id;
  std::string engine;  ///< docker, podman
  pugi::xml_node container;
  pugi::xml_node network;
  pugi::xml_node inner;
  std::string control_port;
  std::vector<Mount> mounts;
  std::vector<std::pair<std::string, std::string>> ports;
  int promoted_max = 0;
  int replicas = 1;
  int asked_per_host = 1;
  int per_host = 1;

  bool is_reachable() const {
    return network.attribute("ip-range-start") || network.attribute("control-port");
  }
};

int positive(pugi::xml_node xml, const char* name, int fallback) {
  const int value = parse_int(attr(xml, name), fallback);
  return value > 0 ? value : fallback;
}

BundleText read_text(pugi::xml_node xml) {
  BundleText text;
  text.id = attr(xml, "id");
  for (const char* engine : {"docker", "podman", "rkt"}) {
    if (xml.child(engine)) {
      text.engine = engine;
      text.container = xml.child(engine);
      break;
    }
  }
  text.network = xml.child("network");
  text.inner = xml.child("primitive");
  text.promoted_max = parse_int(
      attr(text.container, text.container.attribute("promoted-max") ? "promoted-max" : "masters"),
      0);
  text.replicas =
      positive(text.container, "replicas", text.promoted_max > 0 ? text.promoted_max : 1);
  text.asked_per_host = positive(text.container, "replicas-per-host", 1);
  // A port of the host serves one replica only.
  const bool has_addresses = !text.inner || text.network.attribute("ip-range-start");
  text.per_host = has_addresses ? text.asked_per_host : 1;
  text.control_port =
      text.network.attribute("control-port") ? attr(text.network, "control-port") : "3121";
  for (const pugi::xml_node port : text.network.children("port-mapping")) {
    std::string from = attr(port, "port");
    std::string to = attr(port, "internal-port");
    if (from.empty()) {
      from = to = attr(port, "range");
    }
    text.ports.emplace_back(from, to.empty() ? from : to);
  }
  for (const pugi::xml_node mapping : xml.child("storage").children("storage-mapping")) {
    const bool root = mapping.attribute("source-dir-root");
    text.mounts.push_back({attr(mapping, root ? "source-dir-root" : "source-dir"),
                           attr(mapping, "target-dir"), attr(mapping, "options"), root});
  }
  if (text.inner) {
    text.mounts.push_back({"/etc/pacemaker/authkey", "/etc/pacemaker/authkey", "", false});
    text.mounts.push_back({"/var/log/pacemaker/bundles", "/var/log", "", true});
    text.ports.emplace_back(text.control_port, text.control_port);
  }
  return text;
}

/// The address after `ip` by `step`; empty if there is none.
std::string next_address(const std::string& ip, int step) {
  std::array<int, 4> octets{};
  char rest = 0;
  if (std::sscanf(ip.c_str(), "%d.%d.%d.%d%c", octets.data(), &octets[1], &octets[2], &octets[3],
                  &rest) != 4) {
    return "";
  }
  octets[3] += step;
  for (std::size_t i = 3; i > 0 && octets[i] > 253; --i) {
    octets[i] -= 253;
    ++octets[i - 1];
  }
  return fmt::format("{}.{}.{}.{}", octets[0], octets[1], octets[2], octets[3]);
}

void add_pair(pugi::xml_node block, const std::string& name, const std::string& value) {
  pugi::xml_node pair = block.append_child("nvpair");
  pair.append_attribute("name") = name.c_str();
  pair.append_attribute("value") = value.c_str();
}

void add_op(pugi::xml_node primitive, const char* name, const char* interval, const char* timeout) {
  pugi::xml_node operations = primitive.child("operations");
  if (!operations) {
    operations = primitive.append_child("operations");
  }
  pugi::xml_node op = operations.append_child("op");
  op.append_attribute("id") =
      fmt::format("{}-{}-{}", attr(primitive, "id"), name, interval).c_str();
  op.append_attribute("name") = name;
  op.append_attribute("interval") = interval;
  if (timeout != nullptr) {
    op.append_attribute("timeout") = timeout;
  }
}

pugi::xml_node add_primitive(pugi::xml_node parent, const std::string& id, const char* provider,
                             const std::string& type) {
  pugi::xml_node primitive = parent.append_child("primitive");
  primitive.append_attribute("id") = id.c_str();
  primitive.append_attribute("class") = "ocf";
  primitive.append_attribute("provider") = provider;
  primitive.append_attribute("type") = type.c_str();
  return primitive;
}

struct Replicator {
  Reading& reading;
  int bundle;
  const BundleText& text;
  std::string add_hosts{};  ///< options for every container: the replicas' names

  std::string address(int number) const {
    const std::string first = attr(text.network, "ip-range-start");
    return first.empty() ? "" : next_address(first, number);
  }

  void collect_hosts() {
    const bool wanted =
        !text.network.attribute("add-host") || is_true(attr(text.network, "add-host"));
    for (int i = 0; i < text.replicas && wanted && !address(0).empty(); ++i) {
      add_hosts += fmt::format(" --add-host={}-{}:{}", text.id, i, address(i));
    }
  }

  int build(pugi::xml_node xml) {
    const int built = build_resource(reading, xml, bundle);
    reading.resource(bundle).children.push_back(built);
    return built;
  }

  std::string run_options(int number, std::string& mount_points) const {
    std::string options = text.engine == "docker" ? " --restart=no" : "";
    if (!address(0).empty()) {
      options += fmt::format(" -h {}-{}", text.id, number);
    }
    options += " -e PCMK_stderr=1";
    const std::string net = attr(text.container, "network");
    if (!net.empty()) {
      options += " --net=" + net;
    }
    options += " -e PCMK_remote_port=" + text.control_port;
    for (const Mount& mount : text.mounts) {
      std::string source = mount.source;
      if (mount.per_replica) {
        source += fmt::format("/{}-{}", text.id, number);
        mount_points += (mount_points.empty() ? "" : ",") + source;
      }
      options += " -v " + source + ":" + mount.target;
      options += mount.options.empty() ? "" : ":" + mount.options;
    }
    for (const auto& [from, to] : text.ports) {
      if (!address(0).empty()) {
        options += fmt::format(" -p {}:{}:{}", address(number), from, to);
      } else if (net != "host") {
        options += fmt::format(" -p {}:{}", from, to);
      }
    }
    if (text.container.attribute("options")) {
      options += " " + attr(text.container, "options");
    }
    return options + " " + add_hosts;
  }

  int add_container(int number) {
    const std::string id = fmt::format("{}-{}-{}", text.id, text.engine, number);
    pugi::xml_node xml = add_primitive(reading.expanded.root(), id, "heartbeat", text.engine);
    pugi::xml_node block = xml.append_child("instance_attributes");
    add_pair(block, "image", attr(text.container, "image"));
    add_pair(block, "allow_pull", "true");
    add_pair(block, "force_kill", "false");
    add_pair(block, "reuse", "false");
    std::string mount_points;
    add_pair(block, "run_opts", run_options(number, mount_points));
    add_pair(block, "mount_points", mount_points);
    if (text.container.attribute("run-command")) {
      add_pair(block, "run_cmd", attr(text.container, "run-command"));
    } else if (text.inner) {
      add_pair(block, "run_cmd", "/usr/sbin/pacemaker-remoted");
    }
    add_pair(block, "monitor_cmd", "/bin/true");
    add_op(xml, "monitor", "60s", nullptr);
    const int container = build(xml);
    reading.resource(container).is_bundle_container = true;
    return container;
  }

  int add_address(int number) {
    if (address(0).empty()) {
      return -1;
    }
    const std::string id = fmt::format("{}-ip-{}", text.id, address(number));
    pugi::xml_node xml = add_primitive(reading.expanded.root(), id, "heartbeat", "IPaddr2");
    pugi::xml_node block = xml.append_child("instance_attributes");
    add_pair(block, "ip", address(number));
    if (text.network.attribute("host-interface")) {
      add_pair(block, "nic", attr(text.network, "host-interface"));
    }
    const std::string mask = attr(text.network, "host-netmask");
    add_pair(block, "cidr_netmask", mask.empty() ? "32" : mask);
    add_op(xml, "monitor", "60s", nullptr);
    return build(xml);
  }

  int add_connection(int number, const std::string& container) {
    RemoteConnection connection;
    connection.node = fmt::format("{}-{}", text.id, number);
    connection.container = container;
    connection.address = address(0).empty() ? "#uname" : address(number);
    connection.port = text.control_port;
    return build(connection_element(reading, connection));
  }

  /// The inner resource, as a clone with one instance per replica.
  int add_clone() {
    pugi::xml_node xml = reading.expanded.append_child("clone");
    xml.append_attribute("id") = (text.id + (text.promoted_max > 0 ? "-master" : "-clone")).c_str();
    pugi::xml_node meta = xml.append_child("meta_attributes");
    add_pair(meta, "ordered", "true");
    add_pair(meta, "clone-max", std::to_string(text.replicas));
    add_pair(meta, "clone-node-max", std::to_string(text.per_host));
    add_pair(meta, "globally-unique", text.per_host > 1 ? "true" : "false");
    if (text.promoted_max > 0) {
      add_pair(meta, "promotable", "true");
      add_pair(meta, "promoted-max", std::to_string(text.promoted_max));
    }
    xml.append_copy(text.inner);
    return build_resource(reading, xml, bundle);
  }
};

}  // namespace

std::vector<std::string> bundle_node_names(pugi::xml_node xml) {
  const BundleText text = read_text(xml);
  std::vector<std::string> names;
  for (int i = 0; i < text.replicas && text.inner && text.is_reachable(); ++i) {
    names.push_back(fmt::format("{}-{}", text.id, i));
  }
  return names;
}

std::string fault_of_bundle(pugi::xml_node xml) {
  const BundleText text = read_text(xml);
  if (text.engine.empty()) {
    return "Bundle " + text.id + " has no container element";
  }
  if (text.inner && !text.is_reachable()) {
    return "Cannot control " + attr(text.inner, "id") + " inside " + text.id +
           " without either ip-range-start or control-port";
  }
  return "";
}

void build_bundle(Reading& reading, pugi::xml_node xml, int index) {
  const BundleText text = read_text(xml);
  Replicator replicator{reading, index, text};
  replicator.collect_hosts();
  const int clone = text.inner ? replicator.add_clone() : -1;
  std::vector<BundleReplica> replicas;
  for (int i = 0; i < text.replicas; ++i) {
    BundleReplica replica;
    replica.container = replicator.add_container(i);
    replica.ip = replicator.add_address(i);
    replica.address = replicator.address(i);
    if (clone >= 0) {
      replica.remote = replicator.add_connection(i, reading.resource(replica.container).id);
      reading.resource(replica.remote).container_nested = true;
      replica.node = reading.node_by_name.at(reading.resource(replica.remote).id);
      replica.child = reading.resource(clone).children[static_cast<std::size_t>(i)];
      reading.resource(replica.container).contained = replica.child;
      reading.resource(replica.child).exclusive_discovery = true;
      // What the inner resource uses is used on the container's host.
      std::swap(reading.resource(replica.container).utilization,
                reading.resource(replica.child).utilization);
    }
    replicas.push_back(std::move(replica));
  }
  Resource& bundle = reading.resource(index);
  bundle.replicas = std::move(replicas);
  bundle.image = attr(text.container, "image");
  bundle.clone_max = text.replicas;
  bundle.clone_node_max = text.per_host;
  bundle.unique = text.asked_per_host > 1;
  bundle.bundled = clone;
  bundle.interleave = read_bool(bundle.meta, "interleave", false);
  if (clone >= 0) {
    bundle.children.push_back(clone);
  }
}

}  // namespace mainstay::scheduler
