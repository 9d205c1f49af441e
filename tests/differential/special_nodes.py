# SPDX-License-Identifier: Apache-2.0
"""Nodes that run no cluster stack: remote nodes, guests, bundles' containers; and nodes that must be unfenced first."""

from elements import child, digest_of, put
from settled import disturb, settle

SCORES = ("INFINITY", "-INFINITY", "100", "10", "-10", "200")


def happen(features, special):
    """Fresh; or as Pacemaker would have set it up, and perhaps with troubles since."""
    if features.chance(75):
        settle(features)
        if features.chance(80):
            disturb(features, special)


def place_on(features, nodes, percent=60):
    """Locations that make the resources of the cluster care for these nodes."""
    for number, name in enumerate(features.some(features.generator.top, percent)):
        child(features.constraints, "rsc_location", id=f"far-{nodes[0]}-{number}", rsc=name, node=features.random.choice(nodes),
              score=features.random.choice(SCORES))


def bind(features, name, percent=35):
    """Constraints between one resource and another of the cluster."""
    others = [other for other in features.generator.top if other != name]
    for tag, kinds in (("rsc_colocation", ("rsc", "with-rsc")), ("rsc_order", ("first", "then"))):
        if others and features.chance(percent):
            pair = [name, features.random.choice(others)]
            features.random.shuffle(pair)
            link = child(features.constraints, tag, id=f"{name}-{tag}")
            link.attrib.update(zip(kinds, pair))
            if tag == "rsc_colocation":
                link.set("score", features.pick("INFINITY", "INFINITY", "100", "-INFINITY"))


def remotes(features):
    names = [f"r{number}" for number in range(1, features.random.randint(1, 2) + 1)]
    for name in names:
        remote = child(features.resources, "primitive", id=name)
        remote.attrib.update({"class": "ocf", "provider": "pacemaker", "type": "remote"})
        if features.chance(30):
            put(remote, "instance_attributes", "reconnect_interval", "60s")
        operations = child(remote, "operations")
        monitor = child(operations, "op", id=f"{name}-monitor-60s", name="monitor", interval="60s")
        if features.chance(15):
            monitor.set("on-fail", features.pick("ignore", "restart", "block", "stop", "fence"))
        if features.chance(40):
            child(features.constraints, "rsc_location", id=f"{name}-place", rsc=name,
                  node=features.random.choice(features.generator.nodes)[0], score=features.random.choice(SCORES))
        bind(features, name, 15)
    place_on(features, names)
    happen(features, names)


def guests(features):
    leaves = [p for p in features.resources.findall("primitive") + features.resources.findall("group/primitive")
              if p.get("class") == "ocf" and p.get("type") == "Dummy"]
    hosts = features.random.sample(leaves, min(len(leaves), features.random.randint(1, 2)))
    names = [f"guest{number}" for number in range(1, len(hosts) + 1)]
    for name, host in zip(names, hosts):
        put(host, "meta_attributes", "remote-node", name)
        if features.chance(30):
            put(host, "meta_attributes", "remote-allow-migrate", "false")
    if names:
        place_on(features, names)
        happen(features, names + [host.get("id") for host in hosts])


def bundles(features):
    special = []
    for number in range(1, features.random.randint(1, 2) + 1):
        special += bundle(features, f"b{number}")
    happen(features, special)


def bundle(features, name):
    made = child(features.resources, "bundle", id=name)
    container = child(made, features.pick("docker", "podman"), image="image:1")
    replicas = features.random.randint(1, 3)
    container.set("replicas", str(replicas))
    if features.chance(15):
        container.set("replicas-per-host", "2")
    network = child(made, "network")
    reach = features.pick("range", "port", "range")
    if reach == "range":
        network.attrib.update({"ip-range-start": "192.168.1.10"})
    else:
        network.set("control-port", "3121")
    if features.chance(30):
        child(child(made, "storage"), "storage-mapping", id=f"{name}-map", source_dir="/srv", target_dir="/srv")
    parts = [f"{name}-{container.tag}-{replica}" for replica in range(replicas)]
    if features.chance(70):
        inner = child(made, "primitive", id=f"{name}-in")
        inner.attrib.update({"class": "ocf", "provider": "pacemaker", "type": "Dummy"})
        child(child(inner, "operations"), "op", id=f"{name}-in-m", name="monitor", interval="10s")
        parts += [f"{name}-{replica}" for replica in range(replicas)] + [f"{name}-in"]
        if features.chance(50):
            inner.set("type", "Stateful")
            container.set("promoted-max", features.pick("1", "2"))
    if features.chance(30):
        child(features.constraints, "rsc_location", id=f"{name}-place", rsc=name,
              node=features.random.choice(features.generator.nodes)[0], score=features.random.choice(SCORES))
    bind(features, name)
    return parts


def unfencing(features):
    features.option("stonith-enabled", "true")
    devices = [unfencing_device(features, name) for name in ("Scsi", "Mpath")[:features.pick(1, 1, 2)]]
    for primitive in features.some(features.primitives(), 20):
        put(primitive, "meta_attributes", "requires", features.pick("unfencing", "fencing", "quorum", "nothing"))
    if features.chance(80):
        settle(features)
        for state in features.some(features.states, 80):
            features.attribute(state, "#node-unfenced", features.pick("1699990000", "1699990000", "0"))
            if features.chance(80):
                tell_digests(features, state, devices)
        if features.chance(60):
            disturb(features, [device.get("id") for device in devices])


def unfencing_device(features, name):
    device = child(features.resources, "primitive", id=name)
    device.attrib.update({"class": "stonith", "type": f"fence_{name.lower()}"})
    put(device, "meta_attributes", "provides", "unfencing")
    for parameter, value in (("devices", "/dev/sdb"), ("passwd", "secret"), ("pcmk_delay_base", "1s")):
        if features.chance(40):
            put(device, "instance_attributes", parameter, value)
    return device


def tell_digests(features, state, devices):
    """With which parameters the devices unfenced the node: those of now, others, or only another password."""
    told = {"#digests-all": "", "#digests-secure": ""}
    for device in features.some(devices, 90):
        values = {pair.get("name"): pair.get("value") for pair in device.iterfind("instance_attributes/nvpair")}
        shown = {name: value for name, value in values.items() if name != "passwd" and not name.startswith("pcmk_")}
        for name, known in (("#digests-all", values), ("#digests-secure", shown)):
            found = features.pick(known, known, {"devices": "/dev/sdc"})
            told[name] += f"{device.get('id')}:{device.get('type')}:{digest_of(found)},"
    for name, summary in features.some(told.items(), 95):
        features.attribute(state, name, summary)
