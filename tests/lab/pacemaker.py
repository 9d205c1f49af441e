#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Pacemaker itself, on two booted hosts, with mainstay's agents as OCF executables: ocf:mainstay:IPaddr2 is started,
monitored, recovered and moved, ocf:mainstay:ping sets its attribute by way of attrd_updater.

Exit 0 only if every step went as told, 77 if this machine cannot boot hosts or has no Pacemaker.
"""

import os
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab.running import run_script  # noqa: E402

VIP = "192.168.56.10"
RESOURCES = f"""<resources>
<primitive id="VIP" class="ocf" provider="mainstay" type="IPaddr2">
<instance_attributes id="VIP-ia"><nvpair id="VIP-ip" name="ip" value="{VIP}"/>
<nvpair id="VIP-mask" name="cidr_netmask" value="24"/></instance_attributes>
<operations><op id="VIP-monitor" name="monitor" interval="1s" timeout="20s"/></operations></primitive>
<clone id="Uplinks"><primitive id="Uplink" class="ocf" provider="mainstay" type="ping">
<instance_attributes id="Uplink-ia"><nvpair id="Uplink-hosts" name="host_list" value="172.16.0.1 172.16.0.2"/>
<nvpair id="Uplink-multiplier" name="multiplier" value="100"/><nvpair id="Uplink-dampen" name="dampen" value="0s"/>
<nvpair id="Uplink-attempts" name="attempts" value="1"/></instance_attributes>
<operations><op id="Uplink-monitor" name="monitor" interval="2s" timeout="20s"/></operations></primitive></clone>
</resources>"""


def tell(lab, admin):
    admin.chapter("A cluster of Pacemaker")
    lab.boot_all()
    admin.type("node1", "mainstay cluster setup field node1 node2")
    for node in lab.hosts:
        admin.type(node, "systemctl start corosync pacemaker")
    admin.type_until("node1", "crm_mon -1", expect=r"Online: \[ node1 node2 \]", timeout=120)
    admin.type("node1", "systemctl is-active mainstayd", code=3)
    admin.type("node1", "crm_resource --show-metadata ocf:mainstay:IPaddr2", expect='<parameter name="ip"')

    admin.chapter("mainstay's agents in it")
    admin.type("node1", "crm_attribute -t crm_config -n stonith-enabled -v false")
    admin.type("node1", f"cibadmin --replace --scope resources --xml-text '{RESOURCES}'")
    admin.type_until("node1", "crm_mon -1", expect=(r"VIP\s+\(ocf:+mainstay:IPaddr2\):\s+Started node[12]",
                                                    r"Started: \[ node1 node2 \]"))
    home = "node1" if "VIP" in lab.hosts["node1"].run("crm_resource --locate -r VIP | grep node1", check=False).out else "node2"
    other = "node2" if home == "node1" else "node1"
    admin.type(home, "ip -brief addr show eth1", expect=rf"\b{VIP}/24\b")
    admin.type(other, "ip -brief addr show eth1", reject=rf"\b{VIP}/24\b")
    admin.type_until(home, "crm_mon -1 --operations", expect=r'monitor: interval="1000ms"')

    admin.chapter("A monitor that notices")
    admin.type(home, f"ip addr del {VIP}/24 dev eth1")
    admin.type_until(home, "crm_mon -1", expect=rf"VIP.*monitor on {home}.*not running")
    admin.type_until(home, "ip -brief addr show eth1", expect=rf"\b{VIP}/24\b")
    admin.type(home, "crm_resource --cleanup -r VIP")

    admin.chapter("Standby moves it")
    admin.type("node1", f"crm_standby -N {home} -v on")
    admin.type_until("node1", "crm_mon -1", expect=rf"VIP\s+\(ocf:+mainstay:IPaddr2\):\s+Started {other}")
    admin.type(other, "ip -brief addr show eth1", expect=rf"\b{VIP}/24\b")
    admin.type(home, "ip -brief addr show eth1", reject=rf"\b{VIP}/24\b")
    admin.type("node1", f"crm_standby -N {home} -v off")

    admin.chapter("ping tells Pacemaker what it has counted")
    for node in lab.hosts:
        admin.type_until(node, f"attrd_updater -n pingd -Q -N {node}", expect='value="200"')
    lab.hosts["node1"].pull_cables()
    admin.type_until("node2", "attrd_updater -n pingd -Q -N node2", expect='value="100"')


if __name__ == "__main__":
    if shutil.which("pacemakerd", path="/usr/sbin:/usr/bin") is None:
        print("skipped: no pacemaker here (Debian: pacemaker)")
        sys.exit(77)
    sys.exit(run_script(__doc__.split("\n", maxsplit=1)[0], ["node1", "node2"], tell))
