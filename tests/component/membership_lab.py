# SPDX-License-Identifier: Apache-2.0
"""Hosts with a real corosync each, without booting any: a network namespace per host, with private
/etc/corosync, /run, /dev/shm, /var/lib/corosync and /var/log/corosync, joined by a bridge.

Everything waits for lines of output, with a deadline that only a broken program meets."""
import ctypes
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

DEADLINE_S = 60
SKIPPED = 77


def why_not_here():
    """The reason why real corosyncs cannot be run on this machine, or None."""
    if os.geteuid() != 0:
        return "needs root"
    for program in ("corosync", "corosync-quorumtool", "corosync-cfgtool", "ip", "unshare"):
        if shutil.which(program) is None:
            return f"needs {program}"
    if subprocess.run(["unshare", "-n", "-m", "true"], capture_output=True).returncode != 0:
        return "needs the right to make namespaces"
    return None


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, capture_output=True, **options).stdout


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Process:
    """A program whose lines of output are waited for."""

    def __init__(self, name, command):
        self.name = name
        self.buffer = b""
        self.seen = []
        self.popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, preexec_fn=die_with_parent)

    def tell(self, line):
        self.popen.stdin.write(line.encode() + b"\n")
        self.popen.stdin.flush()

    def wait(self, pattern):
        """The first line from here on that the pattern is found in."""
        end = time.monotonic() + DEADLINE_S
        while True:
            while b"\n" in self.buffer:
                line, self.buffer = self.buffer.split(b"\n", 1)
                text = line.decode(errors="replace")
                self.seen.append(text)
                if re.search(pattern, text):
                    return text
            ready, _, _ = select.select([self.popen.stdout], [], [], max(0, end - time.monotonic()))
            data = os.read(self.popen.stdout.fileno(), 65536) if ready else b""
            if not data:
                state = "has ended" if ready else f"said nothing of the kind in {DEADLINE_S} s"
                last = "\n".join(self.seen[-15:])
                raise AssertionError(f"{self.name} {state}; wanted {pattern!r}; last lines:\n{last}")
            self.buffer += data

    def kill(self):
        self.popen.kill()
        self.popen.wait()
        self.popen.stdin.close()
        self.popen.stdout.close()


class Lab:
    """`count` hosts n1, n2, …; cables to the bridge can be pulled."""

    def __init__(self, count, token_ms=1000):
        self.count = count
        self.token_ms = token_ms
        self.prefix = f"mbr{os.getpid()}"
        self.folder = tempfile.mkdtemp(prefix="mainstay-membership-")
        self.processes = []
        self.switch = f"{self.prefix}sw"
        run("ip", "netns", "add", self.switch)
        run("ip", "-n", self.switch, "link", "add", "br0", "type", "bridge")
        run("ip", "-n", self.switch, "link", "set", "br0", "up")
        key = os.urandom(256)
        for host in self.hosts():
            self._make_host(host, key)

    def hosts(self):
        return range(1, self.count + 1)

    def _make_host(self, host, key):
        space = f"{self.prefix}h{host}"
        run("ip", "netns", "add", space)
        run("ip", "-n", space, "link", "set", "lo", "up")
        run("ip", "-n", space, "link", "add", "eth0", "type", "veth", "peer", "name", f"p{host}",
            "netns", self.switch)
        run("ip", "-n", self.switch, "link", "set", f"p{host}", "master", "br0", "up")
        run("ip", "-n", space, "addr", "add", f"10.77.0.{host}/24", "dev", "eth0")
        run("ip", "-n", space, "link", "set", "eth0", "up")
        for place in ("etc", "run", "shm", "lib", "log"):
            os.makedirs(self.path(host, place))
        self.write_conf(host, self.hosts())
        with open(self.path(host, "etc", "authkey"), "wb") as file:
            file.write(key)
        os.chmod(self.path(host, "etc", "authkey"), 0o400)

    def path(self, host, *parts):
        return os.path.join(self.folder, str(host), *parts)

    def write_conf(self, host, nodes):
        nodes = list(nodes)
        entries = "".join(f"    node {{\n        ring0_addr: 10.77.0.{n}\n        name: n{n}\n"
                          f"        nodeid: {n}\n    }}\n" for n in nodes)
        two_node = "    two_node: 1\n    wait_for_all: 0\n" if len(nodes) == 2 else ""
        with open(self.path(host, "etc", "corosync.conf"), "w") as file:
            file.write(f"totem {{\n    version: 2\n    cluster_name: lab\n    transport: knet\n"
                       f"    crypto_cipher: aes256\n    crypto_hash: sha256\n"
                       f"    token: {self.token_ms}\n}}\n"
                       f"nodelist {{\n{entries}}}\n"
                       f"quorum {{\n    provider: corosync_votequorum\n{two_node}}}\n"
                       f"logging {{\n    to_logfile: yes\n    to_syslog: no\n    to_stderr: no\n"
                       f"    logfile: /var/log/corosync/corosync.log\n    timestamp: hires\n}}\n")

    def command(self, host, *command):
        binds = [("etc", "/etc/corosync"), ("run", "/run"), ("shm", "/dev/shm"),
                 ("lib", "/var/lib/corosync"), ("log", "/var/log/corosync")]
        script = "mount --make-rprivate /; " + "".join(
            f"mkdir -p {to}; mount --bind {self.path(host, of)} {to}; " for of, to in binds)
        return ["ip", "netns", "exec", f"{self.prefix}h{host}", "unshare", "-m", "sh", "-ec",
                script + 'exec "$@"', "sh", *command]

    def start(self, host, *command):
        process = Process(f"{os.path.basename(command[0])} on n{host}", self.command(host, *command))
        self.processes.append(process)
        return process

    def output(self, host, *command, check=True):
        return subprocess.run(self.command(host, *command), check=check, text=True,
                              capture_output=True).stdout

    def corosync(self, host):
        return self.start(host, "corosync", "-f")

    def cable(self, host, state):
        run("ip", "-n", self.switch, "link", "set", f"p{host}", state)

    def corosync_log(self, host):
        with open(self.path(host, "log", "corosync.log")) as file:
            return file.read()

    def close(self):
        for process in self.processes:
            if process.popen.returncode is None:
                process.kill()
        for space in [f"{self.prefix}h{host}" for host in self.hosts()] + [self.switch]:
            subprocess.run(["ip", "netns", "del", space], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)
