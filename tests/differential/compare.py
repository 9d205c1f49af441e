#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Random clusters through our scheduler and through Pacemaker's: see README.md.

Exit 0 if both decided alike everywhere, 1 if not, 77 if there is no crm_simulate here.
"""

import argparse
import collections
import concurrent.futures
import functools
import os
import shutil
import sys
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from changed import changed_cib, written_cib  # noqa: E402
from elements import child, to_text  # noqa: E402
from generate import random_cib  # noqa: E402
from oracle import Oracle, simulate  # noqa: E402
from listing import as_listed_by_2_1  # noqa: E402
from judge import broken_properties, differences, sections  # noqa: E402
from ordering import order_differences  # noqa: E402
from shrink import shrink  # noqa: E402

Programs = collections.namedtuple("Programs", "ours older")
Source = collections.namedtuple("Source", "clones features folder")


def cib_of(seed, source):
    """The CIB that a seed means: of a folder with something changed, or a random one."""
    return changed_cib(seed, source.folder) if source.folder else random_cib(seed, source.clones, source.features)


def say_defaults(cib):
    """Writes into a CIB what Debian's 2.1.5 would take for granted otherwise."""
    options = cib.find("configuration/crm_config/cluster_property_set")
    if options is not None and cib.find("configuration/crm_config//nvpair[@name='concurrent-fencing']") is None:
        child(options, "nvpair", id="said-concurrent-fencing", name="concurrent-fencing", value="true")


def compare(program, oracle, cib):
    """(what differs or is broken, what Pacemaker printed, what we printed, of which CIB); None if Pacemaker refuses it, or dies of it.

    The CIB is another one if the two differ only once what was planned is carried out.
    """
    say_defaults(cib)
    text = to_text(cib)
    theirs = oracle(text)
    if theirs.code < 0 or "Transition Summary:" not in theirs.printed:
        return None
    ours = simulate([program, "simulate"], text)
    found = differences(theirs.printed, ours.printed) + broken_properties(cib, ours.printed)
    if (ours.code == 0) != (theirs.code == 0):
        found.append(f"exit code {ours.code} instead of {theirs.code}")
    if simulate([program, "simulate"], text) != ours:
        found.append("property: the same CIB gave another answer")
    if not found:
        found = order_differences(theirs.graph, ours.graph)
    if not found:
        left, planned = oracle(ours.after).printed, simulate([program, "simulate"], ours.after).printed
        found = restless(left, planned)
        if found:
            # 2.1 reads the state of a node that 3.0 fenced otherwise: what it plans after its own plan counts as well.
            found = sorted(set(found) & set(restless(oracle(theirs.after).printed, planned)))
        if found:
            return found, left, planned, ET.fromstring(ours.after)
    return found, theirs.printed, ours.printed, cib


def restless(theirs, ours):
    """What we still plan once our plan is carried out, and Pacemaker would not."""
    left, planned = (collections.Counter(sections(text)["actions"]) for text in (theirs, ours))
    return [f"a second run plans {line}" for line in planned - left]


def explanation(programs, oracle, theirs, ours, cib):
    """Why the two decide this CIB differently, if that is known: the causes, each of which alone does not explain it."""
    text = to_text(cib)
    older, wanted = simulate([programs.older, "simulate"], text), oracle(text)
    if not differences(theirs, ours):  # in what is done; then in its order
        return "" if order_differences(wanted.graph, older.graph) else "older rules"
    answers = [("", ours)] + ([("older rules", older.printed)] if (older.code == 0) == (wanted.code == 0) else [])
    answers += [("; ".join(filter(None, (cause, "unmanaged on a lost node"))), as_listed_by_2_1(answer))
                for cause, answer in answers]
    for why, answer in answers:
        if why and not differences(theirs, answer):
            return why
    return ""


def look(job):
    """(seed, what differs: None if Pacemaker refuses the CIB, why it may)."""
    programs, oracle, seed, source = job
    answer = compare(programs.ours, oracle, cib_of(seed, source))
    if answer is None or not answer[0]:
        return seed, answer and answer[0], ""
    why = "" if any(line.startswith("property") for line in answer[0]) else explanation(programs, oracle, *answer[1:])
    if not why and source.folder:
        unchanged = compare(programs.ours, oracle, written_cib(seed, source.folder))
        if unchanged is None or (unchanged[0] and not explanation(programs, oracle, *unchanged[1:])):
            why = "differs unchanged as well"
    return seed, answer[0], why


def kind(difference):
    """What a difference is about, without names: a smaller CIB must still show the same."""
    return " ".join(difference.split()[:5])


def smallest(programs, oracle, seed, source, out):
    """Shrinks the CIB of a seed and writes it with both answers; returns the folder's name."""
    whole = cib_of(seed, source)
    wanted = kind(compare(programs.ours, oracle, whole)[0][0])

    def shows(cib):
        answer = compare(programs.ours, oracle, cib)
        return bool(answer and wanted in map(kind, answer[0]) and not explanation(programs, oracle, *answer[1:]))

    cib = shrink(whole, shows)
    found, theirs, ours, cib = compare(programs.ours, oracle, cib)
    name = os.path.join(out, f"seed-{seed}")
    os.makedirs(name, exist_ok=True)
    for file, text in (("cib.xml", to_text(cib)), ("pacemaker.txt", theirs), ("mainstay.txt", ours),
                       ("differences.txt", "\n".join(found) + "\n")):
        with open(os.path.join(name, file), "w", encoding="utf-8") as target:
            target.write(text)
    return name, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--program", default="build/dev/bin/mainstay", help="our command")
    parser.add_argument("--older", default="build/dev/tests/simulate-as-2.1", help="the same with rules of 2.1.5")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=100, help="how many")
    parser.add_argument("--no-clones", action="store_true", help="primitives and groups only")
    parser.add_argument("--features", nargs="*", metavar="NAME", help="add some of these features; without a name: of all")
    parser.add_argument("--change", metavar="FOLDER", help="CIBs of this folder with something changed, instead of random ones")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--shrink", type=int, default=3, help="how many of those that differ to make small")
    parser.add_argument("--out", default="out/differential", help="where the small ones go")
    parser.add_argument("--explained", action="store_true", help="also print those whose difference is known")
    parser.add_argument("--show", type=int, metavar="SEED", help="print the CIB of a seed and end")
    parser.add_argument("--memory", metavar="FOLDER", help="keep Pacemaker's answers there, and do not ask twice")
    parser.add_argument("--one", metavar="FILE", help="compare this CIB and end")
    options = parser.parse_args()
    programs = Programs(os.path.abspath(options.program), os.path.abspath(options.older))
    oracle = Oracle(options.memory)
    source = Source(not options.no_clones, options.features, options.change)
    if options.show is not None:
        print(to_text(cib_of(options.show, source)), end="")
        return 0
    if shutil.which("crm_simulate") is None:
        print("skipped: no crm_simulate here (Debian: pacemaker-cli-utils)")
        return 77
    if options.one:
        found = compare(programs.ours, oracle, ET.parse(options.one).getroot())
        print("Pacemaker refuses this CIB" if found is None else "\n".join(found[0]) or "no difference")
        return 1 if found is None or found[0] else 0
    jobs = [(programs, oracle, seed, source) for seed in range(options.seed, options.seed + options.count)]
    differing, refused, explained = [], 0, collections.Counter()
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        for seed, found, why in pool.map(look, jobs, chunksize=4):
            refused += found is None
            explained[why] += bool(why)
            if why and options.explained:
                print(f"seed {seed}: {why}: {found[0]} (+{len(found) - 1})", flush=True)
            if found and not why:
                differing.append(seed)
                print(f"seed {seed}: {found[0]} (+{len(found) - 1})", flush=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        small = functools.partial(smallest, programs, oracle, source=source, out=options.out)
        for name, found in pool.map(small, differing[:options.shrink]):
            print(f"smallest: {name}\n  " + "\n  ".join(found[:6]), flush=True)
    known = sum(explained.values())
    print(f"{options.count} CIBs: {options.count - refused - known - len(differing)} alike, "
          f"{known} explained, {len(differing)} differ, {refused} refused by Pacemaker")
    for why, count in sorted((+explained).items()):
        print(f"  {count} {why}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
