# SPDX-License-Identifier: Apache-2.0
"""The wires of a lab: a switch namespace with two bridges, a namespace per host and one for the client.

Everything lives in namespaces whose names begin with the lab's, so that labs do not meet and one command removes all.
"""

import json

from .process import call

HEARTBEAT = "172.16.0"
SERVICE = "192.168.56"
CLIENT_NUMBER = 200
# Interfaces inside a host, and the bridge that each is plugged into.
CABLES = {"eth0": ("heartbeat", HEARTBEAT), "eth1": ("service", SERVICE)}


class Network:
    """The switch and whatever is plugged into it."""

    def __init__(self, lab_name):
        self.lab_name = lab_name
        self.switch = f"{lab_name}-switch"
        self.client = f"{lab_name}-client"

    def up(self):
        call("ip", "netns", "add", self.switch)
        for bridge, _ in CABLES.values():
            self._ip(self.switch, "link", "add", "name", bridge, "type", "bridge", "stp_state", "0", "forward_delay", "0")
            self._ip(self.switch, "link", "set", bridge, "up")
        call("ip", "netns", "add", self.client)
        self._plug(self.client, "client", "eth1", f"{SERVICE}.{CLIENT_NUMBER}")
        self._ip(self.client, "link", "set", "lo", "up")

    def namespace(self, host):
        return f"{self.lab_name}-{host}"

    def attach(self, host, number):
        """A fresh namespace with both interfaces: nothing of an earlier life of the host is left in the kernel."""
        namespace = self.namespace(host)
        call("ip", "netns", "add", namespace)
        self._ip(namespace, "link", "set", "lo", "up")
        for interface, (_, prefix) in CABLES.items():
            self._plug(namespace, host, interface, f"{prefix}.{number}")

    def detach(self, host):
        for interface in CABLES:
            # The pair may be gone already; the switch's end goes with the namespace's.
            call("ip", "-n", self.switch, "link", "del", self._port(host, interface), check=False)
        call("ip", "netns", "del", self.namespace(host), check=False)

    def set_cables(self, host, state, interfaces=tuple(CABLES)):
        for interface in interfaces:
            self._ip(self.switch, "link", "set", self._port(host, interface), state)

    def down(self):
        remove_namespaces(self.lab_name)

    def _plug(self, namespace, host, interface, address):
        bridge, _ = CABLES[interface]
        port = self._port(host, interface)
        self._ip(self.switch, "link", "add", "name", port, "type", "veth", "peer", "name", interface, "netns", namespace)
        self._ip(self.switch, "link", "set", port, "master", bridge, "up")
        self._ip(namespace, "addr", "add", f"{address}/24", "brd", "+", "dev", interface)
        self._ip(namespace, "link", "set", interface, "up")

    @staticmethod
    def _port(host, interface):
        return f"{host}-{interface}"[:15]

    @staticmethod
    def _ip(namespace, *arguments):
        call("ip", "-n", namespace, *arguments)


def remove_namespaces(lab_name):
    listed = call("ip", "-json", "netns", "list").out.strip()
    for entry in json.loads(listed or "[]"):
        if entry["name"].startswith(f"{lab_name}-"):
            for pid in call("ip", "netns", "pids", entry["name"], check=False).out.split():
                call("kill", "-KILL", pid, check=False)
            call("ip", "netns", "del", entry["name"], check=False)
