#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The systemd and apache plugins on the systemd of a booted host: runs component_systemd there, and the native apache
beside the script. And mainstayd as a unit whose cgroup is delegated: agent hosts get cgroups of their own.

MAINSTAY_BUILD names the build folder (default: build/dev). Exit 0 only if every test passed, 77 if this machine cannot
boot hosts.
"""

import os
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab.running import ROOT, run_script  # noqa: E402

BUILD = os.environ.get("MAINSTAY_BUILD", f"{ROOT}/build/dev")
THERE = "/opt/mainstay-tests"


def tell(lab, admin):
    host = lab.hosts["alone"]
    os.makedirs(host.root + THERE)
    for part in ("tests/component_systemd", "tests/component_parity", "bin/mainstay-agent-host", "lib/mainstay/agents/systemd.so",
                 "lib/mainstay/agents/apache.so"):
        shutil.copy(f"{BUILD}/{part}", host.root + THERE)
    for part in ("bin", "lib/mainstay"):
        shutil.copytree(f"{BUILD}/{part}", f"{host.root}{THERE}/built/{part}")
    lab.boot_all()
    admin.chapter("Units in the hands of an agent")
    admin.type("alone", f"{THERE}/component_systemd --gtest_brief=1", code=0, timeout=300)
    admin.chapter("Apache by systemd and by the script")
    admin.type("alone", f"MAINSTAY_HOST_OF_TESTS=1 {THERE}/component_parity --gtest_brief=1 --gtest_filter='Apache*'",
               code=0, timeout=900)
    judge_by_ocf_tester(host, admin)
    confine(admin)


def judge_by_ocf_tester(host, admin):
    admin.chapter("Apache as an OCF executable")
    executable = f"{THERE}/apache"
    with open(host.root + executable, "w", encoding="utf-8") as file:
        file.write(f"#!{THERE}/built/bin/mainstay-ocf apache\n")
    os.chmod(host.root + executable, 0o755)
    admin.type("alone", f"ocf-tester -n tested {executable}", expect="passed all tests", timeout=300)


def confine(admin):
    admin.chapter("Agent hosts in cgroups of their own, with the capabilities that are declared")
    daemon, mainstay = "/sys/fs/cgroup/system.slice/delegated.service", f"{THERE}/built/bin/mainstay"
    admin.type("alone", f"systemd-run --unit=delegated -p Type=notify -p Delegate=yes -p KillMode=process "
               f"{THERE}/built/bin/mainstayd --membership=standalone --run-dir=/run/mainstay --state-dir=/var/lib/mainstay "
               f"--agent-dir={THERE}/built/lib/mainstay/agents --libexec-dir={THERE}/built/bin", timeout=60)
    admin.type("alone", f"{mainstay} property set stonith-enabled=false")
    admin.type("alone", f"{mainstay} resource create D ocf:heartbeat:Dummy op monitor interval=2s --wait=20", timeout=60)
    admin.type("alone", f"cat {daemon}/host-1/cgroup.procs", expect=r"^\d+$")
    admin.type("alone", f"grep CapBnd /proc/$(cat {daemon}/host-1/cgroup.procs)/status", expect=r"CapBnd:\s+0+$")
    admin.type("alone", f"{mainstay} resource create U systemd:apache2 op monitor interval=2s --wait=20", timeout=60)
    admin.type("alone", "systemctl is-active apache2", expect="^active$")
    admin.type("alone", "grep CapBnd /proc/$(pgrep -f '[a]gent-host.*systemd.so')/status", expect=r"CapBnd:\s+0+$")
    admin.type("alone", f"{mainstay} resource disable U --wait=20", timeout=60)
    admin.type("alone", "systemctl is-active apache2", code=3)
    admin.type("alone", f"systemctl stop delegated; test ! -e {daemon}")


if __name__ == "__main__":
    sys.exit(run_script(__doc__.split("\n", maxsplit=1)[0], ["alone"], tell))
