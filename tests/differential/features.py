# SPDX-License-Identifier: Apache-2.0
"""What only some clusters use, added to a random CIB: a few of these features each, chosen by the seed."""

import random
import xml.etree.ElementTree as ET

from elements import NOW, child, put
from special_nodes import bundles, guests, remotes, unfencing


class Features:
    """Adds features to `cib`, which `generator` made."""

    def __init__(self, generator, cib, seed):
        self.generator = generator
        self.cib = cib
        self.random = random.Random(seed * 7919 + 1)
        self.resources = cib.find("configuration/resources")
        self.constraints = cib.find("configuration/constraints")
        self.states = cib.findall("status/node_state")

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def pick(self, *choices):
        return self.random.choice(choices)

    def some(self, elements, percent=50):
        return [element for element in elements if self.chance(percent)]

    def add(self, names):
        kinds = [kind for kind in KINDS if kind.__name__ in names or not names]
        for feature in self.random.sample(kinds, min(len(kinds), self.random.randint(1, 3))):
            feature(self)

    # --------------------------------------------------------------- history

    def primitives(self):
        return [element for element in self.resources.iter("primitive") if element.get("class") != "stonith"]

    def entries(self, name):
        """(node_state, lrm_resource) of a primitive's histories."""
        return [(state, entry) for state in self.states for entry in state.iter("lrm_resource")
                if entry.get("id").split(":")[0] == name]

    @staticmethod
    def is_active(entry):
        last = list(entry)[-1] if len(entry) else None
        return last is not None and last.get("operation") in ("start", "monitor") and last.get("rc-code") == "0"

    def record(self, state, entry, task, interval, rc, expected, suffix=None):
        self.generator.operation(entry, state.get("uname"), entry.get("id"), task, interval, rc, expected, suffix)
        *others, made = entry
        for other in others:
            if other.get("id") == made.get("id"):
                entry.remove(other)
        return made

    @staticmethod
    def set_result(operation, rc, status):
        operation.set("rc-code", str(rc))
        operation.set("op-status", str(status))
        operation.set("transition-magic", f"{status}:{rc};{operation.get('transition-key')}")

    def attribute(self, state, name, value):
        block = state.find("transient_attributes")
        if block is None:
            block = ET.Element("transient_attributes", id=state.get("id"))
            state.insert(0, block)
        put(block, "instance_attributes", name, value)

    # -------------------------------------------------------------- features

    def promotable(self):
        for clone in self.resources.iter("clone"):
            leaf = clone.find("primitive")
            if leaf is None:
                continue
            self.make_promotable(clone, leaf)
            self.bind_promoted(clone.get("id"))

    def make_promotable(self, clone, leaf):
        put(clone, "meta_attributes", "promotable", "true")
        leaf.set("type", "Stateful")
        if self.chance(30):
            put(clone, "meta_attributes", "promoted-max", self.pick("1", "2"))
        if self.chance(25):
            put(clone, "meta_attributes", "notify", "true")
        if self.chance(60):
            operations = leaf.find("operations")
            operations = child(leaf, "operations") if operations is None else operations
            child(operations, "op", id=f"{leaf.get('id')}-monitor-9s", name="monitor", interval="9s", role="Promoted")
        for state, entry in self.entries(leaf.get("id")):
            entry.set("type", "Stateful")
            active = self.is_active(entry)
            if self.chance(85 if active else 15):
                self.attribute(state, f"master-{leaf.get('id')}", self.pick(1, 5, 10, 10, 100, 1000, -1, "INFINITY"))
            if active and self.chance(35):
                self.record(state, entry, "promote", 0, 0, 0, "last_0" if entry.find("*[@operation='start']") is None else None)
                if self.chance(60):
                    failed = self.chance(10)
                    self.record(state, entry, "monitor", 9000, 9 if failed else 8, 8, "last_failure_0" if failed else None)
            elif active and self.chance(8):
                task, rc = self.pick(("promote", 1), ("demote", 1))
                self.record(state, entry, task, 0, rc, 0, "last_failure_0")
                self.attribute(state, f"fail-count-{leaf.get('id')}#{task}_0", "1")

    def bind_promoted(self, clone):
        others = [name for name in self.generator.top if name != clone]
        if others and self.chance(40):
            link = child(self.constraints, "rsc_colocation", id=f"{clone}-with", rsc=self.random.choice(others))
            link.attrib.update({"with-rsc": clone, "with-rsc-role": self.pick("Promoted", "Promoted", "Unpromoted"),
                                "score": self.pick("INFINITY", "INFINITY", "100", "-INFINITY")})
        if others and self.chance(20):
            link = child(self.constraints, "rsc_colocation", id=f"{clone}-to", rsc=clone)
            link.attrib.update({"rsc-role": "Promoted", "with-rsc": self.random.choice(others),
                                "score": self.pick("INFINITY", "100", "-INFINITY")})
        if others and self.chance(40):
            order = child(self.constraints, "rsc_order", id=f"{clone}-then", first=clone, then=self.random.choice(others))
            order.attrib.update({"first-action": self.pick("promote", "promote", "demote"), "then-action": "start"})
            if order.get("first-action") == "demote":
                order.set("then-action", "stop")
        if self.chance(30):
            place = child(self.constraints, "rsc_location", id=f"{clone}-promoted", rsc=clone)
            rule = child(place, "rule", id=f"{clone}-promoted-rule", role="Promoted",
                         score=self.pick("100", "-INFINITY", "INFINITY", "10"))
            ET.SubElement(rule, "expression", {"id": f"{clone}-promoted-e", "attribute": "#uname", "operation": "eq",
                                               "value": self.random.choice(self.generator.nodes)[0]})

    def notify(self):
        for clone in self.some(list(self.resources.iter("clone")), 70):
            put(clone, "meta_attributes", "notify", "true")

    def utilization(self):
        self.option("placement-strategy", self.pick("utilization", "balanced", "minimal"))
        for node in self.some(self.cib.findall("configuration/nodes/node"), 85):
            for name in self.some(("cpu", "memory"), 75):
                put(node, "utilization", name, self.random.randint(1, 8))
        for primitive in self.some(self.primitives(), 75):
            for name in self.some(("cpu", "memory"), 60):
                put(primitive, "utilization", name, self.random.randint(1, 4))

    def option(self, name, value):
        crm_config = self.cib.find("configuration/crm_config")
        if crm_config.get("id") is None:
            block = crm_config.find("cluster_property_set")
            ET.SubElement(block, "nvpair", id=f"option-{name}", name=name, value=str(value))

    def migration(self):
        for primitive in self.some(self.primitives(), 60):
            put(primitive, "meta_attributes", "allow-migrate", "true")
            histories = self.entries(primitive.get("id"))
            active = [(state, entry) for state, entry in histories if self.is_active(entry)]
            idle = [(state, entry) for state, entry in histories if not self.is_active(entry) and state.get("crmd") == "online"]
            if self.generator.primitive_clone(primitive.get("id")) is None and active and idle and self.chance(25):
                self.migrate(*self.random.choice(active), *self.random.choice(idle))

    def migrate(self, source, entry, target, target_entry):
        places = {"migrate_source": source.get("uname"), "migrate_target": target.get("uname")}
        outcome = self.pick("pending", "to", "from", "done", "failed-to", "failed-from")
        to = self.record(source, entry, "migrate_to", 0, 0, 0)
        to.attrib.update(places)
        if outcome == "pending":
            self.set_result(to, 193, -1)
        elif outcome == "failed-to":
            self.set_result(to, 1, 4)
        if outcome in ("from", "done", "failed-from"):
            came = self.record(target, target_entry, "migrate_from", 0, 0, 0)
            came.attrib.update(places)
            if outcome == "failed-from":
                self.set_result(came, 1, 4)
        if outcome == "done":
            self.record(source, entry, "stop", 0, 0, 0)

    def colocation_sets(self):
        top = self.generator.top
        if len(top) < 2:
            return
        score = self.pick("INFINITY", "100", "10")
        names = self.random.sample(top, self.random.randint(2, min(4, len(top))))
        made = child(self.constraints, "rsc_colocation", id="cset", score=score)
        cut = self.random.randint(1, len(names))
        for number, part in enumerate((names[:cut], names[cut:])):
            if part:
                block = child(made, "resource_set", id=f"cset-{number}")
                if self.chance(30):
                    block.set("sequential", "false")
                for name in part:
                    child(block, "resource_ref", id=name)

    def on_fail(self):
        for primitive in self.some(self.primitives(), 50):
            monitor = primitive.find("operations/op[@name='monitor']")
            if monitor is not None:
                monitor.set("on-fail", self.pick("ignore", "block", "stop", "restart", "standby", "fence", "demote"))
            if self.chance(20):
                child(primitive.find("operations"), "op", id=f"{primitive.get('id')}-start-0", name="start", interval="0s",
                      on_fail=self.pick("ignore", "block", "stop", "restart", "standby", "fence"))
            if self.chance(30):
                put(primitive, "meta_attributes", "failure-timeout", self.pick("60s", "1h", "10d"))
            for state, entry in self.entries(primitive.get("id")):
                if self.is_active(entry) and self.chance(50):
                    self.break_down(state, entry)

    def break_down(self, state, entry):
        task, interval = self.pick(("monitor", 10000), ("monitor", 10000), ("start", 0), ("stop", 0))
        rc, status = self.pick((1, 0), (7, 0), (1, 4), (1, 2), (5, 0), (6, 0), (9, 0), (2, 0))
        operation = self.record(state, entry, task, interval, rc, 0, "last_failure_0")
        self.set_result(operation, rc, status)
        if self.chance(80):
            name = entry.get("id").split(":")[0]
            self.attribute(state, f"fail-count-{name}#{task}_{interval}", self.pick("1", "2", "INFINITY"))
            self.attribute(state, f"last-failure-{name}#{task}_{interval}", operation.get("last-rc-change"))

    def pending(self):
        for state in self.states:
            for entry in self.some(list(state.iter("lrm_resource")), 30):
                if len(entry) and list(entry)[-1].get("rc-code") in ("0", "7"):
                    task = self.pick("start", "stop", "monitor") if self.is_active(entry) else "start"
                    interval = 10000 if task == "monitor" else 0
                    operation = self.record(state, entry, task, interval, 0, 0, "pending")
                    self.set_result(operation, 193, -1)
                    operation.set("call-id", "-1")
                    operation.set("id", f"{entry.get('id')}_last_0" if not interval else f"{entry.get('id')}_monitor_{interval}")
                    for other in list(entry)[:-1]:
                        if other.get("id") == operation.get("id"):
                            entry.remove(other)

    def templates(self):
        template = ET.Element("template", id="Template")
        template.attrib.update({"class": "ocf", "provider": "pacemaker", "type": "Dummy"})
        operations = child(template, "operations")
        child(operations, "op", id="Template-monitor", name="monitor", interval="60s")
        if self.chance(50):
            put(template, "meta_attributes", "resource-stickiness", self.pick("5", "INFINITY"))
        self.resources.insert(0, template)
        used = self.some([p for p in self.primitives() if p.get("type") == "Dummy"], 50)
        for primitive in used:
            for name in ("class", "provider", "type"):
                primitive.attrib.pop(name)
            primitive.set("template", "Template")
        if used and self.chance(50):
            child(self.constraints, "rsc_location", id="template-place", rsc="Template",
                  node=self.random.choice(self.generator.nodes)[0], score=self.pick("50", "-INFINITY", "-10"))

    def tags(self):
        top = self.generator.top
        tag = child(child(self.cib.find("configuration"), "tags"), "tag", id="Tag")
        for name in self.random.sample(top, self.random.randint(1, min(3, len(top)))):
            child(tag, "obj_ref", id=name)
        kind = self.pick("location", "colocation", "order")
        if kind == "location":
            child(self.constraints, "rsc_location", id="tag-place", rsc="Tag",
                  node=self.random.choice(self.generator.nodes)[0], score=self.pick("50", "-INFINITY", "-10"))
            return
        others = [name for name in top if tag.find(f"obj_ref[@id='{name}']") is None]
        if others and kind == "order":
            child(self.constraints, "rsc_order", id="tag-order", first="Tag", then=self.random.choice(others))
        elif others:
            child(self.constraints, "rsc_colocation", id="tag-with", rsc="Tag", score=self.pick("INFINITY", "10")).set(
                "with-rsc", self.random.choice(others))

    def health(self):
        self.option("node-health-strategy", self.pick("only-green", "migrate-on-red", "progressive", "custom"))
        if self.chance(50):
            self.option("node-health-base", self.pick("0", "10", "100"))
            self.option("node-health-yellow", self.pick("0", "-10"))
        for state in self.some(self.states, 60):
            self.attribute(state, f"#health-{self.pick('cpu', 'disk')}", self.pick("red", "yellow", "green", "-5", "20"))

    def maintenance(self):
        for element in self.some([e for e in self.resources.iter() if e.tag in ("primitive", "group", "clone")], 25):
            name, value = self.pick(("maintenance", "true"), ("is-managed", "false"), ("maintenance", "true"))
            if element.get("class") != "stonith":
                put(element, "meta_attributes", name, value)

    def rules(self):
        for node in self.cib.findall("configuration/nodes/node"):  # without it 2.1 bans the node, 3.0 does not mind
            put(node, "instance_attributes", "load", self.pick("10", "20", "-30", "INFINITY"))
        for name in self.some(self.generator.top, 40):
            place = child(self.constraints, "rsc_location", id=f"rule-{name}", rsc=name)
            rule = child(place, "rule", id=f"rule-{name}-rule", boolean_op=self.pick("and", "or"))
            if self.chance(50):
                rule.set("score-attribute", "load")
            else:
                rule.set("score", self.pick("INFINITY", "-INFINITY", "30"))
            ET.SubElement(rule, "expression", {"id": f"rule-{name}-e1", "attribute": "load", "operation": self.pick(
                "gt", "lt", "gte", "lte"), "value": self.pick("10", "15"), "type": "number"})
            if self.chance(50):
                operation, end = self.pick(("gt", "start"), ("lt", "end"))
                ET.SubElement(rule, "date_expression", {
                    "id": f"rule-{name}-e2", "operation": operation, end: self.pick("2023-01-01", "2024-01-01")})

    def minimum(self):
        for clone in self.some(list(self.resources.iter("clone")), 60):
            if self.chance(70):
                put(clone, "meta_attributes", "clone-min", self.pick("1", "2", "3"))
            others = [name for name in self.generator.top if name != clone.get("id")]
            if others:
                child(self.constraints, "rsc_order", id=f"{clone.get('id')}-enough", first=clone.get("id"),
                      then=self.random.choice(others))

    def sequences(self):
        top = self.generator.top
        if len(top) < 2:
            return
        for number in range(self.random.randint(1, 2)):
            first, then = self.random.sample(top, 2)
            made = child(self.constraints, "rsc_order", id=f"sequence{number}", first=first, then=then)
            made.attrib.update({"first-action": self.pick("start", "stop"), "then-action": self.pick("start", "stop")})
            if self.chance(30):
                made.set("symmetrical", "false")

    def tickets(self):
        """Granted, revoked, in standby or never seen; lost by each policy, for a role or for any."""
        status = self.cib.find("status")
        for number, name in enumerate(self.random.sample(self.generator.top, min(len(self.generator.top), self.random.randint(1, 3)))):
            bound = child(self.constraints, "rsc_ticket", id=f"ticket{number}", rsc=name, ticket=self.pick("T1", "T2"))
            if self.chance(80):
                bound.set("loss-policy", self.pick("stop", "freeze", "demote", "fence"))
            if self.chance(25):
                bound.set("rsc-role", self.pick("Promoted", "Started"))
        tickets = status.find("tickets")
        tickets = child(status, "tickets") if tickets is None else tickets
        for name in self.some(("T1", "T2"), 80):
            state = ET.SubElement(tickets, "ticket_state", {
                "id": name, "granted": self.pick("true", "true", "false", "false"), "last-granted": str(NOW - 1000)})
            if self.chance(20):
                state.set("standby", self.pick("true", "false"))

    def locks(self):
        self.option("shutdown-lock", "true")
        if self.chance(30):
            self.option("shutdown-lock-limit", self.pick("5min", "2h"))
        for state in self.states:
            if state.get("crmd") == "offline" and state.get("join") == "down" and self.chance(70):
                state.set("expected", "down")
                for entry in self.some(list(state.iter("lrm_resource")), 60):
                    entry.set("shutdown-lock", str(NOW - self.pick(60, 3600)))


KINDS = (Features.promotable, Features.notify, Features.utilization, Features.migration,
         Features.colocation_sets, Features.on_fail, Features.pending, Features.templates, Features.tags, Features.health,
         Features.maintenance, Features.rules, Features.minimum, Features.sequences, Features.tickets, Features.locks, remotes, guests, bundles, unfencing)
