# SPDX-License-Identifier: Apache-2.0
"""Why an answer of Pacemaker 2.1.5, the oracle, may differ from one of ours: what older rules and listing do not reproduce."""


def failed_monitors(cib):
    """{(resource, node)} whose recurring monitor failed, as the histories say."""
    return {(entry.get("id").split(":")[0], state.get("uname")) for state in cib.iter("node_state")
            for entry in state.iter("lrm_resource") for operation in entry.iter("lrm_rsc_op")
            if operation.get("operation") == "monitor" and operation.get("interval") != "0" and operation.get("rc-code") != "0"}


def explain_expired(cib, want, got):
    """2.1.5 starts a failed monitor again once the failure expired, even where the resource is about to leave."""
    missing = set(want["actions"]) - set(got["actions"])
    leaves = {(line.split()[3], line.split()[-1]) for line in got["actions"] if " stop on " in line}
    failed = failed_monitors(cib)
    return (cib.find(".//nvpair[@name='failure-timeout']") is not None and bool(missing) and
            all(want[part] == got[part] for part in ("current", "summary")) and
            not set(got["actions"]) - set(want["actions"]) and
            all(" monitor=" in line and (line.split()[3], line.split()[-1]) in leaves and
                (line.split()[3].split(":")[0], line.split()[-1]) in failed for line in missing))


def explain(cib, want, got):
    """Why two answers (sections of judge.py) may differ; empty if nothing is known that explains it."""
    return "expired monitor on a node that is left" if explain_expired(cib, want, got) else ""
