# SPDX-License-Identifier: Apache-2.0
"""A cluster that did what Pacemaker planned for it, and what happens to it then: histories as they really come about."""

import xml.etree.ElementTree as ET

from elements import NOW, put, to_text
from oracle import simulate


def settle(features):
    """Carries out Pacemaker's plan: the status of the CIB becomes what it leaves. Without a plan nothing changes."""
    after = simulate(["crm_simulate"], to_text(features.cib))[2]
    if not after:
        return
    status = features.cib.find("status")
    status[:] = list(ET.fromstring(after).find("status"))
    features.states = status.findall("node_state")
    nodes = {node.get("uname") for node in features.cib.iter("node")}
    for state in features.states:
        if state.get("uname") not in nodes:
            state.set("remote_node", "true")
        for operation in state.iter("lrm_rsc_op"):
            call = int(operation.get("call-id"))
            if int(operation.get("last-rc-change", "0")) > NOW:  # the simulator's clock is the real one
                operation.set("last-rc-change", str(NOW - 3600 + call))
            features.generator.calls[state.get("uname")] = max(call, features.generator.calls.get(state.get("uname"), 0))


def disturb(features, special):
    """Up to three troubles; `special` names the resources that are to have them more often than others."""
    for _ in range(features.random.randint(0, 3)):
        features.pick(lose_node, fail, fail, fail_special, fail_special, mark_node, disable)(features, special)


def lose_node(features, _special):
    states = [state for state in features.states if state.get("crmd") == "online"]
    if not states:
        return
    state = features.random.choice(states)
    how = features.pick("unclean", "unclean", "down", "leaving")
    if how == "leaving":
        features.attribute(state, "shutdown", str(NOW - 10))
        return
    state.attrib.update({"in_ccm": "false", "crmd": "offline", "join": "down",
                         "expected": "member" if how == "unclean" else "down"})
    if how == "down":
        state[:] = []


def fail(features, _special, only=None):
    entries = [(state, entry) for state in features.states for entry in state.iter("lrm_resource")
               if features.is_active(entry) and (only is None or entry.get("id").split(":")[0] in only)]
    if entries:
        features.break_down(*features.random.choice(entries))


def fail_special(features, special):
    fail(features, special, special)


def mark_node(features, _special):
    """An attribute of a node, kept or until it leaves."""
    state = features.random.choice(features.states)
    name, value = features.pick(("standby", "on"), ("standby", "on"), ("maintenance", "true"))
    node = features.cib.find(f"configuration/nodes/node[@uname='{state.get('uname')}']")
    if node is not None and features.chance(50):
        put(node, "instance_attributes", name, value)
    else:
        features.attribute(state, name, value)


def disable(features, special):
    names = special if features.chance(50) else features.generator.top
    element = next((e for e in features.resources.iter() if e.get("id") in names and features.chance(60)), None)
    if element is not None:
        put(element, "meta_attributes", *features.pick(("target-role", "Stopped"), ("target-role", "Stopped"),
                                                       ("is-managed", "false")))
