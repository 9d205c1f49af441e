# SPDX-License-Identifier: Apache-2.0
"""One host: an overlay of the machine's root, booted by systemd-nspawn, switched off like a real one.

The overlay is the host's disk: it survives a power failure and the next boot finds it. The network namespace does not.
"""

import os
import select
import signal
import socket
import subprocess
import time

from . import files
from .errors import LabError
from .process import Answer, call

BOOT_TIMEOUT_S = 90
SHUTDOWN_TIMEOUT_S = 120


class Host:
    """Created by Lab; its methods block until what they say has happened."""

    def __init__(self, lab, name, number):
        self.lab, self.name, self.number = lab, name, number
        self.folder = f"{lab.folder}/{name}"
        self.root = f"{self.folder}/root"
        self.console = f"{self.folder}/console"
        self.pid = None
        self.boot_seconds = None
        self._nspawn = None
        self._attached = False

    def create_disk(self, hosts, keys):
        for part in ("up", "work", "root"):
            os.makedirs(f"{self.folder}/{part}")
        call("mount", "-t", "overlay", f"mainstay-lab-{self.name}", "-o",
             f"lowerdir=/,upperdir={self.folder}/up,workdir={self.folder}/work", self.root)
        files.individualise(self.root, self.name, hosts)
        files.install_keys(self.root, self.name, hosts, keys)

    def install_debs(self, packages):
        """dpkg in a chroot, as an installer does it before the first boot."""
        os.makedirs(self.root + "/var/cache/mainstay-lab", exist_ok=True)
        inside = []
        for package in packages:
            call("cp", package, self.root + "/var/cache/mainstay-lab/")
            inside.append("/var/cache/mainstay-lab/" + os.path.basename(package))
        call("unshare", "--mount", "sh", "-c", 'mount -t proc proc "$0/proc" && exec chroot "$0" dpkg -i "$@"', self.root,
             *inside, env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))

    def start_boot(self):
        """Powers the host on; wait_booted() waits until its systemd says that it is up."""
        if self.pid is not None:
            raise LabError(f"{self.name} is already running")
        self.lab.network.attach(self.name, self.number)
        self._attached = True
        group = self.lab.control_group(self.name)
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify_path = f"{self.folder}/notify"
        if os.path.exists(notify_path):
            os.unlink(notify_path)
        self._notify.bind(notify_path)
        environment = dict(os.environ, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY="1", NOTIFY_SOCKET=notify_path)
        self._boot_begin = time.monotonic()
        with open(self.console, "ab") as console:
            self._nspawn = subprocess.Popen(
                ["/bin/sh", "-c", f"echo $$ >'{group}/cgroup.procs'; exec \"$@\"", "sh",
                 "systemd-nspawn", "-q", "-D", self.root, "--register=no", "--keep-unit", "-b", "--console=pipe",
                 "--notify-ready=yes", "--capability=all", "--rlimit=RLIMIT_MEMLOCK=infinity", "--resolv-conf=off",
                 "--timezone=off", "--link-journal=no", "-M", f"{self.lab.name}-{self.name}",
                 f"--network-namespace-path=/run/netns/{self.lab.network.namespace(self.name)}"],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console, env=environment, start_new_session=True)

    def wait_booted(self):
        """The host's PID 1 tells nspawn, and nspawn tells us, when the boot is over."""
        deadline = self._boot_begin + BOOT_TIMEOUT_S
        ready = False
        while not ready:
            if not select.select([self._notify], [], [], max(0, min(1.0, deadline - time.monotonic())))[0]:
                if self._nspawn.poll() is not None or time.monotonic() >= deadline:
                    raise LabError(f"{self.name} did not boot:\n{self.console_tail()}")
                continue
            for line in self._notify.recv(65536).decode(errors="replace").split("\n"):
                if line.startswith("X_NSPAWN_LEADER_PID="):
                    self.pid = int(line.split("=")[1])
                ready = ready or line == "READY=1"
        self._notify.close()
        if self.pid is None:
            raise LabError(f"{self.name}: nspawn did not name the host's first process")
        self.boot_seconds = time.monotonic() - self._boot_begin

    def boot(self):
        self.start_boot()
        self.wait_booted()

    def argv(self, command):
        """The machine's command that runs `command` (shell text) inside the host as root."""
        if self.pid is None:
            raise LabError(f"{self.name} is off; cannot run: {command}")
        return ["nsenter", "-t", str(self.pid), "-a", "--wdns=/root", "env", "-i", "HOME=/root", "USER=root", "LANG=C.UTF-8",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=dumb", "SYSTEMD_PAGER=",
                "bash", "-c", command]

    def run(self, command, check=True, timeout=60):
        """Runs shell text inside the host; raises LabError on a non-zero exit unless check is False."""
        answer = call(*self.argv(command), check=False, timeout=timeout)
        answer = Answer(command, answer.code, answer.out, answer.seconds)
        if check and answer.code != 0:
            raise LabError(f"root@{self.name}# {command}: exit {answer.code}\n{answer.out}")
        return answer

    def pull_cables(self):
        self.lab.network.set_cables(self.name, "down")

    def plug_cables(self):
        self.lab.network.set_cables(self.name, "up")

    def power_off(self):
        """As if the power went: nothing in the host gets a word in. Returns the time (CLOCK_REALTIME) of it."""
        self.pull_cables()
        now = time.time()
        os.kill(self.pid, signal.SIGKILL)
        self._wait_gone()
        return now

    def shut_down(self):
        """An orderly halt (systemd's SIGRTMIN+3)."""
        if self.pid is None:
            return
        os.kill(self.pid, signal.SIGRTMIN + 3)
        self._wait_gone()

    def destroy(self):
        """Whatever state the host is in: no process, no namespace, no mount left. Never raises."""
        if self._nspawn is not None and self._nspawn.poll() is None:
            for pid in (self.pid, self._nspawn.pid):
                try:
                    if pid is not None:
                        os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            try:
                self._nspawn.wait(20)
            except subprocess.TimeoutExpired:
                print(f"lab: {self.name}: systemd-nspawn {self._nspawn.pid} does not end", flush=True)
        self.pid = None
        if self._attached:
            self.lab.network.detach(self.name)
            self._attached = False
        call("umount", "-R", self.root, check=False)
        if os.path.ismount(self.root):
            call("umount", "-R", "-l", self.root, check=False)

    def console_tail(self, lines=30):
        try:
            with open(self.console, encoding="utf-8", errors="replace") as file:
                return "".join(file.readlines()[-lines:])
        except FileNotFoundError:
            return "(no console)"

    def _wait_gone(self):
        try:
            self._nspawn.wait(SHUTDOWN_TIMEOUT_S)
        except subprocess.TimeoutExpired as expired:
            raise LabError(f"{self.name} is still running after {SHUTDOWN_TIMEOUT_S} s") from expired
        self.pid = None
        self.lab.network.detach(self.name)
        self._attached = False
