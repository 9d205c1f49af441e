#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One host without corosync: the same commands, resources and monitors.

Exit 0 only if every step held, 77 if this machine cannot boot hosts.
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab.running import run_script  # noqa: E402

VIP_STARTED = r"\* VIP\s+\(ocf:heartbeat:IPaddr2\):\s+Started alone\s*$"
WEB_STARTED = r"\* Web\s+\(systemd:apache2\):\s+Started alone\s*$"


def tell(lab, admin):
    admin.chapter("One host, no corosync")
    lab.boot_all()
    admin.type("alone", "systemctl enable --now mainstayd", code=0)
    admin.type("alone", "systemctl is-active corosync", code=None, expect="^inactive$")
    admin.type_until("alone", "mainstay status", expect=(r"\* Online: \[ alone \]", r"\* Current DC: alone .*with quorum"))
    admin.type("alone", "mainstay property set stonith-enabled=false")
    admin.type("alone", "mainstay resource create VIP ocf:heartbeat:IPaddr2 ip=192.168.56.10 cidr_netmask=24 "
                        "op monitor interval=1s")
    admin.type_until("alone", "mainstay status", expect=VIP_STARTED)
    admin.type("alone", "mainstay resource create Web systemd:apache2 op monitor interval=1s")
    admin.type_until("alone", "mainstay status", expect=WEB_STARTED)
    admin.type("alone", "mainstay constraint colocation add Web with VIP INFINITY")
    admin.type("alone", "mainstay constraint order VIP then Web")
    admin.type_until("alone", "mainstay status", expect=(VIP_STARTED, WEB_STARTED))
    admin.type("alone", "curl -s http://192.168.56.10/", expect="comes from alone")

    admin.chapter("Monitors")
    admin.type("alone", "systemctl kill --signal=SIGKILL apache2")
    admin.type_until("alone", "mainstay status --full",
                     expect=(r"fail-count=1\b", r"Web 1s-interval monitor on alone returned .not running", WEB_STARTED))
    admin.type("alone", "mainstay resource cleanup Web", code=0)

    admin.chapter("The daemon killed: resources go on, and are found again")
    admin.type("alone", "systemctl kill --kill-whom=main --signal=SIGKILL mainstayd")
    admin.type_until("alone", "mainstay status", expect=(VIP_STARTED, WEB_STARTED))
    admin.type("alone", "curl -s http://192.168.56.10/", expect="comes from alone")

    admin.chapter("A second daemon, a wrong command, a wrong file")
    admin.type("alone", "mainstayd", code=1, expect="another mainstayd runs on this host")
    admin.type("alone", "mainstay resource create Bad ocf:heartbeat:IPaddr2 adress=10.0.0.1", code=1, expect="adress")
    admin.type("alone", "mainstay resource create VIP ocf:heartbeat:Dummy", code=1, expect="VIP")
    admin.type("alone", "echo '<cib><configuration>' >/root/broken.xml; mainstay cib push /root/broken.xml", code=1,
               expect="broken.xml")
    admin.type_until("alone", "mainstay status", expect=(VIP_STARTED, WEB_STARTED))

    admin.chapter("Stopped in order, booted again")
    admin.type("alone", "systemctl stop mainstayd")
    admin.type("alone", "ip -brief -4 addr show eth1", reject=r"192\.168\.56\.10/")
    admin.type("alone", "systemctl is-active apache2", code=None, expect="^inactive$")
    lab.hosts["alone"].shut_down()
    lab.hosts["alone"].boot()
    admin.type_until("alone", "mainstay status", expect=(VIP_STARTED, WEB_STARTED))


if __name__ == "__main__":
    sys.exit(run_script(__doc__.split("\n", maxsplit=1)[0], ["alone"], tell))
