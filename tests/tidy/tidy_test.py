#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that every rule of tidy.py can fail: a small tree with one offence each, and a clean one."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tidy  # noqa: E402

SPDX = "// SPDX-License-Identifier: Apache-2.0\n// A file.\n"


def complaints(check, files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        return [what for _, _, what in check(tidy.Tree(root))]


class Rules(unittest.TestCase):
    def test_a_lower_layer_may_not_include_a_higher_one(self):
        files = {"core/base/a.h": SPDX + '#include "core/model/b.h"\n', "core/model/b.h": SPDX}
        self.assertEqual(complaints(tidy.check_layers, files), ["core/base may not include core/model"])

    def test_a_higher_layer_may_include_a_lower_one(self):
        files = {"core/model/b.h": SPDX + '#include "core/base/a.h"\n', "core/base/a.h": SPDX}
        self.assertEqual(complaints(tidy.check_layers, files), [])

    def test_a_plugin_may_not_include_another_one_but_what_they_share(self):
        files = {"plugins/web/a.cpp": SPDX + '#include "plugins/disk/b.h"\n#include "plugins/shared/os/c.h"\n',
                 "plugins/disk/b.h": SPDX, "plugins/shared/os/c.h": SPDX + '#include "plugins/disk/b.h"\n'}
        self.assertEqual(complaints(tidy.check_layers, files),
                         ["plugins/shared/os may not include plugins/disk", "plugins/web may not include plugins/disk"])

    def test_an_include_that_leads_nowhere(self):
        found = complaints(tidy.check_layers, {"core/base/a.h": SPDX + '#include "a.h"\n'})
        self.assertEqual(found, ['"a.h" is no path from the root of the tree'])

    def test_libraries_stay_in_their_folders_also_by_way_of_headers(self):
        files = {"core/base/a.cpp": SPDX + "#include <pugixml.hpp>\n", "core/cib/b.h": SPDX + "#include <pugixml.hpp>\n",
                 "core/controller/c.cpp": SPDX + '#include "core/cib/b.h"\n'}
        self.assertEqual(len(complaints(tidy.check_layers, files)), 2)

    def test_long_files(self):
        files = {"core/base/a.cpp": "x\n" * 401, "tests/unit/a.cpp": "x\n" * 600}
        self.assertEqual(complaints(tidy.check_sizes, files), ["401 lines, more than 400"])

    def test_banned_words_in_code_but_not_in_comments_and_strings(self):
        for offence in ["sleep(1);", "std::thread t;", "system(command);", "int a = rand();", "co_await x;", "fork();",
                        "auto* a = new Thing;", "delete thing;", "std::chrono::steady_clock::now();"]:
            with self.subTest(offence):
                self.assertEqual(len(complaints(tidy.check_words, {"core/base/a.cpp": SPDX + offence + "\n"})), 1)
                self.assertEqual(complaints(tidy.check_words, {"core/base/a.cpp": SPDX + "// " + offence + "\n"}), [])
                self.assertEqual(
                    complaints(tidy.check_words, {"core/base/a.cpp": SPDX + f'auto s = "{offence}";\n'}), [])

    def test_deleted_members_are_no_offence(self):
        self.assertEqual(complaints(tidy.check_words, {"core/base/a.h": SPDX + "A(const A&) = delete;\n"}), [])

    def test_paths_of_one_machine(self):
        self.assertEqual(len(complaints(tidy.check_words, {"core/base/a.cpp": SPDX + 'open("/tmp/x");\n'})), 1)

    def test_a_todo_needs_an_issue(self):
        files = {"core/base/a.cpp": SPDX + "// TODO later\n", "core/base/b.cpp": SPDX + "// TODO(#12) later\n"}
        self.assertEqual(len(complaints(tidy.check_words, files)), 1)

    def test_first_lines(self):
        files = {"core/base/a.h": "int a;\n", "core/base/b.h": "// SPDX-License-Identifier: Apache-2.0\nint b;\n"}
        self.assertEqual(len(complaints(tidy.check_first_lines, files)), 2)

    def test_every_folder_has_a_readme_of_forty_lines_at_most(self):
        files = {"core/README.md": "x\n", "core/base/a.h": SPDX, "core/model/README.md": "x\n" * 41, "core/model/a.h": SPDX,
                 "packaging/deb/postinst": "#!/bin/sh\n"}
        self.assertEqual(complaints(tidy.check_readmes, files),
                         ["no README.md", "a folder's README has at most 40 lines"])

    def test_sources_that_no_build_file_names_and_the_reverse(self):
        files = {"core/base/CMakeLists.txt": "mainstay_library(base SOURCES gone.cpp)\n", "core/base/a.cpp": SPDX,
                 "core/base/lonely.h": SPDX}
        self.assertEqual(complaints(tidy.check_unused, files),
                         ["gone.cpp does not exist", "in no CMakeLists.txt", "included by nobody"])


if __name__ == "__main__":
    unittest.main()
