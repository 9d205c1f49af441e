#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The native agents as OCF executables, as other cluster managers and ocf-tester use them.

    ocf_executable_test.py BUILD [UNITTEST ARGUMENTS]"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

BUILD = None
NETWORK = ("ip link add v0 type veth peer name v1; ip link set v1 up; ip addr add 10.9.0.1/24 dev v0;"
           "ip link set v0 up;")
OCF_TESTER = shutil.which("ocf-tester", path="/usr/sbin:/usr/bin")


def run(*command, **environment):
    return subprocess.run(command, env={**os.environ, **environment}, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120, check=False)


def executable(name):
    return f"{BUILD}/lib/ocf/resource.d/mainstay/{name}"


def native_types():
    catalog = json.loads(run(BUILD + "/bin/mainstay-agent-host", "--catalog").stdout)
    agents = [agent for agent in catalog["agents"] if agent["class"] == "ocf"]
    return sorted("pacemaker-Dummy" if (agent["provider"], agent["type"]) == ("pacemaker", "Dummy") else agent["type"]
                  for agent in agents)


class Executables(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="mainstay-ocf-")
        self.addCleanup(self.folder.cleanup)

    def act(self, action, **parameters):
        return run(executable("Dummy"), action, OCF_ROOT="/usr/lib/ocf", OCF_RESOURCE_INSTANCE="d",
                   HA_RSCTMP=self.folder.name, **{"OCF_RESKEY_" + name: value for name, value in parameters.items()})

    def test_there_is_one_for_every_native_agent(self):
        self.assertEqual(native_types(), sorted(os.listdir(os.path.dirname(executable("")))))
        for name in native_types():
            metadata = run(executable(name), "meta-data")
            self.assertEqual(xml.etree.ElementTree.fromstring(metadata.stdout).get("name"), name)

    def test_actions_answer_as_a_script_does(self):
        self.assertEqual(self.act("monitor").returncode, 7)
        self.assertEqual(self.act("start").returncode, 0)
        self.assertEqual(os.listdir(self.folder.name), ["Dummy-d.state"])
        self.assertEqual(self.act("monitor", CRM_meta_interval="10000").returncode, 0)
        self.assertEqual(self.act("stop").returncode, 0)
        gone = self.act("monitor", CRM_meta_interval="10000")
        self.assertEqual((gone.returncode, gone.stderr), (7, "ocf-exit-reason:No process state file found\n"))
        unknown = self.act("frobnicate")
        self.assertEqual(unknown.returncode, 3)
        self.assertIn("|monitor|", unknown.stdout)
        self.assertEqual(run(executable("IPaddr2"), "validate-all").returncode, 6)

    def test_mainstay_offers_each_agent_once(self):
        host = (BUILD + "/bin/mainstay-agent-host", "--ocf-root", BUILD + "/lib/ocf")
        self.assertNotIn("ocf:mainstay:", run(*host, "--list").stdout)
        self.assertEqual(run(*host, "--describe", "ocf:mainstay:Dummy").stdout,
                         run(*host, "--describe", "ocf:heartbeat:Dummy").stdout)

    def ocf_tester(self, name, *parameters, before=""):
        options = " ".join("-o " + parameter for parameter in parameters)
        command = f"{before} exec {OCF_TESTER} -v -n tested {options} {executable(name)}"
        done = run("unshare", "--net", "--mount", "sh", "-c", f"mount -t tmpfs none /run; ip link set lo up; {command}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("passed all tests", done.stdout)

    @unittest.skipUnless(OCF_TESTER and os.geteuid() == 0, "needs ocf-tester of resource-agents, and root")
    def test_ocf_tester_passes(self):
        for name, parameters, before in (
                ("Dummy", ("fake=x",), ""),
                ("pacemaker-Dummy", ("fake=x",), ""),
                ("Delay", ("startdelay=0", "stopdelay=0", "mondelay=0"), ""),
                ("IPaddr2", ("ip=10.9.0.5", "cidr_netmask=24"), NETWORK),
                ("Route", ("destination=10.8.0.0/24", "device=v0"), NETWORK),
                ("IPsrcaddr", ("ipaddress=10.9.0.5", "cidr_netmask=24"),
                 NETWORK + "ip addr add 10.9.0.5/24 dev v0; ip route add default via 10.9.0.254;"),
                ("Filesystem", ("device=tmpfs", "directory=/run/mnt", "fstype=tmpfs"), ""),
                ("ping", ("host_list=10.9.0.1", "attempts=1"), NETWORK),
                ("Stateful", (), "")):
            with self.subTest(agent=name):
                self.ocf_tester(name, *parameters, before=before)


if __name__ == "__main__":
    BUILD = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
