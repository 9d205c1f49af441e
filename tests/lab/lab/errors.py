# SPDX-License-Identifier: Apache-2.0
"""The two ways in which a lab can end badly."""


class LabError(Exception):
    """A command failed or an awaited event did not come; the text says which, where and what was seen instead."""


class CannotRun(Exception):
    """This machine cannot boot hosts (no root, no namespaces, a missing program): tests skip."""
