# SPDX-License-Identifier: Apache-2.0
"""Commands on the machine itself, and the one place where a state without an event is polled."""

import subprocess
import time
from dataclasses import dataclass

from .errors import LabError

POLL_S = 0.02


@dataclass
class Answer:
    """What a command answered; `out` is standard output and error as an administrator sees them."""

    command: str
    code: int
    out: str
    seconds: float = 0.0


def call(*argv, check=True, timeout=60, **options):
    """Runs a program of the machine; raises LabError with its output if it fails."""
    begin = time.monotonic()
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=timeout, **options)
    except subprocess.TimeoutExpired as expired:
        seen = (expired.stdout or b"").decode(errors="replace")
        raise LabError(f"{' '.join(argv)}: no end after {timeout} s\n{seen}") from expired
    answer = Answer(" ".join(argv), done.returncode, done.stdout, time.monotonic() - begin)
    if check and answer.code != 0:
        raise LabError(f"{answer.command}: exit {answer.code}\n{answer.out}")
    return answer


def poll(what, condition, timeout):
    """Waits for a state that tells nobody when it changes; returns condition()'s first true value."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise LabError(f"{what}: not within {timeout} s")
        time.sleep(POLL_S)
