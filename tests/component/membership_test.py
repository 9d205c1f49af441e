# SPDX-License-Identifier: Apache-2.0
"""core/membership against real corosyncs: views, order, back-pressure, partition, death, restart.

    membership_test.py PROBE QUORUM-PROGRAM [UNITTEST ARGUMENTS]"""
import datetime
import re
import signal
import sys
import unittest

import membership_lab as lab

PROBE = QUORUM = None
BOTH = r"^view .* quorate=1 hosts=1:n1,2:n2 members=1:n1,2:n2 "


def alone(host):
    return rf"^view .* members={host}:n{host} "


class LabTest(unittest.TestCase):
    hosts = 2
    token_ms = 1000

    def setUp(self):
        self.lab = lab.Lab(self.hosts, self.token_ms)
        self.addCleanup(self.lab.close)

    def corosyncs(self):
        return {host: self.lab.corosync(host) for host in self.lab.hosts()}

    def probe(self, host):
        return self.lab.start(host, PROBE, "corosync")

    def joined_pair(self):
        self.engines = self.corosyncs()
        first, second = self.probe(1), self.probe(2)
        for probe in (first, second):
            probe.wait(BOTH)
        return first, second

    def mark(self, teller, *probes):
        """One mark in the history; what each probe had counted up to it."""
        teller.tell("mark")
        return [re.sub(r" from=\d+", "", probe.wait(r"^mark ")) for probe in probes]


class TwoHosts(LabTest):
    def test_waits_for_corosync_and_sees_hosts_before_their_daemons(self):
        first = self.probe(1)
        first.wait("not in the cluster, trying again")
        self.lab.corosync(1)
        first.wait(alone(1))
        self.lab.corosync(2)
        line = first.wait(r"^view .* hosts=1:n1,2:n2 ")
        self.assertIn(" members=1:n1 configured=1:n1,2:n2 ", line)
        second = self.probe(2)
        first.wait(BOTH)
        second.wait(BOTH)
        second.tell("self")
        self.assertEqual(second.wait("^self"), "self 2:n2")

    def test_order_is_equal_and_nothing_is_lost_under_back_pressure(self):
        first, second = self.joined_pair()
        self.mark(first, first, second)
        first.tell("send 10000 4000")
        second.tell("send 10000 2000")
        for probe in (first, second):
            self.assertIn("count=10000", probe.wait("^(sent|refused)"))
        # Each mark stands behind its sender's messages; the later one behind all of them.
        one, other = self.mark(first, first, second)
        self.assertEqual(one, other)
        rest, other_rest = self.mark(second, first, second)
        self.assertEqual(rest, other_rest)
        counts = [int(re.search(r"count=(\d+)", line)[1]) for line in (one, rest)]
        self.assertEqual(sum(counts), 20000)

    def test_partition_and_heal(self):
        first, second = self.joined_pair()
        self.lab.cable(2, "down")
        first.wait(alone(1))
        second.wait(alone(2))
        self.lab.cable(2, "up")
        views = [probe.wait(BOTH) for probe in (first, second)]
        rings = {re.search(r"ring=(\w+)", view)[1] for view in views}
        self.assertEqual(len(rings), 1, views)

    def test_death_of_corosync_and_return(self):
        first, second = self.joined_pair()
        self.engines[2].kill()
        second.wait("^disconnected ")
        first.wait(alone(1))
        self.lab.corosync(2)
        second.wait(BOTH)
        first.wait(BOTH)
        self.assertEqual(sum(line.startswith("disconnected ") for line in second.seen), 1)

    def test_daemon_leaves_and_dies(self):
        first, second = self.joined_pair()
        second.tell("leave")
        second.wait("^left")
        self.assertIn(" hosts=1:n1,2:n2 ", first.wait(alone(1)))
        second.kill()
        second = self.probe(2)
        first.wait(BOTH)
        second.wait(BOTH)
        second.kill()
        self.assertIn(" hosts=1:n1,2:n2 ", first.wait(alone(1)))

    def test_leave_comes_behind_what_was_queued(self):
        first, second = self.joined_pair()
        self.mark(first, first, second)
        second.tell("send 30 1000000\nmark\nleave")
        self.assertIn("count=30 ", first.wait("^mark"))
        first.wait(alone(1))

    def test_second_daemon_of_a_host_stays_out(self):
        first, second = self.joined_pair()
        intruder = self.probe(2)
        intruder.wait("^<3>.*another mainstayd of host n2")
        self.mark(first, first, second)
        self.assertFalse([line for line in intruder.seen if line.startswith("view")])
        second.kill()
        intruder.wait(BOTH)
        first.wait(BOTH)

    def test_tables_equal_the_tools(self):
        first, _ = self.joined_pair()
        for option, ours in (("-l", "members"), ("-s", "status")):
            theirs = self.lab.output(1, "corosync-quorumtool", option, check=False)
            own = self.lab.output(1, QUORUM, ours)
            self.assertEqual(re.sub("Date:.*", "", own), re.sub("Date:.*", "", theirs))
        del first

    def test_measure_latencies(self):
        """Measures, asserts nothing about time."""
        first, second = self.joined_pair()
        first.tell("latency 2000")
        print("\nself-delivery, two hosts [ms]:", first.wait("^latency"))
        delays = []
        for _ in range(3):
            self.engines[2].kill()
            view = first.wait(alone(1))
            delays.append(self.view_delay(view, "1"))
            self.engines[2] = self.lab.corosync(2)
            view = first.wait(r"^view .* hosts=1:n1,2:n2 ")
            delays.append(self.view_delay(view, "1 2"))
            if " members=1:n1,2:n2 " not in view:
                first.wait(BOTH)
            second.wait(BOTH)
        print("corosync logs its members to our view, down/up three times [ms]:", delays)

    def view_delay(self, view, members):
        """Milliseconds from corosync's line about its members to our view of them."""
        count = len(members.split())
        stamps = re.findall(rf"^(\w+ \d+ [\d:.]+) .*QUORUM\] Members\[{count}\]: {members}\s*$",
                            self.lab.corosync_log(1), re.MULTILINE)
        self.assertTrue(stamps, "corosync logged no such membership")
        now = datetime.datetime.now()
        logged = datetime.datetime.strptime(f"{now.year} {stamps[-1]}", "%Y %b %d %H:%M:%S.%f")
        return int(re.search(r"wall=(\d+)", view)[1]) - int(logged.timestamp() * 1000)


class PatientRing(LabTest):
    token_ms = 20000  # so that a stopped corosync is not given up at once

    def test_what_a_standing_ring_cannot_take_is_queued_and_arrives(self):
        first, second = self.joined_pair()
        self.mark(first, first, second)
        self.engines[2].popen.send_signal(signal.SIGSTOP)
        first.tell("send 60 1000000")
        self.assertEqual(first.wait("^(sent|refused)"), "sent count=60 congested=1")
        self.engines[2].popen.send_signal(signal.SIGCONT)
        one, other = self.mark(first, first, second)
        self.assertEqual(one, other)
        self.assertIn("count=60 ", one)


class ThreeHosts(LabTest):
    hosts = 3

    def test_minority_loses_quorum_majority_keeps_it(self):
        self.corosyncs()
        probes = {host: self.probe(host) for host in self.lab.hosts()}
        for probe in probes.values():
            probe.wait(r"^view .* quorate=1 .* members=1:n1,2:n2,3:n3 ")
        self.lab.cable(3, "down")
        probes[3].wait(r"^view .* quorate=0 hosts=3:n3 members=3:n3 ")
        for host in (1, 2):
            probes[host].wait(r"^view .* quorate=1 hosts=1:n1,2:n2 members=1:n1,2:n2 ")
        self.assertEqual(*self.mark(probes[1], probes[1], probes[2]))
        self.lab.cable(3, "up")
        for probe in probes.values():
            probe.wait(r"^view .* quorate=1 .* members=1:n1,2:n2,3:n3 ")
        self.mark(probes[2], *probes.values())  # the two histories become one here
        probes[1].tell("send 500 100")
        probes[1].wait("^sent")
        self.assertEqual(len(set(self.mark(probes[1], *probes.values()))), 1)

    def test_quorum_alone_changes_the_view_of_the_same_ring(self):
        self.lab.corosync(1)
        first = self.probe(1)
        before = first.wait("^view .* quorate=0 hosts=1:n1 ")
        self.lab.output(1, "corosync-quorumtool", "-e", "1")
        after = first.wait("^view .* quorate=1 hosts=1:n1 ")
        ring = re.search(r"ring=\w+", before)[0]
        self.assertIn(f" {ring} ", after)

    def test_reload_of_the_nodelist_changes_the_configured_hosts(self):
        for host in (1, 2):
            self.lab.write_conf(host, (1, 2))
            self.lab.corosync(host)
        first = self.probe(1)
        first.wait(r"^view .* hosts=1:n1,2:n2 .* configured=1:n1,2:n2 ")
        for host in self.lab.hosts():
            self.lab.write_conf(host, (1, 2, 3))
        self.lab.output(1, "corosync-cfgtool", "-R")
        first.wait(r"^view .* configured=1:n1,2:n2,3:n3 ")
        self.lab.corosync(3)
        first.wait(r"^view .* hosts=1:n1,2:n2,3:n3 ")


if __name__ == "__main__":
    REASON = lab.why_not_here()
    if REASON:
        lab.skip(f"membership against real corosyncs: {REASON}")
    PROBE, QUORUM = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main(verbosity=2)
