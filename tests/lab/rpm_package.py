#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The rpm package: installed into a host, started, and removed again without a trace.

Exit 0 only if every step held, 77 if this machine cannot boot hosts.
"""

import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab.running import built_package, run_script  # noqa: E402

RPM = "rpm --force-debian --dbpath=/root/rpmdb"
# The host itself writes here while it runs.
BUSY = r"^/(proc|sys|dev|tmp|root/rpmdb|var/log|var/tmp|var/lib/systemd|var/cache/ldconfig|run/(systemd|log|udev|user|host))(/|$)"
# Users and groups stay when a package goes, by the rules of every distribution: their files may still be somewhere.
ACCOUNTS = r"^/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?$|^/etc/\.pwd\.lock$"


def files_of(host):
    """{path: type, mode, size and time of change of content} of the whole host."""
    listed = host.run(r"find / -xdev -printf '%p\t%y %m %s %T@\n'; find /run -printf '%p\t%y %m\n'", timeout=120).out
    found = {}
    for line in listed.splitlines():
        path, _, what = line.partition("\t")
        if not re.search(BUSY, path) and not re.search(ACCOUNTS, path):
            # A folder's time changes by what came and went in it.
            found[path] = " ".join(what.split()[:2]) if what.startswith("d") else what
    return found


def tell(lab, admin):
    lab.boot_all()
    host = lab.hosts["node1"]
    packages = [built_package("mainstay-[0-9]*.rpm"), built_package("mainstay-devel-*.rpm")]
    for package in packages:
        shutil.copy(package, host.root + "/root/")
    names = " ".join("/root/" + os.path.basename(package) for package in packages)
    host.run("rpm --dbpath=/root/rpmdb --initdb")
    before = files_of(host)

    admin.chapter("Installed and started")
    admin.type("node1", f"{RPM} -i --nodeps {names}")
    admin.type("node1", f"{RPM} -ql mainstay mainstay-devel", expect=(
        "^/usr/sbin/mainstayd$", "^/usr/bin/mainstay$", "^/usr/libexec/mainstay/mainstay-agent-host$",
        r"^/usr/lib64/mainstay/agents/ipaddr2\.so$", r"^/usr/lib/systemd/system/mainstayd\.service$",
        r"^/etc/mainstay/mainstay\.conf$", r"^/var/lib/mainstay$", r"^/usr/include/mainstay/agent\.h$"))
    admin.type("node1", "getent group haclient && getent passwd hacluster")
    admin.type("node1", "systemctl start mainstayd")
    admin.type_until("node1", "mainstay status", expect=r"\* Online: \[ node1 \]")
    admin.type("node1", "mainstay property set stonith-enabled=false")
    admin.type("node1", "mainstay resource create VIP ocf:heartbeat:IPaddr2 ip=192.168.56.10 cidr_netmask=24")
    admin.type_until("node1", "ip -brief -4 addr show eth1", expect=r"192\.168\.56\.10/24")

    admin.chapter("Removed without a trace")
    admin.type("node1", f"{RPM} -e mainstay mainstay-devel")
    admin.type("node1", "systemctl is-active mainstayd", code=None, expect="^inactive$|could not be found")
    admin.type("node1", "ip -brief -4 addr show eth1", reject=r"192\.168\.56\.10/")
    after = files_of(host)
    left = sorted(set(after) - set(before))
    gone = sorted(set(before) - set(after))
    changed = sorted(path for path in before if path in after and before[path] != after[path])
    # The machine below goes on changing; the host's own layer holds what the host did.
    left, gone, changed = ([path for path in paths if path.startswith("/run/") or os.path.lexists(host.folder + "/up" + path)]
                           for paths in (left, gone, changed))
    for what, paths in (("left behind", left), ("gone", gone), ("changed", changed)):
        for path in paths:
            print(f"{what}: {path}")
    admin.claim(not (left or gone or changed), f"the host has the same {len(before)} files as before")


if __name__ == "__main__":
    sys.exit(run_script(__doc__.split("\n", maxsplit=1)[0], ["node1"], tell, install_deb=False))
