# SPDX-License-Identifier: Apache-2.0
"""Tells a story of commands and answers while it happens, and checks it: what an administrator types, what comes back."""

import os
import re
import sys
import time

from .errors import LabError
from .events import wait_for_answer


class Narrator:
    """Every check raises LabError; nothing is claimed that was not seen."""

    def __init__(self, lab):
        self.lab = lab
        self._bold, self._plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
        self._begin = time.monotonic()

    def chapter(self, text):
        seconds = time.monotonic() - self._begin
        print(f"\n{self._bold}== {text}{self._plain}   [{seconds:.1f} s]", flush=True)

    def say(self, text):
        print(f"-- {text}", flush=True)

    def type(self, host, command, code=0, expect=(), reject=(), timeout=120):
        """Types a command on a host, shows it and its answer, and checks exit code and text."""
        answer = self.lab.hosts[host].run(command, check=False, timeout=timeout)
        self._show(host, answer)
        self._check(host, answer, code, expect, reject)
        return answer

    def type_until(self, host, command, code=0, expect=(), reject=(), timeout=60):
        """Types a command until its answer is as expected, and shows that one."""
        def as_expected(answer):
            return not complaints(answer, code, expect, reject)

        try:
            answer = wait_for_answer(self.lab.hosts[host], command, as_expected, timeout)
        except LabError:
            last = self.lab.hosts[host].run(command, check=False)
            self._show(host, last)
            self._check(host, last, code, expect, reject)
            answer = last
            self.say(f"(only after more than {timeout} s)")
            raise
        self._show(host, answer)
        return answer

    def claim(self, true, what):
        """A check that is no command's answer."""
        if not true:
            raise LabError(f"not so: {what}")
        self.say(what)

    def save_journals(self, folder):
        """For the reader of a failed run: each live host's journal and console."""
        os.makedirs(folder, exist_ok=True)
        for name, host in self.lab.hosts.items():
            path = f"{folder}/{name}.journal"
            with open(path, "w", encoding="utf-8") as file:
                if host.pid is not None:
                    file.write(host.run("journalctl -o short-precise --no-hostname", check=False).out)
                file.write("\n--- console ---\n" + host.console_tail(1000))
            print(f"-- journal of {name}: {path}", flush=True)

    def _show(self, host, answer):
        print(f"{self._bold}root@{host}# {answer.command}{self._plain}", flush=True)
        if answer.out.strip("\n"):
            print(answer.out.rstrip("\n"), flush=True)
        if answer.code != 0:
            print(f"-- exit {answer.code}", flush=True)

    @staticmethod
    def _check(host, answer, code, expect, reject):
        wrong = complaints(answer, code, expect, reject)
        if wrong:
            raise LabError(f"root@{host}# {answer.command}: " + "; ".join(wrong))


def complaints(answer, code, expect, reject):
    """What an answer lacks: exit code (None: any), patterns that it must and must not match line by line."""
    found = []
    if code is not None and answer.code != code:
        found.append(f"exit {answer.code} instead of {code}")
    found += [f"no line matches /{p}/" for p in as_tuple(expect) if not re.search(p, answer.out, re.M)]
    found += [f"a line matches /{p}/" for p in as_tuple(reject) if re.search(p, answer.out, re.M)]
    return found


def as_tuple(patterns):
    return (patterns,) if isinstance(patterns, str) else tuple(patterns)
