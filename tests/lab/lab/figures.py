# SPDX-License-Identifier: Apache-2.0
"""The measured figures of a run, beside their goals and beside what Pacemaker took on such a lab."""

from dataclasses import dataclass

COST_OF = r"TIMEFORMAT='%U %S'; time {command} >/dev/null 2>&1"


@dataclass
class Figure:
    what: str
    value: float
    goal: float | None
    unit: str
    peer: str
    note: str

    @property
    def verdict(self):
        if self.goal is None:
            return ""
        return "met" if self.value <= self.goal else "MISSED"


class Figures:
    """Times depend on the machine and on what else it does: a missed goal is shown, it does not fail the story."""

    def __init__(self):
        self._figures = []

    def add(self, what, value, goal, unit="s", peer="", note=""):
        self._figures.append(Figure(what, value, goal, unit, peer, note))

    def table(self):
        rows = [("what", "measured", "goal", "", "Pacemaker", "")]
        for figure in self._figures:
            goal = "" if figure.goal is None else f"<= {figure.goal:g} {figure.unit}"
            rows.append((figure.what, f"{figure.value:.{2 if figure.unit == 's' else 1}f} {figure.unit}", goal,
                         figure.verdict, figure.peer, figure.note))
        widths = [max(len(row[column]) for row in rows) for column in range(6)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
        missed = sum(figure.verdict == "MISSED" for figure in self._figures)
        judged = sum(figure.goal is not None for figure in self._figures)
        lines.insert(1, "-" * max(len(line) for line in lines))
        return "\n".join(["", *lines, "", f"{judged - missed} of {judged} goals met; gaps are the longest time in which a "
                          "client that asks every 5 ms got no page"])


def resident_megabytes(host):
    """Resident memory of mainstayd and all its helpers, and which they are."""
    answer = host.run("ps -C mainstayd,mainstay-agent- -o rss=,args=")
    total, names = 0, {}
    for line in answer.out.splitlines():
        rss, program = line.split(None, 2)[:2]
        total += int(rss)
        name = program.rsplit("/", 1)[-1]
        names[name] = names.get(name, 0) + 1
    return total / 1000, ", ".join(f"{count} {name}" for name, count in names.items())


def cpu_milliseconds(host, command, times=5):
    """User and system time of one run of a command, the median of several."""
    costs = []
    for _ in range(times):
        words = host.run(COST_OF.format(command=command)).out.split()
        costs.append(1000 * (float(words[-2]) + float(words[-1])))
    return sorted(costs)[times // 2]
