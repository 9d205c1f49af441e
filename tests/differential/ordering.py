# SPDX-License-Identifier: Apache-2.0
"""The order in which two transition graphs do the same actions."""

import xml.etree.ElementTree as ET


def name_of(action):
    """(key, node)"""
    return action.get("operation_key"), "" if action.tag == "pseudo_event" else action.get("on_node")


def graph_of(text):
    """{action: those that it waits for}; of actions with one name, as stops of lost instances are, what any of them waits for."""
    names, waits = {}, {}
    root = ET.fromstring(text)
    for synapse in root.iter("synapse"):
        for action in synapse.find("action_set"):
            names[action.get("id")] = name_of(action)
            waits[action.get("id")] = [each.get("id") for trigger in synapse.find("inputs") for each in trigger]
    graph = {}
    for action, inputs in waits.items():
        graph.setdefault(names[action], set()).update(names[each] for each in inputs if each in names)
    return graph


def all_before(graph, action):
    """What must have been done, directly or not."""
    found, open_ones = set(), list(graph[action])
    while open_ones:
        before = open_ones.pop()
        if before not in found:
            found.add(before)
            open_ones += graph[before]
    return found


def order_differences(theirs, ours):
    """Lines such as "order: missing a_start_0 on n1 before b_start_0 on n1". Nothing if the actions are not the same, which
    others tell, or if Pacemaker's go in a circle, which each breaks somewhere."""
    want, got = graph_of(theirs), graph_of(ours)
    wanted = {action: all_before(want, action) for action in want}
    if set(want) != set(got) or any(action in before for action, before in wanted.items()):
        return []
    lines = []
    for action, before in sorted(wanted.items()):
        ordered = all_before(got, action)
        for word, others in (("missing", before - ordered), ("surplus", ordered - before)):
            lines += [f"order: {word} {' on '.join(filter(None, first))} before {' on '.join(filter(None, action))}"
                      for first in sorted(others)]
    return lines
