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
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


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
            "-DCMAKE_INSTALL_PREFIX=" + self.folder.name + "/elsewhere")
        run("cmake", "--build", build)
        run("cmake", "--install", build)
        return build

    def installed(self, name):
        """The plugin where the installed mainstay looks for it."""
        [found] = [os.path.join(at, name) for at, _, names in os.walk(self.prefix) if name in names]
        self.assertTrue(found.endswith("/mainstay/agents/" + name), found)
        return found

    def test_an_agent_needs_the_package_and_nothing_else(self):
        project = self.folder.name + "/project"
        with open(SOURCE + "/plugins/dummy/dummy_agent.cpp", encoding="utf-8") as file:
            source = file.read()
        write(project + "/agent.cpp", source.replace('"core/agent/mainstay_agent.h"', "<mainstay/agent.h>"))
        write(project + "/CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\nproject(outside CXX)\n"
              "find_package(mainstay 0.1 REQUIRED)\nmainstay_add_agent(outside agent.cpp)\n")
        self.build(project)
        plugin = self.installed("outside.so")
        names = run("nm", "--dynamic", "--defined-only", "--format=posix", plugin).split("\n")
        visible = [name.split()[0] for name in names if re.search(r" [TDRB] ", name)]
        self.assertEqual(visible, ["mainstay_agent_plugin"])
        listed = run(BUILD + "/bin/mainstay-agent-host", "--plugins", os.path.dirname(plugin),
                     "--ocf-root", self.folder.name, "--list")
        self.assertEqual(listed, "ocf:heartbeat:Dummy\n")


if __name__ == "__main__":
    BUILD = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
