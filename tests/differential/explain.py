# SPDX-License-Identifier: Apache-2.0
"""Differences that are known: what Pacemaker 2.1.5, the oracle, decides otherwise than 3.0, whose rules are ours.

Each explanation is as narrow as can be told from outside: it looks at the first score that differs, at the one
decision that follows from the rule, or at the lines of the one resource concerned. The rules are in README.md.
"""

import collections
import copy
import re
import xml.etree.ElementTree as ET

SCORE = re.compile(r"(\w+): (\S+) (?:allocation )?score on (\S+): (\S+)")
STAGES = {"pcmk__native_allocate": "primitive", "pcmk__primitive_assign": "primitive", "native_color": "primitive",
          "pcmk__group_assign": "group", "group_color": "group", "pcmk__group_allocate": "group",
          "pcmk__clone_allocate": "clone", "pcmk__clone_assign": "clone", "clone_color": "clone"}


def scores(text):
    """[(stage, resource, node, score)] as printed with -s."""
    return [(STAGES.get(match[1], match[1]), *match.groups()[1:]) for match in map(SCORE.search, text.splitlines())
            if match]


def first_score(theirs, ours):
    """The resource whose score is the first to differ; None if all are equal."""
    mine = scores(ours)
    for position, score in enumerate(scores(theirs)):
        if position >= len(mine) or mine[position] != score:
            return score[1]
    return mine[len(scores(theirs))][1] if len(mine) > len(scores(theirs)) else None


class Configuration:
    """What an explanation needs to know of a CIB."""

    def __init__(self, cib):
        resources = cib.find("configuration/resources")
        self.group_of = {member.get("id"): group.get("id") for group in resources.iter("group")
                         for member in group.findall("primitive")}
        self.clone_of = {}
        for clone in resources.iter("clone"):
            for element in clone.iter():
                if element.tag in ("primitive", "group"):
                    self.clone_of[element.get("id")] = clone.get("id")
        self.groups = set(self.group_of.values())
        self.links = [(link.get("rsc"), link.get("with-rsc"), link.get("score", "INFINITY"))
                      for link in cib.iter("rsc_colocation") if link.get("rsc")]

    def around(self, resource):
        """A resource and the collectives that hold it."""
        base = resource.split(":")[0]
        names = {base, self.group_of.get(base), self.clone_of.get(base)}
        return names - {None}

    def pulled_by(self, resource):
        """The links through which dependents, and theirs, pull a resource."""
        found, names = [], self.around(resource)
        grown = True
        while grown:
            more = [link for link in self.links if link[1] in names and link not in found]
            found += more
            for link in more:
                names |= self.around(link[0])
            grown = bool(more)
        return found

    def is_chain(self, links):
        """Whether dependents of dependents are among the links; a group is such a chain in itself."""
        primaries = {name for link in self.links for name in self.around(link[1])}
        return any(link[0] in primaries or link[0] in self.groups or link[1] in self.groups for link in links)


MOVE = re.compile(r"\* (\w+) (\S+) \( (\S+)(?: -> (\S+))? \)")
ENDS = {"Start": ("", "in"), "Stop": ("out", ""), "Move": ("out", "in"), "Recover": ("out", "in")}


def comings_and_goings(lines, clone_of):
    """{what is cloned: (nodes that its instances come to, nodes that they leave)}."""
    coming, leaving = {}, {}
    for line in lines:
        match = MOVE.search(line)
        base = match and match[2].split(":")[0]
        if not match or base not in clone_of or line.endswith("(blocked)"):
            continue
        verb, _, first, second = match.groups()
        out, into = ENDS.get(verb, ("", ""))
        if verb == "Recover" and not second:
            continue
        if out:
            leaving.setdefault(base, []).append(first)
        if into:
            coming.setdefault(base, []).append(second or first)
    return {base: (coming.get(base, []), leaving.get(base, [])) for base in set(coming) | set(leaving)}


def net(come, leave):
    """Nodes that have one instance more, or less, in the end."""
    return collections.Counter(come) - collections.Counter(leave), collections.Counter(leave) - collections.Counter(come)


def explain_instances(configuration, want, got):
    """2.1 lets instances of a clone change places without need, and moves some that could stay where they run."""
    different = [line for line in want["summary"] + got["summary"] if (line in want["summary"]) != (line in got["summary"])]
    clones = configuration.clone_of
    if not any(match[2].split(":")[0] in clones for match in map(MOVE.search, different) if match):
        return False
    theirs, ours = (comings_and_goings(parts["summary"], clones) for parts in (want, got))
    for clone in set(theirs) | set(ours):
        come, leave = theirs.get(clone, ([], []))
        own_come, own_leave = ours.get(clone, ([], []))
        same = net(come, leave) == net(own_come, own_leave)
        kept = len(come) - len(leave) == len(own_come) - len(own_leave) and set(own_leave) <= set(leave)
        if not same and not kept:
            return False
    return True


def crowded(parts, clone_of):
    """Whether two instances of a clone end on one node."""
    clone, running = "", {}
    for line in parts["current"]:
        if match := re.match(r"\* Clone Set: (\S+)", line):
            clone = match[1]
        elif match := re.match(r"\* Started: \[ (.*) \]", line):
            running.setdefault(clone, set()).update(match[1].split())
    moves = [match for match in map(MOVE.search, parts["summary"]) if match and match[2].split(":")[0] in clone_of]
    targets = [(match[2].split(":")[0], match[4] or match[3]) for match in moves if match[1] != "Stop"]
    left = {(match[2].split(":")[0], match[3]) for match in moves}
    stays = {(name, node) for name, node in targets
             if node in running.get(clone_of[name], ()) and (name, node) not in left}
    return len(targets) != len(set(targets)) or bool(stays)


def in_maintenance(cib, ours):
    """A copy of `cib` that tells 2.1 what 3.0 concludes by itself; None if there is nothing to tell.

    What is active on several nodes is in maintenance if one of them is.
    """
    told = copy.deepcopy(cib)
    kept = {node.get("uname") for node in cib.iter("node") for pair in node.iter("nvpair")
            if pair.get("name") == "maintenance" and pair.get("value") == "true"}
    several = re.compile(r"\* (\S+)\s+\(\S+\):.*\) \[ (\S+ \S+.*) \]")
    names = {match[1] for match in several.finditer(ours) if kept & set(match[2].split())}
    found = [primitive for primitive in told.iter("primitive") if primitive.get("id") in names]
    for primitive in found:
        name = f"{primitive.get('id')}-told"
        block = ET.Element("meta_attributes", id=name)
        ET.SubElement(block, "nvpair", id=f"{name}-maintenance", name="maintenance", value="true")
        primitive.insert(0, block)
    return told if found else None


NAMED = re.compile(r"\* (\S+) \(\S+\):")


def explain_cancelled(want, got):
    """crm_simulate records a cancelled monitor as one that succeeded; ours takes it out of the history."""
    cancelled = {line.split()[3].split(":")[0] for line in got["actions"] if " cancel=" in line}
    lines = set(want["revised"]) ^ set(got["revised"])
    named = {match[1].split(":")[0] for match in map(NAMED.match, lines) if match}
    return (bool(cancelled) and named <= cancelled and
            all(sorted(want[part]) == sorted(got[part]) for part in ("current", "summary", "actions")))


def explain_maintenance(configuration, want, got):
    """The same of instances, which cannot be told apart, and of what failed before: 3.0 lets nothing recur on any node."""
    lines = set(want["actions"]) ^ set(got["actions"])
    found = {line.split()[1].split(":")[0]: "blocked" in line for line in got["current"]
             if re.search(r"\(.*(unmanaged|blocked).*\) \[ \S+ \S+.*\]", line)}
    several = {name for name, blocked in found.items() if blocked or name in configuration.clone_of}
    starts = {f"* Pseudo action: {configuration.clone_of.get(name)}_start_0" for name in several}
    return (bool(lines) and got["summary"] == want["summary"] and
            any(re.search(r"\* Node \S+: unmanaged", line) for line in got["current"]) and
            all(line in starts or (re.search(r" (cancel|monitor)=", line) and line.split()[3].split(":")[0] in several)
                for line in lines))


def explain_expired(cib, want, got):
    """2.1 starts an expired monitor again even where the resource is about to leave."""
    missing = set(want["actions"]) - set(got["actions"])
    leaves = {(line.split()[3], line.split()[-1]) for line in got["actions"] if " stop on " in line}
    return (cib.find(".//nvpair[@name='failure-timeout']") is not None and got["summary"] == want["summary"] and
            bool(missing) and not set(got["actions"]) - set(want["actions"]) and
            all(" monitor=" in line and (line.split()[3], line.split()[-1]) in leaves for line in missing))


def explain_block(configuration, want, got):
    """2.1 does not block what must be with a group that cannot start."""
    bound = {link[0] for link in configuration.links if link[1] in configuration.groups and link[2] == "INFINITY"}
    if any(f" due to unrunnable {name} start" in line for line in set(got["summary"]) - set(want["summary"]) for name in bound):
        return True
    if all(sorted(want[part]) == sorted(got[part]) for part in want):  # the exit code: 2.1 waits in vain for a start
        return any(f" {name}" in line and "(blocked)" in line for name in bound for line in want["summary"])
    lines = set(want["actions"]) ^ set(got["actions"])
    return bool(lines) and all(any(f" {name}_start_0" in line or f" {name}:" in line for name in bound) for line in lines)


def explain_status(want, got):
    """2.1 leaves out a collective whose only active members are unmanaged, on a node that is gone."""
    gone = {match[1] for line in got["current"] for match in [re.match(r"\* Node (\S+): (?:UNCLEAN \(offline\)|OFFLINE)", line)]
            if match}
    gone |= {node for line in got["current"] if line.startswith("* OFFLINE: [") for node in line.split("[")[1].split()}
    return any(re.search(r"\(.*\b(unmanaged|blocked).*\)", line) and any(f" {node} " in line for node in gone)
               for line in got["current"] + want["current"])


def explain(cib, want, got, first_score):
    """Why two answers (sections of judge.py) may differ; empty if nothing is known that explains it.

    `first_score` is the resource whose score is the first to differ.
    """
    configuration = Configuration(cib)
    if explain_cancelled(want, got):
        return "cancelled in the simulation"
    if want["current"] != got["current"]:
        return "unmanaged on a lost node" if explain_status(want, got) else ""
    if explain_maintenance(configuration, want, got):
        return "active on a node in maintenance and on another"
    if explain_expired(cib, want, got):
        return "expired monitor on a node that is left"
    if explain_block(configuration, want, got):
        return "held by a group's member"
    if crowded(want, configuration.clone_of) and not crowded(got, configuration.clone_of):
        return "several instances on one node"
    if explain_instances(configuration, want, got):
        return "instances change places"
    members = configuration.group_of
    for line in set(got["summary"]) - set(want["summary"]):
        blocked = re.search(r"due to (colocation with|unrunnable) (\S+)(?: stop)? \(blocked\)|"
                            r"due to (colocation with) (\S+)", line)
        named = blocked and (blocked[2] or blocked[4]).split(":")[0]
        if named in members:
            return "held by a group's member"
    if first_score is None or want["summary"] == got["summary"]:
        return ""
    links = configuration.pulled_by(first_score)
    if configuration.is_chain(links):
        return "pull through a chain"
    around = configuration.around(first_score)
    if first_score.split(":")[0] in configuration.clone_of:
        links += [link for link in configuration.links if link[0] in around]
    if any(link[2].startswith("-") for link in links):
        return "anti-colocation"
    return ""
