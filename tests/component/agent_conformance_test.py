#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`mainstay agent test` on agents that keep the rules and on one that breaks them, in real agent hosts.

    agent_conformance_test.py BUILD [UNITTEST ARGUMENTS]"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

BUILD = None

class Agents(unittest.TestCase):
    def run_test(self, *arguments):
        """Exit code and the report, or what it complained of."""
        done = subprocess.run([BUILD + "/bin/mainstay", "agent", "test", *arguments, "--json"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr

    def failed(self, *arguments):
        code, report = self.run_test(*arguments)
        failed = {item["check"]: item["detail"] for item in report["checks"] if item["result"] == "FAILED"}
        self.assertEqual(code, 1 if failed else 0)
        self.assertEqual(len(failed), report["failed"])
        return failed

    def ill_mannered(self, fault):
        return self.failed(BUILD + "/tests/bad_plugins/ill_mannered.so", "needed=1", "fault=" + fault)

    def test_good_plugins_pass(self):
        code, report = self.run_test(BUILD + "/lib/mainstay/agents/dummy.so")
        self.assertEqual((code, report["failed"], report["left_out"], report["native"]), (0, 0, 0, True))
        self.assertGreater(report["held"], 30)
        with tempfile.NamedTemporaryFile() as file:
            # Its resource is a file that it does not make itself: it cannot be started.
            failed = self.failed(BUILD + "/tests/plugins/watching.so", "file=" + file.name + ".absent")
            self.assertIn("start succeeds", failed)

    def test_each_broken_rule_is_found(self):
        self.assertEqual(self.ill_mannered("none"), {})
        for fault, check, detail in (
                ("second_start", "start of what runs already succeeds", "(it runs already) instead of 0"),
                ("second_stop", "stop of what is stopped succeeds", "(it does not run) instead of 0"),
                ("forgetful", "an agent host that knows nothing of it finds that it runs", "7 instead of 0"),
                ("never_promoted", "then monitor says that it runs promoted", "0 instead of 8"),
                ("shared", "while the other one still does", "7 instead of 0"),
                ("late", "start succeeds", "had not ended after its timeout of 1000 ms"),
                ("crash", "start succeeds", "signal 11"),
                ("descriptor", "many monitors leave no descriptor, thread or memory behind", "open descriptors"),
                ("thread", "many monitors leave no descriptor, thread or memory behind", "threads"),
                ("memory", "many monitors leave no descriptor, thread or memory behind", "memory")):
            with self.subTest(fault=fault):
                failed = self.ill_mannered(fault)
                self.assertIn(check, failed)
                self.assertIn(detail, failed[check])

    @unittest.skipUnless(os.path.exists("/usr/lib/ocf/resource.d/heartbeat/Dummy"), "no script ocf:heartbeat:Dummy here")
    def test_scripts_are_tested_the_same_way(self):
        with tempfile.TemporaryDirectory() as folder:
            arguments = ("--script", "ocf:heartbeat:Dummy", f"state={folder}/one")
            code, report = self.run_test(*arguments)
            self.assertEqual((code, report["native"], report["left_out"]), (0, False, 1), report)
            code, report = self.run_test(*arguments, "second", f"state={folder}/two")
            self.assertEqual((code, report["failed"], report["left_out"]), (0, 0, 0), report)

    def test_nothing_is_done_to_what_runs_already(self):
        with tempfile.NamedTemporaryFile() as state:
            code, report = self.run_test(BUILD + "/lib/mainstay/agents/dummy.so", "state=" + state.name)
            self.assertEqual(code, 1)
            self.assertEqual(report["checks"][-1]["detail"], "nothing is done to what may be in use")
            self.assertTrue(os.path.exists(state.name))

    def test_what_is_no_agent_is_said_so(self):
        code, complaint = self.run_test(BUILD + "/tests/bad_plugins/no_symbol.so")
        self.assertEqual(code, 1)
        self.assertIn("does not export mainstay_agent_plugin", complaint)
        code, complaint = self.run_test("ocf:heartbeat:NoSuchAgent")
        self.assertEqual(code, 1)
        self.assertIn("ocf:heartbeat:NoSuchAgent", complaint)
        self.assertEqual(self.run_test()[0], 2)


if __name__ == "__main__":
    BUILD = os.path.abspath(sys.argv.pop(1))
    # With AddressSanitizer, what its quarantine keeps is no leak of an agent's.
    os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
    unittest.main(verbosity=2)
