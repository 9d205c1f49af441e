#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of the tree that no compiler checks: layers, sizes, banned words, nothing missing, nothing left over.

Usage: tidy.py ROOT. Prints one line per complaint (place, rule) and exits 1 if there is any. The length of functions is
clang-tidy's (readability-function-size).
"""

import os
import re
import sys

SKIPPED_FOLDERS = {".git", "build", "out", "__pycache__"}
PRODUCT = ("core/", "netlink/", "plugins/", "ocf-compat/")

# Which folders a folder may include besides itself. A folder that is missing here fails the test.
BASE, VALUES = ["core/base"], ["core/base", "core/model", "core/agent"]
PURE = ["core/cib", "core/scheduler", "core/report", "core/timer", "core/controller", "core/control",
        "core/conformance"]
EFFECTS = ["core/membership", "core/executor", "core/store"]
BESIDE = ["netlink", "ocf-compat"]
LAYERS = {
    "core/base": [],
    "core/model": BASE,
    "core/agent": BASE,
    "core/cib": VALUES,
    "core/scheduler": VALUES + ["core/cib"],
    "core/timer": VALUES,
    "core/conformance": VALUES,
    "core/control": VALUES + ["core/cib"],
    "core/report": VALUES + ["core/cib", "core/scheduler"],
    "core/controller": VALUES + ["core/cib", "core/scheduler"],
    "core/membership": VALUES + PURE,
    "core/executor": VALUES + PURE,
    "core/store": VALUES + ["core/cib"],
    "core/daemon": VALUES + PURE + EFFECTS,
    "core/agenthost": VALUES + PURE + EFFECTS + BESIDE,
    "core/ctl": VALUES + PURE + EFFECTS + ["ocf-compat"],
    "netlink": BASE,
    "ocf-compat": ["core/base", "core/agent"],
    "plugins": ["core/base", "core/agent", "netlink"],
}

# Rooms of a folder that is one target: each may include itself and those before it, the folder's own files all of them.
ROOMS = {"core/scheduler": ["read", "place", "act"]}

# In which product folders a costly or telling library header may be seen, also by way of our own headers.
LIBRARIES = {
    r"pugixml\.hpp": ("core/cib/", "core/scheduler/", "core/report/", "core/ctl/", "core/conformance/", "ocf-compat/",
                       "core/controller/real_planner.cpp"),
    r"boost/asio.*": ("core/membership/", "core/executor/", "core/daemon/", "core/agenthost/", "core/ctl/", "plugins/"),
    r"boost/dll.*": ("core/agenthost/",),
    r"sdbus-c\+\+/.*": ("plugins/",),
    r"CLI/.*": ("core/ctl/", "core/daemon/", "core/agenthost/"),
    r"corosync/.*": ("core/membership/",),
}

# (what, pattern on the code without comments and strings, folders where it is allowed)
BANNED = [
    ("the clock is read only where time enters", r"\b(steady_clock|high_resolution_clock)::now\b",
     ("core/daemon/", "core/ctl/", "core/agenthost/", "core/executor/timer_service", "plugins/", "ocf-compat/",
      "tests/component/", "tests/bench/", "tests/lab/", "tests/unit/plugins/")),
    ("sleeping instead of waiting for an event", r"\b(sleep|usleep|nanosleep|sleep_for|sleep_until)\s*\(",
     ("tests/component/", "tests/lab/")),
    ("rand() instead of a seeded generator", r"\b(s?rand|drand48)\s*\(", ()),
    ("coroutines", r"\bco_(await|yield|return)\b", ()),
    ("threads", r"\bstd::(thread|jthread|async)\b|\bpthread_create\b", ("core/agenthost/", "plugins/", "tests/")),
    ("a shell as a helper", r"\b(system|popen)\s*\(", ("tests/",)),
    ("fork in a large process: posix_spawn", r"(?<![\w.>])v?fork\s*\(", ("tests/",)),
    ("using namespace std", r"\busing\s+namespace\s+std\s*;", ()),
    ("raw new", r"(?<!operator )(?<!\()\bnew\s+[A-Za-z_:]", ("core/agent/",)),
    ("raw delete", r"(?<!operator )\bdelete\b\s*(\[\s*\])?\s*[A-Za-z_]", ("core/agent/",)),
]
MACHINE_PATH = re.compile(r'"[^"\n]*(/work/|/tmp/|/home/)')


class Tree:
    """Every file below the root, read once."""

    def __init__(self, root):
        self.root = root
        self.texts = {}
        self.folders = set()
        for folder, names, files in os.walk(root):
            names[:] = [n for n in names if n not in SKIPPED_FOLDERS]
            here = os.path.relpath(folder, root)
            self.folders.add("" if here == "." else here)
            for name in files:
                path = os.path.normpath(os.path.join(here, name))
                if os.path.islink(os.path.join(root, path)):
                    continue
                with open(os.path.join(root, path), "rb") as file:
                    data = file.read()
                if b"\0" not in data:
                    self.texts[path] = data.decode("utf-8", "replace")

    def matching(self, pattern):
        return {p: t for p, t in sorted(self.texts.items()) if re.search(pattern, p)}


def without_comments(text, keep_strings):
    """C++ text with comments (and the insides of strings) blanked, line numbers unchanged."""
    pattern = r'R"([^()\s\\]{0,16})\(.*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\''

    def blank(match):
        found = match.group(0)
        if found[0] != "/" and keep_strings:
            return found
        return re.sub(r"[^\n]", " ", found) if found[0] == "/" else '""' + "\n" * found.count("\n")

    return re.sub(pattern, blank, text, flags=re.S)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def layer_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "core" else parts[0]


def room_of(path):
    """The place of a file among the rooms of its folder; files beside the rooms come last."""
    rooms, parts = ROOMS.get(layer_of(path), []), path.split("/")
    return rooms.index(parts[2]) if len(parts) > 3 and parts[2] in rooms else len(rooms)


def plugin_of(path):
    """The plugin's folder that a file belongs to; None outside of plugins. They share by `shared` alone."""
    parts = path.split("/")
    return parts[1] if parts[0] == "plugins" and len(parts) > 2 else None


def check_layers(tree):
    for path, text in tree.matching(r"\.(h|cpp)$").items():
        if not path.startswith(PRODUCT):
            continue
        own = layer_of(path)
        if own not in LAYERS:
            yield path, 1, f"folder {own} is not in the layer table"
            continue
        for match in re.finditer(r'^\s*#\s*include\s+(["<])([^">]+)[">]', text, re.M):
            quoted, header = match.group(1) == '"', match.group(2)
            line = line_of(text, match.start())
            if quoted:
                if header not in tree.texts and header + ".in" not in tree.texts:
                    yield path, line, f'"{header}" is no path from the root of the tree'
                elif layer_of(header) not in LAYERS[own] + [own]:
                    yield path, line, f"{own} may not include {layer_of(header)}"
                elif own == "plugins" and plugin_of(header) not in ("shared", plugin_of(path), None):
                    yield path, line, f"{os.path.dirname(path)} may not include {os.path.dirname(header)}"
                elif layer_of(header) == own and room_of(header) > room_of(path):
                    yield path, line, f"{os.path.dirname(path)} may not include {os.path.dirname(header)}"
            seen = re.findall(r"^\s*#\s*include\s+<([^>]+)>", tree.texts.get(header, ""), re.M) if quoted else [header]
            for library, allowed in LIBRARIES.items():
                if not path.startswith(allowed):
                    for name in (n for n in seen if re.fullmatch(library, n)):
                        yield path, line, f"<{name}> is only for {', '.join(allowed)}"


def check_sizes(tree):
    for path, text in tree.matching(r"(\.(h|cpp|py|sh|cmake)|CMakeLists\.txt)$").items():
        limit = 600 if path.startswith("tests/") else 400
        lines = text.count("\n")
        if lines > limit:
            yield path, lines, f"{lines} lines, more than {limit}"


def check_words(tree):
    for path, text in tree.matching(r"\.(h|cpp)$").items():
        code = without_comments(text, keep_strings=False)
        for what, pattern, allowed in BANNED:
            if path.startswith(allowed):
                continue
            for match in re.finditer(pattern, code):
                yield path, line_of(code, match.start()), f"banned: {what} ({match.group(0).strip()})"
        if path.startswith(PRODUCT):
            for match in MACHINE_PATH.finditer(without_comments(text, keep_strings=True)):
                yield path, line_of(text, match.start()), f"path of one machine: {match.group(0)}"
    for path, text in tree.matching(r"(\.(h|cpp|py|cmake)|CMakeLists\.txt)$").items():
        if path.startswith("tests/tidy/"):
            continue
        for match in re.finditer(r"\b(TODO|FIXME|XXX)\b(?!\s*\(?#\d+)", text):
            yield path, line_of(text, match.start()), f"{match.group(1)} without the number of an issue"


def check_first_lines(tree):
    for path, text in tree.matching(r"(\.(h|cpp|py|sh|cmake|service)|CMakeLists\.txt)$").items():
        lines = text.split("\n")
        first = 1 if lines[0].startswith("#!") else 0
        if not re.match(r"(//|#) SPDX-License-Identifier: Apache-2\.0$", lines[first] if first < len(lines) else ""):
            yield path, first + 1, "first line must be: SPDX-License-Identifier: Apache-2.0"
        elif path.endswith(".h") or (path.endswith(".cpp") and path[:-3] + "h" not in tree.texts
                                     and not path.startswith("tests/unit/")):
            if len(lines) < 2 or not lines[1].startswith("// "):
                yield path, 2, "after the SPDX line a file says what it is"


def check_readmes(tree):
    for folder in sorted(tree.folders):
        top = folder.split("/")[0]
        depth = folder.count("/")
        if top not in ("core", "netlink", "ocf-compat", "plugins", "tests", "packaging") or depth > 1:
            continue
        if not any(re.fullmatch(re.escape(folder) + r"/([^/]+\.(h|cpp|py)|CMakeLists\.txt)", path) for path in tree.texts):
            continue
        readme = os.path.join(folder, "README.md")
        if readme not in tree.texts:
            yield folder, 1, "no README.md"
        elif tree.texts[readme].count("\n") > 40:
            yield readme, 41, "a folder's README has at most 40 lines"


def with_loops_expanded(code):
    """CMake text in which the body of `foreach(x a b)` stands once for each of a and b."""
    def expand(match):
        names = match.group(2).split()
        return "\n".join(match.group(3).replace("${" + match.group(1) + "}", name) for name in names)

    return re.sub(r"foreach\((\w+)((?:\s+(?!IN\b)[\w.-]+)+)\)(.*?)endforeach\(\)", expand, code, flags=re.S)


def check_unused(tree):
    named = set()
    for path, text in tree.matching(r"CMakeLists\.txt$").items():
        folder = os.path.dirname(path)
        code = with_loops_expanded(re.sub(r"#[^\n]*", "", text))
        for match in re.finditer(r"[\w./${}+-]+\.cpp\b(?!\.in)", code):
            source = match.group(0)
            source = re.sub(r"\$\{(CMAKE|PROJECT|mainstay)_SOURCE_DIR\}/", "/", source)
            source = source.replace("${CMAKE_CURRENT_SOURCE_DIR}/", "")
            if "${" in source:
                continue
            target = source[1:] if source.startswith("/") else os.path.normpath(os.path.join(folder, source))
            named.add(target)
            if target not in tree.texts:
                yield path, line_of(code, match.start()), f"{source} does not exist"
    for path in tree.matching(r"\.cpp$"):
        if path not in named:
            yield path, 1, "in no CMakeLists.txt"
    included = set()
    for path, text in tree.matching(r"\.(h|cpp)$").items():
        included.update(re.findall(r'^\s*#\s*include\s+"([^"]+)"', text, re.M))
    for path in tree.matching(r"\.h$"):
        if path not in included:
            yield path, 1, "included by nobody"


CHECKS = [check_layers, check_sizes, check_words, check_first_lines, check_readmes, check_unused]


def main():
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        print("usage: tidy.py ROOT", file=sys.stderr)
        return 2
    tree = Tree(sys.argv[1])
    complaints = [c for check in CHECKS for c in check(tree)]
    for path, line, what in complaints:
        print(f"{path}:{line}: {what}")
    print(f"{len(tree.texts)} files, {len(CHECKS)} rules, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
