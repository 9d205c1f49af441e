# SPDX-License-Identifier: Apache-2.0
"""What two scheduler simulators printed, side by side; and what must hold of one answer."""

import collections
import re

HEADERS = {"Current cluster status:": "current", "Transition Summary:": "summary",
           "Executing Cluster Transition:": "actions", "Revised Cluster Status:": "revised"}
# Worded differently by Pacemaker 2.1 and 3.0; the newer form is ours.
WORDS = ((re.compile(r"\bunmigrateable\b"), "unrunnable"), (re.compile(r"\bNot installed\b"), "not installed"),
         (re.compile(r"\(ORPHANED\)"), "(REMOVED)"), (re.compile(r"\bORPHANED\b"), "REMOVED"),
         (re.compile(r"\bmaintenance\b"), "unmanaged"))
IGNORED = ("Using the original execution date", "Setting effective cluster time", "Transition failed: terminated",
           "Only 'private' parameters to ", "Parameters to ", "notice: Unfencing ")
FLAGS = re.compile(r"\(([^()]*, [^()]*)\)")


def sections(text):
    """{section: lines}; blanks within a line and the order of flags do not count."""
    found = {name: [] for name in HEADERS.values()}
    current = []
    for raw in text.splitlines():  # that a transition failed is in the exit code; 2.1 says it on stderr
        if raw.strip() in HEADERS:
            current = found[HEADERS[raw.strip()]] = []
            continue
        line = re.sub(r"\s+", " ", raw.strip())
        if not line or line.startswith(IGNORED):
            continue
        for pattern, word in WORDS:
            line = pattern.sub(word, line)
        current.append(FLAGS.sub(lambda match: "(" + ", ".join(sorted(match[1].split(", "))) + ")", line))
    return found


def differences(theirs, ours):
    """Lines such as "actions: missing * Resource action: …"; empty if the two decide alike."""
    want, got = sections(theirs), sections(ours)
    lines = []
    for section in ("current", "summary", "actions", "revised"):
        missing = collections.Counter(want[section]) - collections.Counter(got[section])
        surplus = collections.Counter(got[section]) - collections.Counter(want[section])
        lines += [f"{section}: missing {line}" for line in missing] + [f"{section}: surplus {line}" for line in surplus]
    return lines


ACTION = re.compile(r"\* Resource action: (\S+)\s+(\S+) on (\S+)")
UNCLEAN = re.compile(r"\* Node (\S+?): UNCLEAN")


def broken_properties(cib, ours):
    """What must hold whatever Pacemaker says: no action on an unclean node, no start before what it is ordered after."""
    parts = sections(ours)
    unclean = {match[1] for line in parts["current"] if (match := UNCLEAN.search(line))}
    broken = []
    started = {}
    for position, line in enumerate(parts["actions"]):
        match = ACTION.search(line)
        if not match:
            continue
        resource, task, node = match.groups()
        if node in unclean:
            broken.append(f"property: {task} of {resource} on unclean {node}")
        if task == "start":
            started[resource] = position
    primitives = {element.get("id") for element in cib.findall("configuration/resources/primitive")}
    for order in cib.iter("rsc_order"):
        first, then = order.get("first"), order.get("then")
        starts = {order.get("first-action", "start"), order.get("then-action", order.get("first-action", "start"))} == {"start"}
        if not starts or order.get("kind", "Mandatory") != "Mandatory" or not {first, then} <= primitives:
            continue
        if first in started and then in started and started[first] > started[then]:
            broken.append(f"property: {then} starts before {first}")
    return broken
