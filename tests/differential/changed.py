# SPDX-License-Identifier: Apache-2.0
"""CIBs that somebody wrote, with one or two things changed: what no generator thinks of, and each near a known answer."""

import os
import random
import xml.etree.ElementTree as ET

from elements import NOW, child, put

META = (("is-managed", "false"), ("maintenance", "true"), ("multiple-active", "stop_only"), ("multiple-active", "block"),
        ("critical", "false"), ("priority", "10"), ("migration-threshold", "1"), ("allow-migrate", "true"),
        ("failure-timeout", "1s"), ("requires", "nothing"), ("resource-stickiness", "0"), ("resource-stickiness", "INFINITY"))
OPTIONS = (("no-quorum-policy", "freeze"), ("no-quorum-policy", "stop"), ("no-quorum-policy", "demote"),
           ("stonith-enabled", "false"), ("stonith-enabled", "true"), ("symmetric-cluster", "false"),
           ("stop-all-resources", "true"), ("maintenance-mode", "true"), ("placement-strategy", "balanced"),
           ("start-failure-is-fatal", "false"), ("stop-orphan-resources", "false"), ("concurrent-fencing", "false"),
           ("shutdown-lock", "true"), ("enable-startup-probes", "false"), ("startup-fencing", "false"), ("stonith-action", "off"))
CLONE = (("interleave", "true"), ("interleave", "false"), ("ordered", "true"), ("ordered", "false"), ("clone-max", "1"),
         ("clone-max", "2"), ("notify", "true"), ("notify", "false"), ("clone-min", "1"), ("promoted-max", "2"))
ON_FAIL = ("ignore", "block", "stop", "restart", "standby", "fence", "demote", "restart-container")
ROLES = tuple(("target-role", role) for role in ("Stopped", "Started", "Unpromoted", "Promoted"))
SCORES = ("INFINITY", "-INFINITY", "100", "-100", "1")
RESOURCES = ("primitive", "group", "clone", "master", "bundle")
NODE = {"left": ("false", "offline", "down", "down"), "lost": ("false", "offline", "down", "member"),
        "there": ("true", "online", "member", "member")}


class Changes:
    """Changes `cib` in place. Each kind of change says whether there was anything to change."""

    def __init__(self, cib, seed):
        self.cib = cib
        self.random = random.Random(seed)
        self.states = cib.findall("status/node_state")
        self.constraints = list(cib.findall("configuration/constraints/*"))

    def pick(self, choices):
        choices = list(choices)
        return self.random.choice(choices) if choices else None

    def resource(self, *tags):
        return self.pick(element for element in self.cib.find("configuration/resources").iter() if element.tag in tags)

    def transient(self, state, name, value):
        attributes = state.find("transient_attributes")
        if attributes is None:
            attributes = child(state, "transient_attributes", id=state.get("id", ""))
        put(attributes, "instance_attributes", name, value)

    def meta(self, values, *tags):
        resource = self.resource(*tags)
        if resource is None:
            return False
        put(resource, "meta_attributes", *self.pick(values))
        return True

    # ----------------------------------------------------------------- kinds

    def node(self):
        state = self.pick(self.states)
        if state is None:
            return False
        become = self.pick((*NODE, "leaving"))
        if become == "leaving":
            self.transient(state, "shutdown", "1")
        else:
            for name, value in zip(("in_ccm", "crmd", "join", "expected"), NODE[become]):
                state.set(name, value)
        return True

    def standby(self):
        node = self.pick(self.cib.findall("configuration/nodes/node"))
        if node is not None:
            put(node, "instance_attributes", self.pick(("standby", "maintenance")), "true")
        return node is not None

    def result(self):
        entry = self.pick(entry for state in self.states for entry in state.iter("lrm_rsc_op"))
        if entry is None:
            return False
        rc = self.pick((0, 1, 5, 7, 8, 9))
        status = 0 if rc in (0, 7, 8) else 4
        entry.set("rc-code", str(rc))
        entry.set("op-status", str(status))
        if ";" in entry.get("transition-magic", ""):
            entry.set("transition-magic", f"{status}:{rc};" + entry.get("transition-magic").split(";", 1)[1])
        return True

    def history(self):
        """Some of it is gone."""
        holder = self.pick(element for state in self.states for element in state.iter()
                           if element.tag in ("lrm_resource", "lrm_resources"))
        gone = None if holder is None else self.pick(holder)
        if gone is not None:
            holder.remove(gone)
        return gone is not None

    def failures(self):
        state, primitive = self.pick(self.states), self.resource("primitive")
        if state is None or primitive is None:
            return False
        task = self.pick(("monitor_10000", "start_0", "monitor_0"))
        self.transient(state, f"fail-count-{primitive.get('id')}#{task}", self.pick(("1", "3", "INFINITY")))
        return True

    def role(self):
        return self.meta(ROLES, "primitive", "group", "clone", "bundle")

    def resource_option(self):
        return self.meta(META, "primitive", "group", "clone", "bundle")

    def clone_option(self):
        return self.meta(CLONE, "clone", "master")

    def option(self):
        sets = self.cib.findall("configuration/crm_config/cluster_property_set")
        if self.random.randrange(4) == 0 or not sets:
            self.cib.set("have-quorum", self.pick("01"))
            return True
        name, value = self.pick(OPTIONS)
        for each in sets:
            for pair in each.findall(f"nvpair[@name='{name}']"):
                each.remove(pair)
        child(sets[0], "nvpair", id=f"changed-{name}").attrib.update(name=name, value=value)
        return True

    def constraint(self):
        """One is gone, or says something else."""
        constraint = self.pick(self.constraints)
        if constraint is None:
            return False
        if self.random.randrange(3) == 0:
            self.cib.find("configuration/constraints").remove(constraint)
            self.constraints.remove(constraint)
        elif constraint.get("score") is not None:
            constraint.set("score", self.pick(SCORES))
        elif constraint.tag == "rsc_order":
            constraint.set("kind", self.pick(("Optional", "Mandatory", "Serialize")))
        return True

    def new_constraint(self):
        ones = [element.get("id") for element in self.cib.findall("configuration/resources/*") if element.tag in RESOURCES]
        nodes = [node.get("uname") for node in self.cib.findall("configuration/nodes/node")]
        kind = self.pick(("rsc_location", "rsc_colocation", "rsc_order"))
        if not ones or not nodes or (kind != "rsc_location" and len(ones) < 2):
            return False
        one, other = self.random.sample(ones, 2) if len(ones) > 1 else (ones[0], "")
        said = {"rsc_location": {"rsc": one, "node": self.pick(nodes), "score": self.pick(SCORES)},
                "rsc_colocation": {"rsc": one, "with-rsc": other, "score": self.pick(SCORES)},
                "rsc_order": {"first": one, "then": other, "kind": self.pick(("Optional", "Mandatory"))}}[kind]
        if kind == "rsc_location" and self.random.randrange(4) == 0:
            said["resource-discovery"] = self.pick(("never", "exclusive"))
        new = child(self.cib.find("configuration/constraints"), kind, id=f"changed-{len(self.constraints)}")
        new.attrib.update(said)
        self.constraints.append(new)
        return True

    def operation(self):
        """One that is configured is gone, or says something else."""
        operations = self.pick(element for element in self.cib.find("configuration/resources").iter("operations") if len(element))
        if operations is None:
            return False
        operation = self.pick(operations)
        if self.random.randrange(4) == 0:
            operations.remove(operation)
        else:
            name, value = self.pick((("on-fail", self.pick(ON_FAIL)), ("enabled", "false"), ("interval", "33s"), ("timeout", "7s")))
            operation.set(name, value)
        return True

    def block(self):
        """Another block says something else."""
        parents = {block: parent for parent in self.cib.find("configuration").iter() for block in parent}
        pair = self.pick(pair for pair in parents if pair.tag == "nvpair" and pair.get("name"))
        if pair is None:
            return False
        known, name = parents[pair], pair.get("name")
        values = [value for each, value in (*META, *OPTIONS, *CLONE, *ROLES) if each == name] or ["0", "2", "true", "false"]
        new = ET.Element(known.tag, id=f"{known.get('id')}-changed")
        child(new, "nvpair", id=f"{new.get('id')}-{name}").attrib.update(name=name, value=self.pick(values))
        score = self.pick((None, None, "10", "-10"))
        if score is not None:
            new.set("score", score)
        holder = parents[known]
        holder.insert(list(holder).index(known) + self.random.randrange(2), new)
        return True

    def configured(self):
        """A primitive at the top is gone from the configuration, with all that speaks of it."""
        resources = self.cib.find("configuration/resources")
        gone = self.pick(resources.findall("primitive"))
        if gone is None:
            return False
        resources.remove(gone)
        for parent in self.cib.iter():
            for element in list(parent):
                speaks_of_it = any(gone.get("id") in each.attrib.values() for each in element.iter())
                if speaks_of_it and parent.tag in ("constraints", "tag"):
                    parent.remove(element)
        self.constraints = list(self.cib.findall("configuration/constraints/*"))
        return True


KINDS = (Changes.node, Changes.node, Changes.standby, Changes.result, Changes.result, Changes.history, Changes.failures,
         Changes.role, Changes.resource_option, Changes.clone_option, Changes.option, Changes.constraint, Changes.configured,
         Changes.new_constraint, Changes.operation, Changes.block)


def place_of(seed, folder):
    """(the file that a seed means, the how manieth change of it): one more file changes nothing for the others."""
    files = sorted(name for name in os.listdir(folder) if name.endswith(".xml"))
    return files[seed % len(files)], seed // len(files)


def written_cib(seed, folder):
    """The CIB of a folder that a seed means, as it is; looked at a minute after its last event unless it says when."""
    cib = ET.parse(os.path.join(folder, place_of(seed, folder)[0])).getroot()
    if cib.get("execution-date") is None:
        events = [int(entry.get("last-rc-change", "0")) for entry in cib.iter("lrm_rsc_op")]
        cib.set("execution-date", str(max(events, default=0) + 60 if any(events) else NOW))
    return cib


def changed_cib(seed, folder):
    """The same with one or two things changed."""
    cib = written_cib(seed, folder)
    changes = Changes(cib, " ".join(map(str, place_of(seed, folder))))
    for _ in range(changes.pick((1, 1, 2))):
        while not changes.pick(KINDS)(changes):
            pass
    return cib
