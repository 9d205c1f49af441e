# SPDX-License-Identifier: Apache-2.0
"""A lab: hosts, wires and client of one run, made together and removed together, whatever happens.

    with Lab(["node1", "node2"], debs=[...]) as lab:
        lab.boot_all()
        lab.hosts["node1"].run("systemctl start apache2")

Several labs can run at once: everything of one carries its name. remove_leftovers() clears what a killed run left behind.
"""

import glob
import os
import shutil
import signal
import subprocess
import tempfile

from . import files
from .client import Client
from .errors import CannotRun, LabError
from .host import Host
from .network import Network, remove_namespaces
from .process import call, poll

LABS = os.environ.get("MAINSTAY_LAB_DIR", "/var/lib/mainstay-lab")
PROGRAMS = ("systemd-nspawn", "nsenter", "ip", "mount", "ssh-keygen", "corosync", "apache2", "sshd", "curl")


def cannot_run_reason():
    """Why this machine cannot boot hosts, or None."""
    if os.geteuid() != 0:
        return "not root"
    for program in PROGRAMS:
        if shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin") is None:
            return f"no {program}: packaging/install-deps lab"
    if _unified_control_groups() is None:
        return "no cgroup2 file system"
    trial = f"mslab-trial{os.getpid()}"
    try:
        if subprocess.run(["ip", "netns", "add", trial], capture_output=True, check=False).returncode != 0:
            return "no network namespaces"
        if subprocess.run(["ip", "-n", trial, "link", "add", "left", "type", "veth", "peer", "name", "right"],
                          capture_output=True, check=False).returncode != 0:
            return "no veth interfaces"
        return _cannot_overlay()
    finally:
        subprocess.run(["ip", "netns", "del", trial], capture_output=True, check=False)


def _cannot_overlay():
    os.makedirs(LABS, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=LABS, prefix="trial-") as folder:
        for part in ("up", "work", "root"):
            os.mkdir(f"{folder}/{part}")
        mounted = subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                                  f"lowerdir=/,upperdir={folder}/up,workdir={folder}/work", f"{folder}/root"],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            return f"no overlay of /: {mounted.stderr.strip()}"
        call("umount", f"{folder}/root")
    return None


def _unified_control_groups():
    with open("/proc/mounts", encoding="utf-8") as mounts:
        for line in mounts:
            fields = line.split()
            if fields[2] == "cgroup2" and os.access(fields[1], os.W_OK):
                return fields[1]
    return None


class Lab:
    """A context manager; leaving it removes everything unless keep() was called."""

    def __init__(self, host_names, debs=()):
        reason = cannot_run_reason()
        if reason:
            raise CannotRun(reason)
        self.name = f"mslab{os.getpid()}x{os.urandom(3).hex()}"
        self.folder = f"{LABS}/{self.name}"
        os.mkdir(self.folder)
        self.numbers = {name: index + 1 for index, name in enumerate(host_names)}
        self.debs = list(debs)
        self.network = Network(self.name)
        self.hosts = {name: Host(self, name, number) for name, number in self.numbers.items()}
        self.client = Client(self)
        self._kept = False

    def __enter__(self):
        signal.signal(signal.SIGTERM, _interrupt)
        signal.signal(signal.SIGHUP, _interrupt)
        try:
            self._set_up()
        except BaseException:
            self._tear_down()
            raise
        return self

    def __exit__(self, *_):
        if not self._kept:
            self._tear_down()

    def boot_all(self):
        for host in self.hosts.values():
            host.start_boot()
        for host in self.hosts.values():
            host.wait_booted()

    def keep(self):
        """Leaves the hosts up; returns the shell commands that log in to each and that remove the lab."""
        self._kept = True
        self.client.stop()
        log_in = {name: f"nsenter -t {host.pid} -a --wdns=/root bash --rcfile /root/.bashrc"
                  for name, host in self.hosts.items() if host.pid}
        return log_in, f"tests/lab/clean-up {self.name}"

    def control_group(self, host):
        """A control group of its own for a host, or systemd in one would meet systemd in the other."""
        path = f"{_unified_control_groups()}/{self.name}-{host}"
        os.makedirs(path, exist_ok=True)
        return path

    def _set_up(self):
        self.network.up()
        keys = f"{self.folder}/keys"
        files.make_keys(keys, self.hosts)
        for host in self.hosts.values():
            host.create_disk(self.numbers, keys)
            if self.debs:
                host.install_debs(self.debs)

    def _tear_down(self):
        # A second Ctrl-C must not leave half of it behind.
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self.client.stop()
            for host in self.hosts.values():
                host.destroy()
            remove(self.name)
        finally:
            signal.signal(signal.SIGINT, previous)


def _interrupt(*_):
    raise KeyboardInterrupt


def remove(name):
    """Removes what belongs to the lab `name`: processes, mounts, namespaces, control groups, files."""
    folder = f"{LABS}/{name}"
    for entry in glob.glob("/proc/[0-9]*"):
        try:
            with open(entry + "/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            if words[0].endswith(b"systemd-nspawn") and f"{folder}/".encode() in b" ".join(words):
                _kill_tree(int(os.path.basename(entry)))
        except (FileNotFoundError, ProcessLookupError):
            continue
    for root in glob.glob(f"{folder}/*/root"):
        if os.path.ismount(root):
            call("umount", "-R", "-l", root, check=False)
    remove_namespaces(name)
    for group in glob.glob(f"{_unified_control_groups()}/{name}-*"):
        _remove_group(group)
    if not any(os.path.ismount(root) for root in glob.glob(f"{folder}/*/root")):
        shutil.rmtree(folder, ignore_errors=True)


def _remove_group(group):
    """Kills what is left in a control group and removes it; the kernel lets it go when the last process is reaped."""
    def removed():
        for folder, _, _ in os.walk(group, topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                return False
        return True

    if os.path.exists(f"{group}/cgroup.kill"):
        with open(f"{group}/cgroup.kill", "w", encoding="ascii") as file:
            file.write("1")
    try:
        poll(f"{group} to be empty", removed, 10)
    except LabError as error:
        print(f"lab: {error}", flush=True)


def _kill_tree(nspawn):
    children = call("ps", "-o", "pid=", "--ppid", str(nspawn), check=False).out.split()
    for pid in [int(child) for child in children] + [nspawn]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def leftovers():
    """Names of labs whose run has ended (or was left up by keep)."""
    names = []
    for folder in glob.glob(f"{LABS}/mslab*"):
        owner = os.path.basename(folder)[len("mslab"):].split("x")[0]
        if not os.path.exists(f"/proc/{owner}"):
            names.append(os.path.basename(folder))
    return names
