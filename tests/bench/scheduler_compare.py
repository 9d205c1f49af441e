#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Our scheduler and crm_simulate side by side in one run: time and memory on generated clusters, and on a folder of CIBs.

    scheduler_compare.py --build build/release [--cases DIR] [--out FOLDER]

Generated: 2, 8 and 32 nodes with 100, 1,000 and 10,000 primitives in groups of five, each group with a preference and
every second one colocated with and ordered after its neighbour; everything runs but one node is to go to standby. FOLDER
gets scheduler.md (tables) and scheduler.svg (both curves, by gnuplot). Both programs run as processes with their output
thrown away, three times in turn, and the least time counts; what takes longer than --patience seconds is stopped and shown as
such. With --cases also in-process: schedule-times beside crm_simulate --profile. Exit 77 if there is no crm_simulate here.
"""

import argparse
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET

NODES = (2, 8, 32)
PRIMITIVES = (100, 1000, 10000)
GROUP = 5
NOW = 1_700_000_000
REPEAT = 20


def operation(entry, name, task, interval, rc, call):
    key = f"{call}:1:{rc}:00000000-0000-0000-0000-000000000001"
    ET.SubElement(entry, "lrm_rsc_op", {
        "id": f"{name}_last_0" if interval == 0 else f"{name}_{task}_{interval}", "operation": task,
        "operation_key": f"{name}_{task}_{interval}", "transition-key": key, "transition-magic": f"0:{rc};{key}",
        "call-id": str(call), "rc-code": str(rc), "op-status": "0", "interval": str(interval),
        "last-rc-change": str(NOW - 1000), "crm_feature_set": "3.16.1"})


def cluster(nodes, primitives):
    """A busy cluster as a CIB: every group active, the first node going to standby."""
    root = ET.Element("cib", {"crm_feature_set": "3.16.1", "validate-with": "pacemaker-3.9", "epoch": "1",
                              "num_updates": "0", "admin_epoch": "0", "have-quorum": "1", "dc-uuid": "1",
                              "execution-date": str(NOW)})
    configuration = ET.SubElement(root, "configuration")
    options = ET.SubElement(ET.SubElement(configuration, "crm_config"), "cluster_property_set", id="options")
    ET.SubElement(options, "nvpair", id="o-fencing", name="stonith-enabled", value="false")
    members = ET.SubElement(configuration, "nodes")
    resources = ET.SubElement(configuration, "resources")
    constraints = ET.SubElement(configuration, "constraints")
    status = ET.SubElement(root, "status")
    histories = []
    for number in range(1, nodes + 1):
        node = ET.SubElement(members, "node", id=str(number), uname=f"node{number}")
        if number == 1:
            block = ET.SubElement(node, "instance_attributes", id="standby-set")
            ET.SubElement(block, "nvpair", id="standby", name="standby", value="on")
        state = ET.SubElement(status, "node_state", {"id": str(number), "uname": f"node{number}", "in_ccm": "true",
                                                     "crmd": "online", "join": "member", "expected": "member"})
        histories.append(ET.SubElement(ET.SubElement(state, "lrm", id=str(number)), "lrm_resources"))
    for group in range(primitives // GROUP):
        add_group(resources, constraints, histories, group, nodes)
    return root


def add_group(resources, constraints, histories, group, nodes):
    name, home = f"g{group}", group % nodes
    element = ET.SubElement(resources, "group", id=name)
    for member in range(GROUP):
        leaf = f"{name}-{member}"
        primitive = ET.SubElement(element, "primitive", {"id": leaf, "class": "ocf", "provider": "pacemaker", "type": "Dummy"})
        ET.SubElement(ET.SubElement(primitive, "operations"), "op", id=f"{leaf}-monitor", name="monitor", interval="10s")
        for number, resources_of in enumerate(histories):
            entry = ET.SubElement(resources_of, "lrm_resource", {
                "id": leaf, "class": "ocf", "provider": "pacemaker", "type": "Dummy"})
            if number == home:
                operation(entry, leaf, "start", 0, 0, 2 * group + 1)
                operation(entry, leaf, "monitor", 10000, 0, 2 * group + 2)
            else:
                operation(entry, leaf, "monitor", 0, 7, 2 * group + 1)
    ET.SubElement(constraints, "rsc_location", {"id": f"l-{name}", "rsc": name, "node": f"node{home + 1}", "score": "100"})
    if group % 2 == 1:
        before = f"g{group - 1}"
        ET.SubElement(constraints, "rsc_colocation", {"id": f"c-{name}", "rsc": name, "with-rsc": before, "score": "10"})
        ET.SubElement(constraints, "rsc_order", {"id": f"o-{name}", "first": before, "then": name})


def measure(command, patience):
    """(seconds of CPU, megabytes at most); (None, megabytes) if it was stopped."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             env=dict(os.environ, LC_ALL="C"))
    deadline, stopped = time.monotonic() + patience, False
    while True:
        pid, _, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = 0
            return None if stopped else usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        if time.monotonic() > deadline and not stopped:
            child.send_signal(signal.SIGKILL)
            stopped = True
        time.sleep(0.002)


def in_turn(commands, patience):
    """measure() of each command: the least time of three runs in turn, as others' load and the kernel's search for memory
    only ever add. What was stopped once is not run again."""
    least = [(float("inf"), 0.0)] * len(commands)
    for _ in range(3):
        for side, command in enumerate(commands):
            if least[side][0] is not None:
                seconds, megabytes = measure(command, patience)
                least[side] = (None if seconds is None else min(seconds, least[side][0]), max(megabytes, least[side][1]))
    return least


def shown(seconds, patience):
    return f"> {patience} s" if seconds is None else f"{seconds:.3f} s"


def growth(programs, patience, folder):
    rows, data = [], []
    for nodes in NODES:
        for primitives in PRIMITIVES:
            path = os.path.join(folder, f"{nodes}-{primitives}.xml")
            # In a process of its own: a child's memory is never counted as less than its parent's.
            subprocess.run([sys.executable, __file__, "--generate", str(nodes), str(primitives), path], check=True)
            (ours, our_mb), (theirs, their_mb) = in_turn([[*program, path] for program in programs], patience)
            ratio = f"{theirs / ours:.0f}" if ours and theirs else f"> {patience / ours:.0f}" if ours else "-"
            rows.append(f"| {nodes} | {primitives:,} | {shown(ours, patience)} | {our_mb:.0f} MB | "
                        f"{shown(theirs, patience)} | {their_mb:.0f} MB | {ratio} |")
            data.append((nodes, primitives, ours, theirs))
            print(rows[-1], flush=True)
            os.unlink(path)
    head = ["| nodes | primitives | mainstay | memory | crm_simulate | memory | times faster |", "|---|---|---|---|---|---|---|"]
    return "\n".join(head + rows), data


def plot(data, target):
    """One curve for each program and number of nodes; double logarithmic."""
    lines = ["set terminal svg noenhanced size 760,480 font 'sans,12'", f"set output '{target}'", "set logscale xy", "set key left top",
             "set xlabel 'primitives'", "set ylabel 'seconds of CPU, whole process'", "set grid"]
    blocks, curves = [], []
    for column, program in ((2, "mainstay"), (3, "crm_simulate 2.1.5")):
        for nodes in NODES:
            points = [(row[1], row[column]) for row in data if row[0] == nodes and row[column]]
            if points:
                name = f"$data{len(blocks)}"
                blocks.append(f"{name} << EOD\n" + "\n".join(f"{x} {y:.4f}" for x, y in points) + "\nEOD")
                curves.append(f"{name} with linespoints dashtype {1 if column == 2 else 2} title '{program}, {nodes} nodes'")
    script = "\n".join(blocks + lines) + "\nplot " + ", ".join(curves) + "\n"
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def in_process(build, folder, files):
    """Seconds of one round by file, for both programs: the least of three runs in turn, as others' load only ever adds."""
    ours, theirs = {}, {}
    for _ in range(3):
        answer = subprocess.run([f"{build}/tests/schedule-times", str(REPEAT), *files], capture_output=True, text=True, check=False)
        for line in answer.stdout.splitlines():
            microseconds, file = line.split()
            ours[file] = min(float(microseconds) / 1e6, ours.get(file, 1e9))
        answer = subprocess.run(["crm_simulate", "--profile", folder, "--repeat", str(REPEAT)], capture_output=True, text=True,
                                check=False)
        for match in re.finditer(r"Testing (\S+) \.\.\. ([\d.]+) secs", answer.stdout):
            theirs[match[1]] = min(float(match[2]) / REPEAT, theirs.get(match[1], 1e9))
    return ours, theirs


def cases(build, folder):
    """Whole processes and the scheduling alone, over a folder of CIBs; the ten slowest by name."""
    files = sorted(glob.glob(os.path.join(folder, "*.xml")))
    programs = ([f"{build}/bin/mainstay", "simulate", "-S", "-x"], ["crm_simulate", "-S", "-x"])
    whole = {file: [seconds for seconds, _ in in_turn([[*program, file] for program in programs], 60)] for file in files}
    total = [sum(pair[side] or 60 for pair in whole.values()) for side in (0, 1)]
    text = [f"| {len(files)} cases as processes | {total[0]:.2f} s | {total[1]:.2f} s | {total[1] / total[0]:.1f} |"]
    for file in sorted(files, key=lambda name: -(whole[name][1] or 60))[:10]:
        ours, theirs = whole[file]
        text.append(f"| {os.path.basename(file)} | {ours:.3f} s | {theirs:.3f} s | {theirs / ours:.1f} |")
    ours, theirs = in_process(build, folder, files)
    both = [file for file in files if file in ours and file in theirs]
    sums = sum(ours[file] for file in both), sum(theirs[file] for file in both)
    text.append(f"| {len(both)} cases in-process, one round | {sums[0]:.3f} s | {sums[1]:.3f} s | {sums[1] / sums[0]:.1f} |")
    for file in sorted(both, key=lambda name: -theirs[name])[:10]:
        text.append(f"| {os.path.basename(file)} in-process | {ours[file]:.4f} s | {theirs[file]:.4f} s | "
                    f"{theirs[file] / ours[file]:.1f} |")
    return "\n".join(["| what | mainstay | crm_simulate | times faster |", "|---|---|---|---|"] + text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default="build/release", help="where mainstay was built")
    parser.add_argument("--cases", help="a folder of CIBs to run as well")
    parser.add_argument("--out", default="out/scheduler", help="where the table and the plot go")
    parser.add_argument("--patience", type=int, default=120, help="seconds until a run is stopped")
    parser.add_argument("--generate", nargs=3, metavar=("NODES", "PRIMITIVES", "FILE"), help="only write such a CIB")
    options = parser.parse_args()
    if options.generate:
        ET.ElementTree(cluster(int(options.generate[0]), int(options.generate[1]))).write(options.generate[2])
        return 0
    if shutil.which("crm_simulate") is None:
        print("skipped: no crm_simulate here (Debian: pacemaker-cli-utils)")
        return 77
    os.makedirs(options.out, exist_ok=True)
    # Without -S: carrying thousands of actions out on the CIB would take crm_simulate hours.
    programs = ([f"{options.build}/bin/mainstay", "simulate", "-x"], ["crm_simulate", "-R", "-x"])
    with tempfile.TemporaryDirectory(prefix="scheduler-") as folder:
        table, data = growth(programs, options.patience, folder)
    text = "Generated clusters, whole processes, CPU:\n\n" + table + "\n"
    if options.cases:
        text += "\nCIBs of a regression suite:\n\n" + cases(options.build, options.cases) + "\n"
    with open(os.path.join(options.out, "scheduler.md"), "w", encoding="utf-8") as file:
        file.write(text)
    plot(data, os.path.join(options.out, "scheduler.svg"))
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
