# SPDX-License-Identifier: Apache-2.0
"""Differences that are known: what Pacemaker 2.1.5, the oracle, decides otherwise than 3.0, whose rules are ours.

Each explanation is as narrow as can be told from outside: it looks at the first score that differs, at the one
decision that follows from the rule, or at the lines of the one resource concerned. The rules are in README.md.
"""

import copy
import re
import xml.etree.ElementTree as ET

class Configuration:
    """What an explanation needs to know of a CIB."""

    def __init__(self, cib):
        self.clone_of = {element.get("id"): clone.get("id") for clone in cib.iter("clone") for element in clone.iter()
                         if element.tag in ("primitive", "group")}


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


def explain_status(want, got):
    """2.1 leaves out a collective whose only active members are unmanaged, on a node that is gone."""
    gone = {match[1] for line in got["current"] for match in [re.match(r"\* Node (\S+): (?:UNCLEAN \(offline\)|OFFLINE)", line)]
            if match}
    gone |= {node for line in got["current"] if line.startswith("* OFFLINE: [") for node in line.split("[")[1].split()}
    return any(re.search(r"\(.*\b(unmanaged|blocked).*\)", line) and any(f" {node} " in line for node in gone)
               for line in got["current"] + want["current"])


def explain(cib, want, got):
    """Why two answers (sections of judge.py) may differ; empty if nothing is known that explains it."""
    configuration = Configuration(cib)
    if want["current"] != got["current"]:
        return "unmanaged on a lost node" if explain_status(want, got) else ""
    if explain_maintenance(configuration, want, got):
        return "active on a node in maintenance and on another"
    if explain_expired(cib, want, got):
        return "expired monitor on a node that is left"
    return ""
