#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Pacemaker and mainstay, one after the other, on the same two booted hosts with the same CIB, client and faults.

Needs root, out/mainstay_*.deb (packaging/build deb) and Debian's pacemaker. Prints a table in Markdown, median and worst of
--rounds, and writes it to --table. Exit 0 if both went through, 77 if this machine cannot boot hosts.
"""

import argparse
import os
import re
import shutil
import statistics
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
from lab.errors import CannotRun, LabError  # noqa: E402
from lab.events import wait_for_answer  # noqa: E402
from lab.lab import Lab  # noqa: E402
from lab.running import built_package  # noqa: E402

VIP = "192.168.56.10"
IDLE_S = 60
REMOVE = f"ip addr del {VIP}/24 dev eth1"
MONITOR = '<operations><op id="{0}-monitor" name="monitor" interval="10s"/></operations>'
ADDRESS = f"""<primitive id="VIP" class="ocf" provider="heartbeat" type="IPaddr2"><instance_attributes id="VIP-ia">
<nvpair id="VIP-ip" name="ip" value="{VIP}"/><nvpair id="VIP-mask" name="cidr_netmask" value="24"/>
</instance_attributes>{MONITOR.format("VIP")}</primitive>"""
WEB = f'<primitive id="Web" class="systemd" type="apache2">{MONITOR.format("Web")}</primitive>'
TOGETHER = """<rsc_colocation id="with" rsc="Web" with-rsc="VIP" score="INFINITY"/>
<rsc_order id="then" first="VIP" then="Web"/>"""


def cib(epoch, resources, constraints):
    return f"""<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" admin_epoch="0" epoch="{epoch}" num_updates="0">
<configuration><crm_config><cluster_property_set id="cib-bootstrap-options">
<nvpair id="o-fencing" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes>
<resources>{resources}</resources><constraints>{constraints}</constraints>
<rsc_defaults><meta_attributes id="rsc-options"><nvpair id="r-s" name="resource-stickiness" value="100"/>
</meta_attributes></rsc_defaults></configuration><status/></cib>
"""


class Peer:
    """One cluster manager: how it is started, told and asked."""

    def __init__(self, name, unit, push, status, standby, cleanup):
        self.name, self.unit = name, unit
        self.push, self.status, self.standby, self.cleanup = push, status, standby, cleanup


PEERS = (Peer("Pacemaker", "pacemaker", "cibadmin --replace --xml-file {}", "crm_mon -1", "crm_standby -N {} -v {}",
              "crm_resource --cleanup"),
         Peer("mainstay", "mainstayd", "mainstay cib push {}", "mainstay status",
              "mainstay node {1} {0}", "mainstay resource cleanup"))


class Comparison:
    def __init__(self, lab, rounds):
        self.lab, self.rounds = lab, rounds
        self.nodes = list(lab.hosts.values())
        self.figures = {}  # what -> {peer: [seconds]}

    def note(self, what, peer, value):
        self.figures.setdefault(what, {}).setdefault(peer.name, []).append(value)
        print(f"{peer.name}: {what}: {value:.3f}", flush=True)

    def everywhere(self, command):
        for host in self.nodes:
            host.run(command, timeout=300)

    def started_on(self, peer, resources):
        """The node on which all of them are Started, once it is so."""
        def place(answer):
            nodes = {(re.search(rf"\* {name}\s.*Started (\S+)", answer.out) or [None, None])[1] for name in resources}
            return nodes.pop() if len(nodes) == 1 and None not in nodes else None

        return place(wait_for_answer(self.nodes[0], peer.status, place, 120))

    def configure(self, peer, text, resources):
        path = "/root/compare.xml"
        with open(self.nodes[0].root + path, "w", encoding="utf-8") as file:
            file.write(text)
        wait_for_answer(self.nodes[0], peer.status, lambda answer: re.search(r"Online: \[ node1 node2 \]", answer.out), 120)
        self.nodes[0].run(peer.push.format(path))
        return self.started_on(peer, resources)

    def gap(self, what, peer, resources, host, command, failed=None):
        """Runs a command on a host; how long the page was away until it is there again and all has settled.

        A command that moves the resources brings the page to the other host; one that breaks `failed` makes the peer
        tell of a failed monitor and recover it on the same host.
        """
        begin = time.monotonic()
        self.lab.client.wait_answer(begin)
        self.lab.hosts[host].run(command)
        target = host if failed else next(name for name in self.lab.hosts if name != host)
        if failed:
            told = rf"\* {failed} .*monitor on {host}"
            wait_for_answer(self.nodes[0], peer.status, lambda answer: re.search(told, answer.out), 60)
        else:
            self.lab.client.wait_answer(begin, target)
        if self.started_on(peer, resources) != target:
            raise LabError(f"{peer.name}: {what}: not on {target}")
        self.lab.client.wait_answer(time.monotonic(), target)
        self.note(what, peer, self.lab.client.longest_gap(begin))

    def moves(self, what, peer, resources):
        for _ in range(self.rounds):
            home = self.started_on(peer, resources)
            self.gap(what, peer, resources, home, self.standby(peer, home, True))
            self.lab.hosts[home].run(self.standby(peer, home, False))

    @staticmethod
    def standby(peer, node, away):
        words = ("on", "off") if peer.name == "Pacemaker" else ("standby", "unstandby")
        return peer.standby.format(node, words[0] if away else words[1])

    def faults(self, what, peer, resources, failed, command):
        for _ in range(self.rounds):
            self.gap(what, peer, resources, self.started_on(peer, resources), command, failed)
            self.nodes[0].run(peer.cleanup)
            wait_for_answer(self.nodes[0], peer.status, lambda answer: "Failed Resource Actions" not in answer.out, 60)

    def idle_cpu(self, peer):
        def used():
            files = f"/sys/fs/cgroup/system.slice/{peer.unit}.service/cpu.stat"
            return sum(int(re.search(r"usage_usec (\d+)", host.run(f"cat {files}").out)[1]) for host in self.nodes)

        before, begin = used(), time.monotonic()
        while time.monotonic() - begin < IDLE_S:
            time.sleep(1)  # what is measured is that nothing happens
        self.note("idle CPU with two 10 s monitors, both hosts, ms per second", peer,
                  (used() - before) / 1000 / (time.monotonic() - begin))

    def run(self, peer):
        print(f"== {peer.name}", flush=True)
        begin = time.monotonic()
        self.everywhere(f"systemctl start --no-block corosync {peer.unit}")
        both = ("VIP", "Web")
        self.configure(peer, cib(1000, ADDRESS + WEB, TOGETHER), both)
        self.note("from nothing to the page, s", peer, time.monotonic() - begin)
        self.lab.client.start(VIP)
        self.lab.client.wait_answer(time.monotonic())
        self.idle_cpu(peer)
        self.moves("planned move of VIP and Web", peer, both)
        self.faults("apache killed with SIGKILL", peer, both, "Web", "systemctl kill --signal=SIGKILL apache2")
        self.faults("VIP removed, which restarts Web too", peer, both, "VIP", REMOVE)
        self.configure(peer, cib(2000, ADDRESS, ""), ("VIP",))
        wait_for_answer(self.nodes[0], peer.status, lambda answer: "Web" not in answer.out, 60)
        self.everywhere("systemctl start apache2")
        self.lab.client.wait_answer(time.monotonic())
        self.moves("planned move of VIP alone", peer, ("VIP",))
        self.faults("VIP removed, alone", peer, ("VIP",), "VIP", REMOVE)
        self.lab.client.stop()
        self.everywhere(f"systemctl stop {peer.unit}")
        self.everywhere("systemctl stop corosync apache2; rm -rf /var/lib/pacemaker/cib/* /var/lib/mainstay/cib/*")

    def table(self):
        lines = ["| what | " + " | ".join(f"{peer.name}: median | worst" for peer in PEERS) + " |",
                 "|---|" + "---|---|" * len(PEERS)]
        for what, by_peer in self.figures.items():
            cells = []
            for peer in PEERS:
                values = by_peer.get(peer.name, [])
                cells += [f"{statistics.median(values):.3f}", f"{max(values):.3f}"] if values else ["-", "-"]
            lines.append(f"| {what} | " + " | ".join(cells) + " |")
        return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=10, help="how often each fault and move")
    parser.add_argument("--table", help="write the table to this file")
    options = parser.parse_args()
    if shutil.which("pacemakerd") is None:
        print("skipped: no pacemaker here (Debian: pacemaker)")
        return 77
    try:
        with Lab(["node1", "node2"], debs=[built_package("mainstay_*.deb")]) as lab:
            comparison = Comparison(lab, options.rounds)
            lab.boot_all()
            lab.hosts["node1"].run("mainstay cluster setup compare node1 node2")
            for peer in PEERS:
                comparison.run(peer)
            print(comparison.table())
            if options.table:
                with open(options.table, "w", encoding="utf-8") as file:
                    file.write(comparison.table())
            return 0
    except CannotRun as reason:
        print(f"skipped: cannot boot hosts here: {reason}")
        return 77
    except LabError as error:
        print(f"FAILED: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
