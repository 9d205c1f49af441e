# SPDX-License-Identifier: Apache-2.0
"""Waiting for something to happen on a host: its journal, its addresses, or the answer of a command."""

import json
import re
import select
import subprocess
import time

from .errors import LabError
from .process import poll


class Follower:
    """Reads the lines of a program that runs inside a host and reports what happens there."""

    def __init__(self, host, command):
        self.host, self.command = host, command
        self._process = subprocess.Popen(host.argv(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=subprocess.DEVNULL)
        self._pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def wait_line(self, wanted, timeout, what):
        """The first line for which wanted(line) is true; its value is returned."""
        deadline = time.monotonic() + timeout
        while True:
            while b"\n" in self._pending:
                line, self._pending = self._pending.split(b"\n", 1)
                value = wanted(line.decode(errors="replace"))
                if value:
                    return value
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise LabError(f"{self.host.name}: {what}: not within {timeout} s")
            data = self._process.stdout.read1(65536)
            if not data:
                raise LabError(f"{self.host.name}: {self.command} ended before {what}")
            self._pending += data


def journal_since(host, since, pattern, unit=None, timeout=60):
    """Time (CLOCK_REALTIME, seconds) and text of the first line of the journal after `since` that matches `pattern`."""
    command = f"journalctl -o json -f -n all --since=@{since:.6f}" + (f" -u {unit}" if unit else "")

    def wanted(line):
        try:
            entry = json.loads(line)
        except ValueError:
            return None
        stamp = int(entry["__REALTIME_TIMESTAMP"]) / 1e6
        text = entry.get("MESSAGE")
        if isinstance(text, str) and stamp >= since and re.search(pattern, text):
            return stamp, text
        return None

    with Follower(host, command) as follower:
        return follower.wait_line(wanted, timeout, f"journal line /{pattern}/")


def wait_for_answer(host, command, condition, timeout=60):
    """For states of which no event tells: runs `command` until condition(answer) is true and returns that answer."""
    last = []

    def ask():
        last[:] = [host.run(command, check=False)]
        return last[0] if condition(last[0]) else None

    try:
        return poll(f"root@{host.name}# {command}", ask, timeout)
    except LabError as error:
        raise LabError(f"{error}; last answer: exit {last[0].code}\n{last[0].out}") from error
