# SPDX-License-Identifier: Apache-2.0
"""Pacemaker's answer to a CIB, and our own. With a memory, Pacemaker is asked once per CIB for all runs to come."""

import collections
import hashlib
import json
import os
import subprocess
import tempfile
import zlib

PATIENCE_S = 60
Answer = collections.namedtuple("Answer", "code printed after graph")


def run(command, folder):
    """(exit code, what it printed); the code is -1 if it took too long."""
    environment = dict(os.environ, LC_ALL="C", CIB_shadow_dir=folder)
    try:
        # crm_simulate leaves files where it is run.
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=PATIENCE_S, check=False,
                              cwd=folder)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        return -1, ""


def simulate(command, text, *options):
    """The Answer of a program that simulates this CIB: exit code, what it printed, the CIB afterwards, the transition graph."""
    with tempfile.TemporaryDirectory(prefix="differential-") as folder:
        path, after, graph = (os.path.join(folder, name) for name in ("cib.xml", "after.xml", "graph.xml"))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        code, printed = run([*command, "-x", path, "-S", "-O", after, "-G", graph, *options], folder)
        return Answer(code, printed, content_of(after), content_of(graph))


def content_of(path):
    """Nothing if there is no such file."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


class Oracle:
    """The installed crm_simulate; `memory` is a folder that keeps its answers, or None."""

    def __init__(self, memory):
        self.memory = memory

    def __call__(self, text, *options):
        if self.memory is None:
            return simulate(["crm_simulate"], text, *options)
        name = hashlib.sha256("\n".join((text, *options)).encode()).hexdigest()
        path = os.path.join(self.memory, name[:2], name[2:])
        if os.path.exists(path):
            with open(path, "rb") as file:
                return Answer(*json.loads(zlib.decompress(file.read())))
        answer = simulate(["crm_simulate"], text, *options)
        if answer.code >= 0:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(f"{path}.{os.getpid()}", "wb") as file:
                file.write(zlib.compress(json.dumps(answer).encode()))
            os.replace(f"{path}.{os.getpid()}", path)
        return answer
