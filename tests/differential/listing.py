# SPDX-License-Identifier: Apache-2.0
"""How 2.1.5 lists what nobody manages on a node that is down: its clone, group or bundle does not count it as there."""

import re

LEAF = re.compile(r"\* \S+(?: \([\d.]+\))?\s+\(\S+:\S+\):\s+(.*?)\s*(?:\(([^()]*)\))?\s*(?:\[ (.*) \])?\s*$")
NODES = re.compile(r"\* ([^\[]*): \[ (.*) \]")
COLLECTIVE = re.compile(r"\* (Clone Set|Resource Group|Container bundle(?: set)?): ")


def depth(line):
    return len(line) - len(line.lstrip())


class Block:
    """A line of the resource list, and those below it."""

    def __init__(self, line):
        self.line = line
        self.below = []

    def lines(self):
        return [self.line] + [line for block in self.below for line in block.lines()]

    def places(self, online):
        """(nodes where something of it counts, nodes where something of it does not)."""
        if leaf := LEAF.search(self.line):
            words = leaf[1].split()  # a replica whose container is gone has a role, and no node
            nodes = set((leaf[3] or "").split()) or ({words[-1]} if words and "Stopped" not in words else set())
            unmanaged = {"unmanaged", "maintenance", "blocked"} & set((leaf[2] or "").split(", "))
            return (nodes & online, nodes - online) if unmanaged else (nodes, set())
        if (nodes := NODES.search(self.line)) and not nodes[1].startswith("Stopped"):
            return set(nodes[2].split()), set()
        found = [block.places(online) for block in self.below]
        return set().union(*(each[0] for each in found)), set().union(*(each[1] for each in found))

    def hidden(self, online):
        counted, uncounted = self.places(online)
        return bool(COLLECTIVE.search(self.line)) and bool(uncounted) and not counted

    def relist(self, online):
        """Takes out the instances that are hidden, and counts the nodes of those that do not count as stopped."""
        counted, uncounted = self.places(online)
        stopped = [block for block in self.below if "* Stopped" in block.line and NODES.search(block.line)]
        disabled = "disabled" in self.line or any(
            "disabled" in block.line for block in self.below if COLLECTIVE.search(block.line) or LEAF.search(block.line))
        self.below = [block for block in self.below if not block.hidden(online)]
        more = uncounted - counted
        if not more or not self.line.lstrip().startswith("* Clone Set") or "unique" in self.line:
            return
        if stopped:
            nodes = sorted(set(NODES.search(stopped[0].line)[2].split()) | more)
            stopped[0].line = stopped[0].line[:stopped[0].line.index("[")] + "[ " + " ".join(nodes) + " ]"
        else:
            label = "Stopped (disabled)" if disabled else "Stopped"
            self.below.append(Block(" " * (depth(self.line) + 2) + f"* {label}: [ {' '.join(sorted(more))} ]"))


def online_nodes(lines):
    """Guests that are down are not listed at all."""
    online = set()
    for line in lines:
        if (match := re.search(r"\* \w*Node (\S+): (.*)", line)) and "offline" not in match[2].lower():
            online.add(match[1])
        elif match := re.search(r"\* \w*Online: \[ (.*) \]", line):
            online |= set(match[1].split())
    return online


def rewrite(lines, online):
    """The lines of one resource list."""
    top, open_blocks = [], []
    for line in lines:
        block = Block(line)
        while open_blocks and depth(open_blocks[-1].line) >= depth(line):
            open_blocks.pop()
        (open_blocks[-1].below if open_blocks else top).append(block)
        open_blocks.append(block)
    kept = [block for block in top if not block.hidden(online)]
    for block in kept:
        block.relist(online)
    return [line for block in kept for line in block.lines()] or ["    * No resources"]


def as_listed_by_2_1(text):
    """An answer of ours with its resources listed as 2.1.5 would list them."""
    out, lines, online = [], text.splitlines(), set()
    while lines:
        line = lines.pop(0)
        out.append(line)
        if line.strip() == "* Node List:":
            online = online_nodes(lines[:next((i for i, each in enumerate(lines) if not each.strip()), len(lines))])
        elif line.strip() == "* Full List of Resources:":
            end = next((i for i, each in enumerate(lines) if not each.strip()), len(lines))
            out += rewrite(lines[:end], online)
            lines = lines[end:]
    return "\n".join(out) + "\n"
