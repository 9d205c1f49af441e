# SPDX-License-Identifier: Apache-2.0
"""Elements of a CIB, as the generator makes them."""

import hashlib
import xml.etree.ElementTree as ET

NOW = 1_700_000_000  # when the cluster is looked at


def child(parent, tag, **attributes):
    return ET.SubElement(parent, tag, {name.replace("_", "-"): str(value) for name, value in attributes.items()})


def put(owner, tag, name, value):
    """Sets a name-value pair in the owner's block of that tag, which is made if there is none."""
    block = owner.find(tag)
    if block is None:
        block = ET.Element(tag, id=f"x{owner.get('id')}-{tag}")
        owner.insert(0, block)
    for pair in block:
        if pair.get("name") == name:
            pair.set("value", str(value))
            return
    ET.SubElement(block, "nvpair", id=f"{block.get('id')}-{name}", name=name, value=str(value))


def nvpairs(parent, tag, owner, values):
    """A block of name-value pairs; nothing if there are none."""
    if not values:
        return
    block = ET.SubElement(parent, tag, id=f"{owner}-{tag}")
    for name, value in values.items():
        ET.SubElement(block, "nvpair", id=f"{owner}-{tag}-{name}", name=name, value=str(value))


def digest_of(parameters):
    """As histories record the parameters of an operation."""
    words = "".join(f' {name}="{value}"' for name, value in sorted(parameters.items()))
    return hashlib.md5(f" <parameters{words}/>\n".encode()).hexdigest()


def to_text(cib):
    ET.indent(cib)
    return ET.tostring(cib, encoding="unicode") + "\n"
