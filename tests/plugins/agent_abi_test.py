#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The plugins' table against its stored description, agent_abi.xml, by libabigail: plugins that are built must load for as
long as the ABI version is the same.

    agent_abi_test.py COMPILER SOURCE            every difference is a failure; SOURCE: agent_abi.cpp
    agent_abi_test.py COMPILER SOURCE --update   store the table as it is: only after something was appended to a
                                                 structure, or given a name that was reserved, and nothing else"""
import os
import platform
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
HEADER = "core/agent/mainstay_agent_abi.h"
STORED = os.path.join(HERE, "agent_abi.xml")
# That each of these is found shows that the comparison can fail.
BREAKS = (
    ("const char* version;", "std::uint64_t extra; const char* version;"),
    ("std::int64_t timeout_ms;", "std::int32_t timeout_ms;"),
    ("void (*destroy)(void* agent);", "int (*destroy)(void* agent);"),
    ("bool unique = false;", "int unique = 0;"),
    ("err_perm = 4,", "err_perm = 44,"),
    ("const char* shortdesc;", ""),
)


def run(*command):
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def library(compiler, folder, header_text):
    os.makedirs(os.path.join(folder, os.path.dirname(HEADER)), exist_ok=True)
    with open(os.path.join(folder, HEADER), "w", encoding="utf-8") as file:
        file.write(header_text)
    made = os.path.join(folder, "agent_abi.so")
    done = run(compiler, "-std=c++20", "-g", "-fPIC", "-shared", "-fvisibility=hidden", "-I", folder,
               os.path.abspath(sys.argv[2]), "-o", made)
    if done.returncode != 0:
        sys.exit(done.stdout)
    return made


def main():
    if not shutil.which("abidiff"):
        print("skipped: abidiff is not installed (packaging/install-deps test)")
        return 77
    if platform.machine() != "x86_64":
        print("skipped: the stored description is of x86_64")
        return 77
    with open(os.path.join(ROOT, HEADER), encoding="utf-8") as file:
        header = file.read()
    with tempfile.TemporaryDirectory(prefix="mainstay-abi-") as folder:
        present = library(sys.argv[1], folder, header)
        if "--update" in sys.argv:
            done = run("abidw", "--no-comp-dir-path", "--no-show-locs", "--no-corpus-path", present)
            with open(STORED, "w", encoding="utf-8") as file:
                file.write(done.stdout.replace(HERE + "/", ""))
            return done.returncode
        report = run("abidiff", "--harmless", STORED, present)
        if report.returncode != 0:
            print(report.stdout + "The table of plugins is not what it was. If something was appended and nothing else "
                  "changed, store it by\n    tests/plugins/agent_abi_test.py c++ tests/plugins/agent_abi.cpp --update")
            return 1
        for old, new in BREAKS:
            assert old in header, old
            if run("abidiff", "--harmless", STORED,
                   library(sys.argv[1], folder, header.replace(old, new, 1))).returncode == 0:
                print(f"{old} -> {new} was not noticed")
                return 1
    print(f"the table is as stored; {len(BREAKS)} changes of it would have been noticed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
