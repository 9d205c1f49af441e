#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The systemd and apache plugins on the systemd of a booted host: runs component_systemd there.

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
    admin.chapter("Units in the hands of an agent")
    host = lab.hosts["alone"]
    os.makedirs(host.root + THERE)
    for part in ("tests/component_systemd", "lib/mainstay/agents/systemd.so", "lib/mainstay/agents/apache.so"):
        shutil.copy(f"{BUILD}/{part}", host.root + THERE)
    lab.boot_all()
    admin.type("alone", f"{THERE}/component_systemd --gtest_brief=1", code=0, timeout=300)


if __name__ == "__main__":
    sys.exit(run_script(__doc__.split("\n", maxsplit=1)[0], ["alone"], tell))
