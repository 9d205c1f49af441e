#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Agents written outside of this tree, against nothing but what is installed for their authors.

    agent_package_test.py BUILD [UNITTEST ARGUMENTS]     BUILD: the build folder whose installation is tested"""
import os
import re
import subprocess
import sys
import tempfile
import unittest

BUILD = None


def run(*command, folder=None, **environment):
    """Output of a command that has to succeed."""
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


class OutsideTheTree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="mainstay-package-")
        self.addCleanup(self.folder.cleanup)
        self.prefix = self.folder.name + "/prefix"
        run("cmake", "--install", BUILD, "--component", "development", "--prefix", self.prefix)

    def build(self, project):
        """Configures, builds and installs; the folder of the build."""
        build = project + "/build"
        run("cmake", "-S", project, "-B", build, "-DCMAKE_PREFIX_PATH=" + self.prefix,
            "-DMAINSTAY_PROGRAM=" + BUILD + "/bin/mainstay", "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON",
            "-DCMAKE_INSTALL_PREFIX=" + self.folder.name + "/elsewhere")
        run("cmake", "--build", build)
        run("cmake", "--install", build)
        return build

    def installed(self, name):
        """The plugin where the installed mainstay looks for it."""
        [found] = [os.path.join(at, name) for at, _, names in os.walk(self.prefix) if name in names]
        self.assertTrue(found.endswith("/mainstay/agents/" + name), found)
        return found

    def new(self, *arguments):
        return subprocess.run([BUILD + "/bin/mainstay", "agent", "new", *arguments], cwd=self.folder.name, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)

    def test_a_new_project_builds_tests_and_installs_as_it_is(self):
        self.assertEqual(self.new("web-cache", "--provider", "acme").returncode, 0)
        build = self.build(self.folder.name + "/web-cache")
        self.assertIn("100% tests passed", run("ctest", "--test-dir", build, "--output-on-failure"))
        plugin = self.installed("web-cache.so")
        names = run("nm", "--dynamic", "--defined-only", "--format=posix", plugin).split("\n")
        visible = [name.split()[0] for name in names if re.search(r" [TDRB] ", name)]
        self.assertEqual(visible, ["mainstay_agent_plugin"])
        plugins = os.path.dirname(plugin)
        host = (BUILD + "/bin/mainstay-agent-host", "--plugins", plugins, "--ocf-root", self.folder.name,
                "--init-dir", self.folder.name + "/none")
        self.assertEqual(run(*host, "--list"), "ocf:acme:web-cache\n")
        self.assertIn('<content type="boolean" default="false"/>', run(*host, "--describe", "ocf:acme:web-cache"))

    def test_nothing_is_overwritten_and_bad_names_are_told(self):
        self.assertEqual(self.new("mine", "--directory", "here/there").returncode, 0)
        source = self.folder.name + "/here/there/agent.cpp"
        write(source, "my work")
        again = self.new("mine", "--directory", "here/there")
        self.assertEqual(again.returncode, 1)
        self.assertIn("is there already and is not overwritten", again.stdout)
        with open(source, encoding="utf-8") as file:
            self.assertEqual(file.read(), "my work")
        for name in ("", "0day", "../up", "two words", "ocf:a:b", "x" * 65, "test"):
            refused = self.new(name)
            self.assertEqual(refused.returncode, 1, name)
            self.assertIn("cannot be the name of an agent", refused.stdout)
        self.assertEqual(self.new().returncode, 2)
        self.assertEqual(os.listdir(self.folder.name + "/here"), ["there"])


if __name__ == "__main__":
    BUILD = os.path.abspath(sys.argv.pop(1))
    # With AddressSanitizer, what its quarantine keeps is no leak of an agent's.
    os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
    unittest.main(verbosity=2)
