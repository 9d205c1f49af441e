#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Many resources on one host: time to start them all, CPU of their monitors, memory of the daemon.

Runs a standalone mainstayd of a build in a network namespace and with a /run of its own with COUNT primitives, each with a monitor every
ten seconds, waits until all are started, and reads /proc. Exit 0, or 1 with the daemon's log if it does not get there.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

LINK = "load0"


def primitive(number, agent):
    name = f"r{number}"
    attributes = ""
    if agent == "IPaddr2":
        values = {"ip": f"10.{1 + number // 65536}.{number // 256 % 256}.{number % 256}", "cidr_netmask": "32",
                  "nic": LINK, "arp_count": "1"}
        pairs = "".join(f'<nvpair id="{name}-{key}" name="{key}" value="{value}"/>' for key, value in values.items())
        attributes = f'<instance_attributes id="{name}-p">{pairs}</instance_attributes>'
    return (f'<primitive id="{name}" class="ocf" provider="heartbeat" type="{agent}">{attributes}'
            f'<operations><op id="{name}-m" name="monitor" interval="10s"/></operations></primitive>')


def cib(count, agent):
    resources = "".join(primitive(number, agent) for number in range(count))
    return ('<cib validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0"><configuration><crm_config>'
            '<cluster_property_set id="o"><nvpair id="o-s" name="stonith-enabled" value="false"/>'
            f"</cluster_property_set></crm_config><nodes/><resources>{resources}</resources><constraints/>"
            "</configuration><status/></cib>")


def status_value(pid, name):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name + ":"))


def cpu_ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(child) for child in file.read().split()]


class Daemon:
    def __init__(self, build, folder):
        self.program = os.path.join(build, "bin", "mainstay")
        self.socket = os.path.join(folder, "run", "mainstayd.sock")
        self.log = os.path.join(folder, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [self.program + "d", "--membership=standalone", "--node-name=node1", f"--run-dir={folder}/run",
                 f"--state-dir={folder}/state", f"--agent-dir={build}/lib/mainstay/agents",
                 f"--libexec-dir={build}/bin", "--log-level=warning"], stderr=log)

    def ask(self, *words):
        return subprocess.run([self.program, "--socket", self.socket, *words], capture_output=True, text=True, check=False)

    def until(self, condition, pause, patience):
        end = time.monotonic() + patience
        while self.process.poll() is None and time.monotonic() < end:
            if condition():
                return
            time.sleep(pause)
        with open(self.log, encoding="utf-8", errors="replace") as log:
            sys.exit(f"the daemon did not get there; the end of its log:\n{log.read()[-3000:]}")

    def started(self):
        answer = self.ask("status", "--json")
        resources = json.loads(answer.stdout)["resources"] if answer.returncode == 0 else []
        return sum(1 for resource in resources if resource.get("role") == "Started")


def measure(arguments):
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        daemon = Daemon(os.path.abspath(arguments.build), folder)
        try:
            daemon.until(lambda: daemon.ask("status").returncode == 0, 0.2, 30)
            pid = daemon.process.pid
            before = status_value(pid, "VmRSS")
            path = os.path.join(folder, "cib.xml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(cib(arguments.count, arguments.agent))
            begin = time.monotonic()
            pushed = daemon.ask("cib", "push", path)
            if pushed.returncode != 0:
                sys.exit(pushed.stderr)
            daemon.until(lambda: daemon.started() == arguments.count, 5, arguments.patience)
            took = time.monotonic() - begin
            time.sleep(15)  # every monitor has had its first turn
            processes = [pid, *children(pid)]
            first = [cpu_ticks(process) for process in processes]
            time.sleep(arguments.seconds)
            used = [after - earlier for after, earlier in zip(map(cpu_ticks, processes), first)]
            share = [100 * ticks / os.sysconf("SC_CLK_TCK") / arguments.seconds for ticks in used]
            memory = status_value(pid, "VmRSS")
            print(f"{arguments.count} x {arguments.agent}, monitor every 10 s, load average {os.getloadavg()[0]:.1f}")
            print(f"all started after         {took:8.1f} s (looked at every 5 s)")
            print(f"CPU of one core           {sum(share):8.2f} %  (daemon {share[0]:.2f}, agent hosts {sum(share[1:]):.2f})")
            print(f"memory of the daemon      {memory / 1024:8.1f} MiB ({(memory - before) / arguments.count:.1f} KiB per resource), "
                  f"at most {status_value(pid, 'VmHWM') / 1024:.1f} MiB while it planned")
        finally:
            daemon.process.kill()
            daemon.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/dev")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--agent", choices=["Dummy", "IPaddr2"], default="Dummy")
    parser.add_argument("--seconds", type=int, default=30, help="how long the CPU time is counted")
    parser.add_argument("--patience", type=int, default=600, help="seconds until all must be started")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.inside:
        os.execvp("unshare", ["unshare", "--net", "--mount", sys.executable, os.path.abspath(__file__), *sys.argv[1:], "--inside"])
    # What the agents of an earlier run have left in /run would be found by the probes.
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    for command in (["link", "add", LINK, "type", "veth", "peer", "name", "load1"], ["link", "set", LINK, "up"],
                    ["link", "set", "load1", "up"], ["addr", "add", "10.0.0.1/8", "dev", LINK]):
        subprocess.run(["ip", *command], check=True)
    measure(arguments)


if __name__ == "__main__":
    main()
