# SPDX-License-Identifier: Apache-2.0
"""The client's stopwatch: asks for the page every 5 ms and keeps when which host answered."""

import os
import signal
import subprocess
import sys
import time

from .errors import LabError
from .process import poll


class Client:
    """Lives in the client's namespace from the first ask() to stop(). Times are time.monotonic() seconds."""

    def __init__(self, lab):
        self.lab = lab
        self.record = f"{lab.folder}/client-answers"
        self._process = None

    def start(self, address):
        prober = os.path.join(os.path.dirname(os.path.abspath(__file__)), "prober.py")
        self._process = subprocess.Popen(
            ["ip", "netns", "exec", self.lab.network.client, sys.executable, "-I", prober, address, self.record],
            stdin=subprocess.DEVNULL, start_new_session=True)

    def stop(self):
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(10)
        self._process = None

    def answers(self, since):
        """[(time, host)] of the answers after `since`, and the last one before it."""
        if not os.path.exists(self.record):
            return []
        found, before = [], None
        with open(self.record, encoding="utf-8") as file:
            for line in file:
                if not line.endswith("\n"):
                    break
                stamp, host = line.split()
                entry = (int(stamp) / 1e9, host)
                if entry[0] < since:
                    before = entry
                else:
                    found.append(entry)
        return ([before] if before else []) + found

    def wait_answer(self, since, host=None, timeout=60):
        """Waits for an answer after `since` (from `host`, if given) and returns its time."""
        def look():
            for stamp, name in self.answers(since):
                if stamp >= since and host in (None, name):
                    return stamp
            if self._process.poll() is not None:
                raise LabError("the client has ended")
            return None

        return poll(f"client: a page from {host or 'any host'}", look, timeout)

    def wait_outage(self, since, shortest=0.04, timeout=60):
        """Waits until no page came for `shortest` seconds; returns the time of the last answer before."""
        def look():
            stamps = [stamp for stamp, _ in self.answers(since)] + [time.monotonic()]
            for earlier, later in zip(stamps, stamps[1:]):
                if later - earlier > shortest:
                    return earlier + 1e-6
            return None

        return poll("client: the page to go away", look, timeout)

    def longest_gap(self, since, settle=1.0):
        """Longest time without an answer in the window from the last answer before `since` until `settle` s after now."""
        end = time.monotonic() + settle
        poll("client: the window to end", lambda: time.monotonic() >= end, settle + 5)
        answers = self.answers(since)
        if len(answers) < 2 or end - answers[-1][0] > 0.5:
            raise LabError("client: the page is not being served")
        return max(later[0] - earlier[0] for earlier, later in zip(answers, answers[1:]))
