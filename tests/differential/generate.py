# SPDX-License-Identifier: Apache-2.0
"""A CIB from a seed: random_cib(seed) -> xml.etree.ElementTree.Element. Equal seeds give equal CIBs."""

import random
import xml.etree.ElementTree as ET

from elements import NOW, child, digest_of, nvpairs
from features import Features

UUID = "00000000-0000-0000-0000-000000000001"
DEFAULT_TIMEOUT_MS = 20000
SCORES = ("INFINITY", "-INFINITY", "100", "10", "1", "-10", "200", "1000")


def digest(interval):
    """op-digest of an operation without parameters: recurring ones count their timeout in."""
    return digest_of({"CRM_meta_timeout": DEFAULT_TIMEOUT_MS} if interval else {})


class Generator:
    def __init__(self, seed, clones):
        self.random = random.Random(seed)
        self.clones = clones
        self.nodes = []
        self.fencing = False
        self.primitives = []   # every leaf: (history id, element, clone or None)
        self.top = []          # ids that constraints may name
        self.groups = {}
        self.clone_ids = set()
        self.tickets = []
        self.calls = {}

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def pick(self, *choices):
        return self.random.choice(choices)

    def cib(self):
        root = ET.Element("cib", {
            "crm_feature_set": "3.16.1", "validate-with": "pacemaker-3.9", "epoch": "1", "num_updates": "0",
            "admin_epoch": "0", "have-quorum": self.pick("1", "1", "1", "0"), "dc-uuid": "1",
            "execution-date": str(NOW)})
        configuration = child(root, "configuration")
        self.options(child(configuration, "crm_config"))
        self.make_nodes(child(configuration, "nodes"))
        resources = child(configuration, "resources")
        self.make_resources(resources)
        constraints = child(configuration, "constraints")
        self.make_constraints(constraints)
        self.defaults(child(configuration, "rsc_defaults"))
        self.make_status(child(root, "status"))
        return root

    def options(self, crm_config):
        self.fencing = self.chance(50)
        values = {"stonith-enabled": "true" if self.fencing else "false"}
        for name, percent, choices in (
                ("no-quorum-policy", 40, ("stop", "freeze", "ignore", "demote")),
                ("symmetric-cluster", 15, ("false",)),
                ("start-failure-is-fatal", 20, ("false",)),
                ("stop-all-resources", 3, ("true",)),
                ("maintenance-mode", 4, ("true",)),
                ("startup-fencing", 10, ("false",)),
                ("stop-orphan-resources", 10, ("false",)),
                ("enable-startup-probes", 5, ("false",))):
            if self.chance(percent):
                values[name] = self.random.choice(choices)
        nvpairs(crm_config, "cluster_property_set", "cib-bootstrap-options", values)

    def defaults(self, rsc_defaults):
        values = {}
        if self.chance(40):
            values["resource-stickiness"] = self.pick("1", "100", "INFINITY", "0")
        if self.chance(20):
            values["migration-threshold"] = self.pick("1", "3")
        if self.chance(15):
            values["failure-timeout"] = self.pick("60s", "1h")
        nvpairs(rsc_defaults, "meta_attributes", "rsc-options", values)

    def make_nodes(self, nodes):
        for number in range(1, self.random.randint(1, 5) + 1):
            name = f"n{number}"
            node = child(nodes, "node", id=number, uname=name)
            values = {}
            if self.chance(10):
                values["standby"] = "on"
            if self.chance(5):
                values["maintenance"] = "true"
            if self.chance(30):
                values["rack"] = self.pick("a", "b")
            nvpairs(node, "instance_attributes", name, values)
            state = self.pick(*["online"] * 8, "down", "unclean", "leaving", "absent")
            self.nodes.append((name, str(number), "online" if number == 1 else state))

    # ------------------------------------------------------------ resources

    def meta(self, of_clone=False):
        values = {}
        for name, percent, choices in (
                ("target-role", 10, ("Stopped", "Started")),
                ("is-managed", 5, ("false",)),
                ("priority", 15, ("1", "5", "10")),
                ("resource-stickiness", 15, ("0", "50", "INFINITY")),
                ("migration-threshold", 8, ("1", "2")),
                ("multiple-active", 5, ("stop_only", "block")),
                ("requires", 5, ("nothing", "quorum")),
                ("allow-unhealthy-nodes", 2, ("true",))):
            if self.chance(percent):
                values[name] = self.random.choice(choices)
        if of_clone:
            for name in ("multiple-active", "requires", "migration-threshold"):
                values.pop(name, None)
        return values

    def primitive(self, parent, name, clone=None):
        element = child(parent, "primitive", id=name)
        element.attrib.update({"class": "ocf", "provider": "pacemaker", "type": "Dummy"})
        nvpairs(element, "meta_attributes", name, self.meta())
        operations = child(element, "operations")
        if self.chance(80):
            operation = child(operations, "op", id=f"{name}-monitor-10s", name="monitor", interval="10s")
            if self.chance(15):
                operation.set("on-fail", self.pick("ignore", "block", "stop", "restart", "standby"))
        if self.chance(8):
            operation = child(operations, "op", id=f"{name}-stop-0", name="stop", interval="0s")
            operation.set("on-fail", self.pick("block", "ignore"))
        self.primitives.append((name, element, clone))
        return element

    def group(self, parent, name, clone=None):
        element = child(parent, "group", id=name)
        nvpairs(element, "meta_attributes", name, {k: v for k, v in self.meta().items()
                                                   if k in ("target-role", "priority", "resource-stickiness")})
        members = [f"{name}-m{number}" for number in range(1, self.random.randint(1, 4) + 1)]
        for member in members:
            self.primitive(element, member, clone)
        self.groups[name] = members

    def make_resources(self, resources):
        if self.fencing:
            device = child(resources, "primitive", id="Fencing")
            device.attrib.update({"class": "stonith", "type": "fence_xvm"})
            child(child(device, "operations"), "op", id="Fencing-monitor", name="monitor", interval="60s")
            self.primitives.append(("Fencing", device, None))
        for number in range(1, self.random.randint(1, 6) + 1):
            kind = self.random.randrange(100)
            if kind < 50 or (kind >= 75 and not self.clones):
                self.primitive(resources, f"p{number}")
                self.top.append(f"p{number}")
            elif kind < 75:
                self.group(resources, f"g{number}")
                self.top.append(f"g{number}")
            else:
                self.clone(resources, f"c{number}")

    def clone(self, resources, name):
        element = child(resources, "clone", id=name)
        values = {}
        for option, percent, choices in (
                ("clone-max", 30, ("1", "2", "3")), ("interleave", 40, ("true",)), ("ordered", 15, ("true",)),
                ("target-role", 5, ("Stopped",)), ("resource-stickiness", 10, ("0", "10"))):
            if self.chance(percent):
                values[option] = self.random.choice(choices)
        unique = self.chance(15)
        if unique:
            values["globally-unique"] = "true"
            if self.chance(50):
                values["clone-node-max"] = "2"
        nvpairs(element, "meta_attributes", name, values)
        if self.chance(70) or unique:
            self.primitive(element, f"{name}-p", (name, unique))
        else:
            self.group(element, f"{name}-g", (name, False))
        self.top.append(name)
        self.clone_ids.add(name)

    # ---------------------------------------------------------- constraints

    def any_two(self):
        return self.random.sample(self.top, 2)

    def make_constraints(self, constraints):
        for number in range(self.random.randint(0, 4)):
            self.location(constraints, f"loc{number}")
        if len(self.top) >= 2:
            for number in range(self.random.randint(0, 3)):
                self.colocation(constraints, f"col{number}")
            for number in range(self.random.randint(0, 3)):
                self.order(constraints, f"ord{number}")
        if len(self.top) >= 3 and self.chance(15):
            self.order_set(constraints, "oset")
        if self.chance(8):
            self.tickets.append("T")
            ticket = child(constraints, "rsc_ticket", id="tick", rsc=self.random.choice(self.top), ticket="T")
            if self.chance(60):
                ticket.set("loss-policy", self.pick("stop", "freeze", "demote"))

    def location(self, constraints, name):
        rule = child(constraints, "rsc_location", id=name, rsc=self.random.choice(self.top))
        if self.chance(70):
            rule.set("node", self.random.choice(self.nodes)[0])
            rule.set("score", self.random.choice(SCORES))
            if self.chance(5):
                rule.set("resource-discovery", self.pick("never", "exclusive"))
            return
        expression = child(rule, "rule", id=f"{name}-rule", score=self.random.choice(SCORES))
        if self.chance(50):
            ET.SubElement(expression, "expression", {
                "id": f"{name}-e", "attribute": "rack", "operation": self.pick("eq", "ne"), "value": self.pick("a", "b")})
        else:
            ET.SubElement(expression, "expression", {
                "id": f"{name}-e", "attribute": "rack", "operation": self.pick("defined", "not_defined")})

    def colocation(self, constraints, name):
        dependent, primary = self.any_two()
        score = self.random.choice(SCORES)
        if score.startswith("-") and (dependent in self.groups or primary in self.groups):
            score = "INFINITY"  # where 2.1 and 3.0 differ
        made = child(constraints, "rsc_colocation", id=name, rsc=dependent, score=score)
        made.set("with-rsc", primary)
        if self.chance(10) and dependent not in self.clone_ids and primary not in self.clone_ids:
            made.set("node-attribute", "rack")

    def order(self, constraints, name):
        first, then = self.any_two()
        made = child(constraints, "rsc_order", id=name, first=first, then=then)
        if self.chance(40):
            made.set("kind", self.pick("Optional", "Mandatory", "Serialize"))
        if self.chance(20) and made.get("kind") != "Serialize":
            made.set("symmetrical", "false")

    def order_set(self, constraints, name):
        names = self.random.sample(self.top, self.random.randint(2, min(4, len(self.top))))
        made = child(constraints, "rsc_order", id=name)
        cut = self.random.randint(1, len(names) - 1)
        for number, part in enumerate((names[:cut], names[cut:])):
            block = child(made, "resource_set", id=f"{name}-{number}")
            if self.chance(40):
                block.set("sequential", "false")
            for resource in part:
                child(block, "resource_ref", id=resource)

    # --------------------------------------------------------------- status

    def make_status(self, status):
        for ticket in self.tickets:
            if self.chance(70):
                tickets = child(status, "tickets")
                ET.SubElement(tickets, "ticket_state", {
                    "id": ticket, "granted": self.pick("true", "true", "false"), "last-granted": str(NOW - 1000)})
        active = {}  # primitive -> nodes
        for name, _, clone in self.primitives:
            online = [node for node in self.nodes if node[2] in ("online", "unclean", "leaving")]
            if clone is not None:
                active[name] = [node[0] for node in online if self.chance(50)]
            elif online and self.chance(60):
                count = 2 if self.chance(4) and len(online) > 1 else 1
                active[name] = [node[0] for node in self.random.sample(online, count)]
            else:
                active[name] = []
        together = {}
        for group, members in self.groups.items():  # groups usually run in one place, from the first member on
            if not members or self.primitive_clone(members[0]) is not None or self.chance(20):
                continue
            together[group] = active[members[0]]
            up_to = self.random.randint(0, len(members))
            for position, member in enumerate(members):
                active[member] = list(together[group]) if position < up_to else []
        for name, number, state in self.nodes:
            if state != "absent":
                self.node_state(status, name, number, state, active)

    def primitive_clone(self, name):
        return next((clone for leaf, _, clone in self.primitives if leaf == name), "bundle")

    def node_state(self, status, name, number, state, active):
        up = state in ("online", "leaving")
        element = ET.SubElement(status, "node_state", {
            "id": number, "uname": name, "in_ccm": "true" if up else "false", "crmd": "online" if up else "offline",
            "join": "member" if up else "down", "expected": "down" if state == "down" else "member"})
        transient = {}
        if state == "leaving":
            transient["shutdown"] = str(NOW - 10)
        block = child(element, "transient_attributes", id=number)
        resources = child(child(element, "lrm", id=number), "lrm_resources")
        if state != "down":
            for leaf, primitive, clone in self.primitives:
                self.history(resources, name, leaf, primitive, clone, active, transient)
        nvpairs(block, "instance_attributes", f"status-{number}", transient)

    def history(self, resources, node, leaf, primitive, clone, active, transient):
        runs = node in active[leaf]
        if not runs and self.chance(12):
            return  # not probed yet
        name = leaf
        if clone is not None and clone[1]:  # unique: each node has its own instance, as a rule
            name += f":{active[leaf].index(node) if runs and not self.chance(10) else 0}"
        entry = child(resources, "lrm_resource", id=name)
        for attribute in ("class", "provider", "type"):
            if primitive.get(attribute):
                entry.set(attribute, primitive.get(attribute))
        self.operations(entry, node, name, primitive, runs, transient)

    def operation(self, entry, node, name, task, interval, rc, expected, suffix=None):
        self.calls[node] = self.calls.get(node, 0) + 1
        call = self.calls[node]
        key = f"{call}:1:{expected}:{UUID}"
        changed = self.chance(2)  # the parameters are no longer those of the configuration
        ET.SubElement(entry, "lrm_rsc_op", {
            "op-digest": digest(interval) if not changed else "0" * 32,
            "id": f"{name}_{suffix or f'{task}_{interval}'}", "operation_key": f"{name}_{task}_{interval}",
            "operation": task, "crm-debug-origin": "test", "crm_feature_set": "3.16.1", "transition-key": key,
            "transition-magic": f"0:{rc};{key}", "on_node": node, "call-id": str(call), "rc-code": str(rc),
            "op-status": "0", "interval": str(interval), "last-rc-change": str(NOW - 3600 + call), "exec-time": "1",
            "queue-time": "0"})

    def fail(self, transient, name, task, interval, count):
        base = name.split(":")[0]
        transient[f"fail-count-{base}#{task}_{interval}"] = count
        transient[f"last-failure-{base}#{task}_{interval}"] = NOW - self.pick(30, 1800)

    def operations(self, entry, node, name, primitive, runs, transient):
        monitor = primitive.find("operations/op[@name='monitor']")
        interval = {"10s": 10000, "60s": 60000}.get(monitor.get("interval")) if monitor is not None else None
        if not runs:
            if self.chance(5):
                self.operation(entry, node, name, "start", 0, 1, 0, "last_failure_0")
                self.operation(entry, node, name, "stop", 0, 0, 0, "last_0")
                self.fail(transient, name, "start", 0, "INFINITY")
            else:
                self.operation(entry, node, name, "monitor", 0, 7, 7, "last_0")
            return
        if self.chance(4):
            self.operation(entry, node, name, "stop", 0, 1, 0, "last_failure_0")
            self.fail(transient, name, "stop", 0, "INFINITY")
            return
        self.operation(entry, node, name, "start", 0, 0, 0, "last_0")
        if interval is None:
            return
        if self.chance(10):
            self.operation(entry, node, name, "monitor", interval, 7, 0, "last_failure_0")
            self.fail(transient, name, "monitor", interval, self.pick("1", "1", "3"))
        elif self.chance(90):
            self.operation(entry, node, name, "monitor", interval, 0, 0)


def random_cib(seed, clones=True, features=None):
    """The CIB of a seed, as an element; `clones` also makes clones, `features` adds those named (an empty list: any)."""
    generator = Generator(seed, clones)
    cib = generator.cib()
    if features is not None:
        Features(generator, cib, seed).add(features)
    return cib
