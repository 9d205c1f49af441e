#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The story of a two-node cluster that keeps a virtual IP and a web server up: told by ./demo, checked by ctest.

Each step types what an administrator would type and checks what came back; the client's stopwatch runs all the time.
Exit 0 only if every step held, 77 if this machine cannot boot hosts.
"""

import os
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab.errors import LabError  # noqa: E402
from lab.events import journal_since, wait_for_answer  # noqa: E402
from lab.figures import Figures, cpu_milliseconds, resident_megabytes  # noqa: E402
from lab.narrator import complaints  # noqa: E402
from lab.running import run_script  # noqa: E402

VIP = "192.168.56.10"
ONLINE = (r"\* Online: \[ node1 node2 \]", r"\* Current DC: node[12] .*- partition with quorum")


def started(resource, node):
    return rf"\* {resource}\s+\(\S+\):\s+Started {node}\s*$"


def address_shown(address=VIP):
    return rf"inet {address}/24 brd 192\.168\.56\.255 scope global secondary eth1"


class Story:
    def __init__(self, lab, narrator):
        self.lab, self.admin = lab, narrator
        self.figures = Figures()
        self.client = lab.client

    def tell(self):
        for step in (self.boot, self.set_up_and_start, self.create_resources, self.planned_move, self.stop_a_node,
                     self.kill_apache, self.remove_the_address, self.power_failure, self.shell_agents, self.costs):
            step()
        print(self.figures.table(), flush=True)

    def boot(self):
        self.admin.chapter("1. Two hosts boot: systemd, D-Bus, corosync, apache2, mainstayd; a client in a third namespace")
        self.lab.boot_all()
        for name, host in self.lab.hosts.items():
            self.admin.say(f"{name} has booted in {host.boot_seconds:.1f} s")
        self.admin.type("node1", "systemctl is-system-running", expect=r"^running$")
        self.admin.type("node1", "ip -brief -4 addr", expect=(r"eth0.*172\.16\.0\.1/24", r"eth1.*192\.168\.56\.1/24"))
        self.admin.type("node1", "ssh node2 hostname", expect="^node2$")

    def set_up_and_start(self):
        self.admin.chapter("2. Set up and start the cluster")
        self.admin.type("node1", "mainstay cluster setup testcluster node1 node2")
        self.admin.type("node2", "stat -c '%a %U %n' /etc/corosync/authkey", expect="^400 root")
        for node in self.lab.hosts:
            self.admin.type(node, "systemctl enable corosync mainstayd", code=0)
        since = time.time()
        watch = OnlineWatch(self.lab.hosts["node1"])
        self.admin.type("node1", "mainstay cluster start --all",
                        expect=(r"node1: Starting Cluster\.\.\.", r"node2: Starting Cluster\.\.\."))
        formed = max(journal_since(host, since, r"Members\[2\]", unit="corosync")[0] for host in self.lab.hosts.values())
        online = watch.result()
        self.admin.type_until("node1", "mainstay status", expect=ONLINE + ("Cluster name: testcluster",))
        self.admin.type_until("node2", "mainstay status", expect=ONLINE)
        self.figures.add("cluster start --all: both Online and a DC, after corosync's membership", online - formed, 2.0,
                         note=f"corosync's own: {formed - since:.2f} s")
        self.admin.type("node1", "mainstay verify", code=78, expect=(
            r"error: Resource start-up disabled since no STONITH resources have been defined",
            r"error: Either configure some or disable STONITH with the stonith-enabled option",
            r"error: NOTE: Clusters with shared data need STONITH to ensure data integrity",
            r"Errors found during check: config not valid"))
        self.admin.type("node1", "mainstay property set stonith-enabled=false")
        self.silent("node1", "mainstay verify")
        self.silent("node2", "mainstay verify")

    def create_resources(self):
        self.admin.chapter("3. A virtual IP and a web server")
        self.silent("node1", f"mainstay resource create VIP ocf:heartbeat:IPaddr2 ip={VIP} cidr_netmask=24 "
                             "op monitor interval=10s")
        self.silent("node1", "mainstay resource create Web systemd:apache2 op monitor interval=10s")
        self.silent("node1", "mainstay constraint colocation add Web with VIP INFINITY")
        self.admin.type("node1", "mainstay constraint order VIP then Web")
        self.silent("node1", "mainstay constraint location VIP prefers node1=50")
        self.admin.type_until("node2", "mainstay status", expect=(started("VIP", "node1"), started("Web", "node1")))
        self.admin.type("node1", "ip addr show eth1", expect=address_shown())
        begin = time.monotonic()
        self.client.start(VIP)
        self.client.wait_answer(begin, "node1")
        self.admin.say("the client gets the page, from node1")

    def planned_move(self):
        self.admin.chapter("4. Planned move")
        gap = self.gap_of("node1", "mainstay node standby node1", to="node2")
        self.figures.add("planned move (node standby)", gap, 0.5, peer="2.5 - 2.8 s")
        self.admin.type_until("node1", "mainstay status", expect=(
            r"\* Node node1: standby", r"\* Online: \[ node2 \]", started("VIP", "node2"), started("Web", "node2")))
        self.admin.say("without stickiness the preference for node1 takes the resources back:")
        gap = self.gap_of("node1", "mainstay node unstandby node1", to="node1")
        self.figures.add("planned move (back by preference)", gap, 0.5, peer="2.5 - 2.8 s")
        self.admin.say("with a stickiness above that preference they stay:")
        self.silent("node1", "mainstay resource update VIP meta resource-stickiness=100")
        gap = self.gap_of("node1", "mainstay node standby node1", to="node2")
        self.figures.add("planned move (node standby, again)", gap, 0.5, peer="2.5 - 2.8 s")
        begin = time.monotonic()
        self.admin.type("node1", "mainstay node unstandby node1")
        self.admin.type_until("node1", "mainstay status", expect=ONLINE + (started("VIP", "node2"), started("Web", "node2")))
        self.admin.claim({host for _, host in self.client.answers(begin)} == {"node2"}, "the page still comes from node2")
        gap = self.gap_of("node1", "mainstay resource move VIP node1", to="node1")
        self.figures.add("planned move (resource move)", gap, 0.5, peer="2.5 - 2.8 s")
        self.settled("node1")
        self.admin.type("node1", "mainstay constraint config", expect=r"Node: node1 \(score:50\)",
                        reject=r"node1 \(score:INFINITY\)")

    def stop_a_node(self):
        self.admin.chapter("5. An orderly stop of the active node")
        gap = self.gap_of("node1", "mainstay cluster stop node1", to="node2")
        self.figures.add("orderly stop of the active node", gap, None, peer="2.6 s")
        self.admin.type_until("node1", "mainstay status", code=1, expect="cluster is not currently running on this node")
        self.admin.type_until("node2", "mainstay status", expect=(
            r"\* Online: \[ node2 \]", r"\* OFFLINE: \[ node1 \]", started("VIP", "node2"), started("Web", "node2")))
        begin = time.monotonic()
        self.admin.type("node1", "mainstay cluster start node1", expect=r"node1: Starting Cluster\.\.\.")
        self.admin.type_until("node1", "mainstay status", expect=ONLINE + (started("VIP", "node2"), started("Web", "node2")))
        self.admin.claim({host for _, host in self.client.answers(begin)} == {"node2"}, "nothing has moved")

    def kill_apache(self):
        self.admin.chapter("6. apache killed with SIGKILL: systemd tells, nobody waits for the next poll")
        self.admin.type("node1", "mainstay resource config Web",
                        expect=r"Monitoring: events \(on node2\) and polling every 10s")
        gap = self.gap_of("node2", "systemctl kill --signal=SIGKILL apache2", to="node2")
        self.figures.add("apache killed with SIGKILL", gap, 0.25, peer="3.2 - 11.8 s")
        self.admin.type_until("node2", "mainstay status --full", expect=(
            started("Web", "node2"), r"fail-count=1\b", r"Web 10s-interval monitor on node2 returned .not running. \(7\) .* at 20"))
        self.admin.type("node2", "mainstay resource cleanup Web", code=0)
        self.admin.type_until("node2", "mainstay status --full", expect=started("Web", "node2"),
                              reject=("fail-count", "Web 10s-interval monitor"))

    def remove_the_address(self):
        self.admin.chapter("7. The address removed behind the cluster's back: the kernel tells")
        self.admin.type("node1", "mainstay resource config VIP",
                        expect=r"Monitoring: events \(on node2\) and polling every 10s")
        gap = self.gap_of("node2", f"ip addr del {VIP}/24 dev eth1", to="node2")
        self.figures.add("VIP removed behind its back", gap, None, peer="4.8 - 12.2 s")
        self.admin.type_until("node2", "ip addr show eth1", expect=address_shown())
        self.admin.type_until("node2", "mainstay status --full", expect=(
            started("VIP", "node2"), started("Web", "node2"), r"VIP 10s-interval monitor on node2 returned .not running"))
        self.admin.type("node2", "mainstay resource cleanup VIP", code=0)
        self.settled("node2")

    def power_failure(self):
        self.admin.chapter("8. Power failure of the active node")
        begin = time.monotonic()
        self.admin.say("node2 loses power: SIGKILL of its first process, its cables pulled")
        when = self.lab.hosts["node2"].power_off()
        detected, _ = journal_since(self.lab.hosts["node1"], when, r"Members\[1\]", unit="corosync")
        self.client.wait_answer(begin, "node1")
        gap = self.client.longest_gap(begin)
        self.admin.say(f"the longest time without a page: {gap:.2f} s, of which corosync took {detected - when:.2f} s")
        self.figures.add("power failure of the active node", gap, None, peer="6.7 - 7.8 s")
        self.figures.add("  corosync's own detection", detected - when, None, peer="6.6 s")
        self.figures.add("  above corosync's detection", gap - (detected - when), 0.5)
        self.admin.type_until("node1", "mainstay status", expect=(
            r"\* Online: \[ node1 \]", r"\* OFFLINE: \[ node2 \]", started("VIP", "node1"), started("Web", "node1")))
        again = time.monotonic()
        self.admin.say("node2 boots again")
        self.lab.hosts["node2"].boot()
        self.admin.type_until("node2", "mainstay status",
                              expect=ONLINE + (started("VIP", "node1"), started("Web", "node1")))
        gap = self.client.longest_gap(again)
        self.figures.add("longest gap while the dead node rejoins", gap, None)
        self.admin.claim({host for _, host in self.client.answers(again)} == {"node1"}, "nothing has moved")
        self.admin.type("node2", "ip -brief -4 addr show eth1", reject=VIP.replace(".", r"\."))
        self.admin.type("node2", "systemctl is-active apache2", code=None, expect="^inactive$")

    def shell_agents(self):
        self.admin.chapter("9. Shell agents, unmodified")
        self.silent("node1", "mainstay resource create Shell ocf:heartbeat:Dummy op monitor interval=1s "
                             "meta agent-implementation=shell")
        self.silent("node1", "mainstay resource create VIP2 ocf:heartbeat:IPaddr2 ip=192.168.56.11 cidr_netmask=24 "
                             "op monitor interval=1s meta agent-implementation=shell")
        self.silent("node1", "mainstay constraint location Shell prefers node2=INFINITY")
        self.silent("node1", "mainstay constraint location VIP2 prefers node2=INFINITY")
        both = (started("Shell", "node2"), started("VIP2", "node2"))
        self.admin.type_until("node1", "mainstay status", expect=both)
        self.admin.type("node2", "ip addr show eth1", expect=r"inet 192\.168\.56\.11/24 brd 192\.168\.56\.255 scope global secondary eth1")
        self.admin.say("what they guard is taken away; they notice and put it back:")
        self.admin.type("node2", "ls /run/resource-agents/*Shell*")
        self.admin.type("node2", "rm /run/resource-agents/*Shell*; ip addr del 192.168.56.11/24 dev eth1")
        self.admin.type_until("node2", "ip addr show eth1", expect=r"inet 192\.168\.56\.11/24")
        self.admin.type_until("node1", "mainstay status --full", expect=both + (
            r"Shell 1s-interval monitor on node2 returned .not running", r"VIP2 1s-interval monitor on node2 returned"))
        for resource in ("Shell", "VIP2"):
            self.admin.type("node1", f"mainstay resource cleanup {resource}", code=0)
        self.admin.type("node2", "mainstay node standby node2")
        self.admin.type_until("node1", "mainstay status", expect=(started("Shell", "node1"), started("VIP2", "node1")))
        self.admin.type("node2", "ip -brief -4 addr show eth1", reject=r"192\.168\.56\.11")
        self.admin.type("node1", "ip -brief -4 addr show eth1", expect=r"192\.168\.56\.11/24")
        self.admin.type("node2", "mainstay node unstandby node2")
        self.admin.type_until("node1", "mainstay status", expect=both)
        for resource in ("Shell", "VIP2"):
            self.admin.type("node1", f"mainstay resource delete {resource}", code=0)
        self.admin.type_until("node2", "ip -brief -4 addr show eth1", reject=r"192\.168\.56\.11")

    def costs(self):
        self.admin.chapter("What it costs")
        for name, host in self.lab.hosts.items():
            megabytes, processes = resident_megabytes(host)
            self.figures.add(f"resident memory of the daemons on {name}", megabytes, 40, unit="MB", peer="101 MB",
                             note=processes)
        for command in ("mainstay status", "mainstay resource config", "mainstay verify"):
            milliseconds = cpu_milliseconds(self.lab.hosts["node1"], command)
            self.figures.add(f"CPU of `{command}`", milliseconds, 20, unit="ms", peer="pcs: 800 ms")

    def silent(self, host, command):
        """A command that succeeds without a word, as its model does."""
        answer = self.admin.type(host, command)
        if answer.out.strip():
            raise LabError(f"root@{host}# {command}: should have been silent")

    def gap_of(self, host, command, to):
        """Types a command; returns the longest time without a page until `to` serves it again and all is Started there."""
        begin = time.monotonic()
        before = self.client.wait_answer(begin), self.client.answers(begin)[-1][1]
        self.admin.type(host, command)
        self.client.wait_answer(self.client.wait_outage(before[0]) if before[1] == to else begin, to)
        self.settled(to)
        gap = self.client.longest_gap(begin)
        self.admin.say(f"the longest time without a page: {gap * 1000:.0f} ms")
        return gap

    def settled(self, node):
        expect = started("VIP", node), started("Web", node)
        wait_for_answer(self.lab.hosts[node], "mainstay status", lambda answer: not complaints(answer, 0, expect, ()))


class OnlineWatch:
    """Looks at `mainstay status` while another command runs; result() is when both nodes were Online with a DC."""

    def __init__(self, host):
        self._host, self._when, self._error = host, None, None
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def result(self):
        self._thread.join(90)
        if self._when is None:
            raise LabError(f"the nodes were not Online within 90 s: {self._error}")
        return self._when

    def _look(self):
        deadline = time.time() + 85
        while time.time() < deadline:
            answer = self._host.run("mainstay status", check=False)
            if not complaints(answer, 0, ONLINE, ()):
                self._when = time.time()
                return
            self._error = answer.out


def tell(lab, narrator):
    Story(lab, narrator).tell()


if __name__ == "__main__":
    sys.exit(run_script(__doc__.split("\n", maxsplit=1)[0], ["node1", "node2"], tell))
