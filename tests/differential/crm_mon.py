#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Our crm_mon and Pacemaker's, side by side on CIB files: those given, or random ones.

Exit 0 if both tell the same everywhere, 1 if not, 77 if there is no crm_mon here.
"""

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from elements import to_text  # noqa: E402
from generate import random_cib  # noqa: E402

FORMS = (["-1", "--output-as=xml"], ["-1", "-n", "--output-as=xml"], ["-X"], ["-1"], ["-1", "-rAfcL"], ["-1", "-n"], ["-1", "-nro"])
# The time of the answer, and who gives it.
OWN = re.compile(r"last_update|last_change|current_dc|<stack|<pacemaker-result|<crm_mon|Last updated:|Last change:|Current DC:|Stack:")
# What 3.0 says otherwise in text: failures have numbers and other dates, "maintenance" says why something is not managed.
NEWER = re.compile(r"^  \* .* (returned '|could not be executed)")

ALIKE = (
    (re.compile(r"\bmaintenance([,)])"), r"unmanaged\1"),
    # Pacemaker counts what was removed from the configuration, and names a ban's rule, not its constraint.
    (re.compile(r'(resources_configured number=)"\d+"|\* \d+ (resource instance)s?'), r"\1\2"),
    (re.compile(r'(<ban )id="[^"]*" |  \* \S+(\tprevents)'), r"\1\2"),
)


def ask(program, words, path):
    done = subprocess.run([program, *words], env={**os.environ, "CIB_file": path, "LC_ALL": "C"}, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if not OWN.search(line) and not NEWER.search(line)]
    for pattern, words in ALIKE:
        lines = [pattern.sub(words, line) for line in lines]
    return done.returncode, in_order(lines)


def in_order(lines):
    """Histories and bans by the names of nodes: Pacemaker's are in the order of the status section, or the other way round."""
    bans = sorted(line for line in lines if "<ban " in line or "\tprevents " in line)
    lines = [line for line in lines if line not in bans] + bans
    blocks, block, inside = [], [], False
    result = []
    for line in lines:
        ends = re.match(r"  </node_history>|$|\S", line)
        if inside and (ends or re.match(r"    <node |  \* Node: ", line)):
            blocks.append(block)
            block = []
        if inside and ends:
            result += [each for one in sorted(blocks) for each in one]
            blocks, inside = [], False
        if inside:
            block.append(line)
        else:
            result.append(line)
        inside = inside or line in ("  <node_history>", "Operations:", "Migration Summary:")
    return result + [each for one in sorted([*blocks, block]) for each in one]


def differences(ours, theirs, path):
    for words in FORMS:
        wanted, told = ask(theirs, words, path), ask(ours, words, path)
        if wanted[0] != 0:
            return  # no CIB for them
        if wanted != told:
            yield f"crm_mon {' '.join(words)}: {told[0]}"
            yield from difflib.unified_diff(wanted[1], told[1], "Pacemaker", "mainstay", n=1, lineterm="")


def cibs(options, folder):
    """Paths."""
    yield from options.files
    for seed in range(options.seed, options.seed + options.count):
        path = os.path.join(folder, f"{seed}.xml")
        text = to_text(random_cib(seed, True, options.features))
        if 'loss-policy="freeze"' in text:
            continue  # ours takes what it concerns for blocked when it plans, not when it reads
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        yield path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--tool", required=True, help="our crm_mon")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=0, help="how many random CIBs")
    parser.add_argument("--features", nargs="*")
    options = parser.parse_args()
    theirs = shutil.which("crm_mon", path="/usr/sbin:/usr/bin")
    if theirs is None:
        print("skipped: there is no crm_mon here")
        return 77
    compared = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in cibs(options, folder):
            found = list(differences(options.tool, theirs, path))
            compared += 1
            if found:
                failed += 1
                print(f"== {path}", *found, sep="\n")
    print(f"{compared} CIBs, {failed} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
