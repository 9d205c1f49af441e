# SPDX-License-Identifier: Apache-2.0
"""What makes a copy of the machine's root a host of its own: its name, its units, its keys, its page."""

import glob
import os
import shutil
import uuid

from .network import HEARTBEAT, SERVICE
from .process import call

# Not a host's business here: consoles, clocks, hardware, waiting for networks that are there already.
MASKED = ("getty.target", "console-getty.service", "systemd-logind.service", "systemd-networkd.service",
          "systemd-networkd-wait-online.service", "systemd-timesyncd.service", "systemd-resolved.service",
          "systemd-udevd.service", "systemd-firstboot.service", "systemd-homed.service", "systemd-sysusers.service",
          "systemd-update-utmp.service", "e2scrub_reap.service", "ldconfig.service", "systemd-pcrphase.service",
          "apt-daily.timer", "apt-daily-upgrade.timer", "remote-fs.target", "machines.target", "sys-kernel-debug.mount",
          "sys-kernel-tracing.mount", "dev-hugepages.mount", "dev-mqueue.mount")

SSHD = """PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
UseDNS no
HostKey /etc/ssh/ssh_host_ed25519_key
PrintLastLog no
"""


def write(root, path, text, mode=0o644):
    full = root + path
    os.makedirs(os.path.dirname(full), exist_ok=True)
    if os.path.islink(full):
        os.unlink(full)
    with open(full, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(full, mode)


def link(root, path, target):
    full = root + path
    os.makedirs(os.path.dirname(full), exist_ok=True)
    if os.path.lexists(full):
        os.unlink(full)
    os.symlink(target, full)


def individualise(root, name, hosts):
    """`root`: the mounted overlay; `hosts`: {name: number} of all hosts of the lab."""
    write(root, "/etc/machine-id", uuid.uuid4().hex + "\n", 0o444)
    write(root, "/etc/hostname", name + "\n")
    lines = ["127.0.0.1 localhost"] + [f"{HEARTBEAT}.{number} {host}" for host, number in hosts.items()]
    write(root, "/etc/hosts", "\n".join(lines) + "\n")
    write(root, "/etc/fstab", "")
    write(root, "/var/www/html/index.html", f"<html><body>This page comes from {name}.</body></html>\n")
    write(root, "/etc/apache2/conf-enabled/servername.conf", f"ServerName {name}\n")
    write(root, "/root/.bashrc", f"PS1='root@{name}# '\n")
    keep_only_wanted_units(root)
    for old in ("/etc/corosync/corosync.conf", "/etc/corosync/authkey"):
        if os.path.exists(root + old):
            os.unlink(root + old)


def keep_only_wanted_units(root):
    for wants in glob.glob(root + "/etc/systemd/system/*.wants") + glob.glob(root + "/etc/systemd/system/*.requires"):
        shutil.rmtree(wants)
    for start in glob.glob(root + "/etc/rc[2-5].d/S*"):
        folder, name = os.path.split(start)
        os.rename(start, f"{folder}/K{name[1:]}")
    link(root, "/etc/systemd/system/default.target", "/lib/systemd/system/multi-user.target")
    link(root, "/etc/systemd/system/multi-user.target.wants/ssh.service", "/lib/systemd/system/ssh.service")
    for unit in MASKED:
        link(root, f"/etc/systemd/system/{unit}", "/dev/null")


def make_keys(folder, hosts):
    """One key pair for root of all hosts and a host key for each; returns nothing, leaves files in `folder`."""
    os.makedirs(folder, mode=0o700)
    for key in ["id_ed25519"] + [f"host-{name}" for name in hosts]:
        call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", f"{folder}/{key}")


def install_keys(root, name, hosts, folder):
    def key(file_name):
        with open(f"{folder}/{file_name}", encoding="utf-8") as file:
            return file.read()

    known = "".join(f"{host},{HEARTBEAT}.{number},{SERVICE}.{number} {key(f'host-{host}.pub')}"
                    for host, number in hosts.items())
    if os.path.isdir(root + "/root/.ssh"):
        shutil.rmtree(root + "/root/.ssh")
    os.makedirs(root + "/root/.ssh", mode=0o700)
    write(root, "/root/.ssh/id_ed25519", key("id_ed25519"), 0o600)
    write(root, "/root/.ssh/authorized_keys", key("id_ed25519.pub"), 0o600)
    write(root, "/root/.ssh/known_hosts", known)
    write(root, "/etc/ssh/ssh_host_ed25519_key", key(f"host-{name}"), 0o600)
    write(root, "/etc/ssh/sshd_config.d/lab.conf", SSHD)
