#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""docs/writing-an-agent.md is true: its code, taken from the page, builds, passes, and hears of a death.

    tutorial_test.py BUILD [UNITTEST ARGUMENTS]"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

BUILD = None
PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/writing-an-agent.md")


def run(*command, **environment):
    done = subprocess.run(command, env={**os.environ, **environment}, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=300, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


class Tutorial(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="mainstay-tutorial-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        with open(PAGE, encoding="utf-8") as file:
            blocks = re.findall(r"^```(\w+)\n(.*?)^```$", file.read(), re.M | re.S)
        project = cls.folder + "/rsyncd"
        run(BUILD + "/bin/mainstay", "agent", "new", "rsyncd", "--directory", project)
        write(project + "/agent.cpp", "".join(text for kind, text in blocks if kind == "cpp"))
        write(project + "/CMakeLists.txt", "".join(text for kind, text in blocks if kind == "cmake"))
        for name in ("one.conf", "two.conf"):
            write(f"{cls.folder}/{name}", "use chroot = no\n")
        run("cmake", "--install", BUILD, "--component", "development", "--prefix", cls.folder + "/prefix")
        run("cmake", "-S", project, "-B", project + "/build", "-DCMAKE_PREFIX_PATH=" + cls.folder + "/prefix",
            "-DMAINSTAY_AGENT_DIR=" + cls.folder + "/agents", "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON",
            "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wno-missing-field-initializers")
        run("cmake", "--build", project + "/build")
        run("cmake", "--install", project + "/build")

    def test_the_agent_keeps_all_rules(self):
        one, two = free_port(), free_port()
        report = run(BUILD + "/bin/mainstay", "agent", "test", self.folder + "/agents/rsyncd.so",
                     f"configfile={self.folder}/one.conf", f"port={one}",
                     "second", f"configfile={self.folder}/two.conf", f"port={two}")
        self.assertIn(" 0 failed, 0 left out\n", report)

    def mainstay(self, *words):
        return run(BUILD + "/bin/mainstay", "--socket", self.folder + "/run/mainstayd.sock", *words)

    def wait_for(self, what, condition):
        # What is awaited is told by events within milliseconds; without them, by polling after an hour.
        end = time.monotonic() + 60
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.02)
        self.fail("in vain: " + what)

    @unittest.skipUnless(os.geteuid() == 0, "needs root: the pid file is in /run/resource-agents")
    def test_a_death_is_noticed_without_polling(self):
        daemon = subprocess.Popen([BUILD + "/bin/mainstayd", "--membership=standalone", "--node-name=node1",
                                   f"--run-dir={self.folder}/run", f"--state-dir={self.folder}/state",
                                   f"--agent-dir={self.folder}/agents", f"--libexec-dir={BUILD}/bin"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.terminate)
        self.wait_for("the daemon", lambda: os.path.exists(self.folder + "/run/mainstayd.sock"))
        name = f"tutorial-{os.getpid()}"
        self.mainstay("property", "set", "stonith-enabled=false")
        os.environ["MAINSTAY_LIBEXEC"] = BUILD + "/bin"
        self.mainstay("resource", "create", name, "ocf:local:rsyncd", f"configfile={self.folder}/one.conf",
                      f"port={free_port()}", "op", "monitor", "interval=3600s", "--force")
        self.addCleanup(self.mainstay, "resource", "delete", name, "--wait=60")

        def server():
            try:
                with open(f"/run/resource-agents/rsyncd-{name}.pid", encoding="utf-8") as file:
                    return int(file.read() or 0)
            except FileNotFoundError:
                return 0

        self.wait_for("the watch", lambda: "Monitoring: events (on node1)" in self.mainstay("resource", "config", name))
        first = server()
        os.kill(first, signal.SIGKILL)
        self.wait_for("another server", lambda: server() not in (0, first))


if __name__ == "__main__":
    BUILD = os.path.abspath(sys.argv.pop(1))
    # With AddressSanitizer, what its quarantine keeps is no leak of an agent's.
    os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
    if not shutil.which("rsync"):
        print("skipped: the tutorial's daemon, rsync, is not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
