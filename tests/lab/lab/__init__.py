# SPDX-License-Identifier: Apache-2.0
"""Real hosts on one machine: systemd as PID 1, two networks, cables that can be pulled, a client with a stopwatch."""

from .errors import CannotRun, LabError
from .lab import Lab, cannot_run_reason

__all__ = ["CannotRun", "Lab", "LabError", "cannot_run_reason"]
