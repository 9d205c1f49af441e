# SPDX-License-Identifier: Apache-2.0
"""The smallest CIB that still shows something: elements are removed while `shows(cib)` stays true."""

import copy

KEPT = {"configuration", "crm_config", "nodes", "resources", "constraints", "status"}


def removable(cib):
    """(parent, child) of every element that a CIB can do without, larger ones first. The last node stays."""
    pairs = [(parent, element) for parent in cib.iter() for element in parent
             if element.tag not in KEPT and not (parent.tag == "nodes" and len(parent) == 1)]
    return sorted(pairs, key=lambda pair: -sum(1 for _ in pair[1].iter()))


def shrink(cib, shows, tries=1500):
    """A copy of `cib` with as little left as `tries` calls of `shows` allow."""
    cib = copy.deepcopy(cib)
    progress = True
    while progress and tries > 0:
        progress = False
        for parent, element in removable(cib):
            if tries <= 0:
                break
            position = list(parent).index(element) if element in list(parent) else -1
            if position < 0:
                continue
            parent.remove(element)
            tries -= 1
            if shows(cib):
                progress = True
            else:
                parent.insert(position, element)
    return cib
