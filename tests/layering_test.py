#!/usr/bin/env python3
"""Holds the source to what docs/architecture.md says about it. Run by ctest from the top of the project.

  * who may include whom, and that nothing includes upwards
  * exceptions are caught at three fences only: ANTLR, reading JSON, Boost options
  * instc-toolexec and everything below it stay free of ANTLR and Boost; the runtime requires no module
  * every diagnostic code is declared once, appears in a golden, and is explained in docs/diagnostics.md
  * every rule that is shipped has a test
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

# folder -> the folders it may include directly; what those may include is allowed as well.
MAY_INCLUDE = {
    "dsl/base": [],
    "dsl/source": ["dsl/base"],
    "dsl/diagnostics": ["dsl/source"],
    "dsl/ast": ["dsl/diagnostics"],
    "dsl/parse": ["dsl/ast"],
    "dsl/format": ["dsl/ast"],
    "compiler/go/syntax": ["dsl/diagnostics"],
    "compiler/go/types": ["compiler/go/syntax"],
    "compiler/go/load": ["compiler/go/types"],
    "compiler/go/edit": ["compiler/go/syntax"],
    "compiler/conventions": ["dsl/base"],
    "compiler/assets": ["dsl/base"],
    "compiler/pack": ["dsl/base"],
    "compiler/rules": ["dsl/ast", "compiler/go/load", "compiler/conventions", "compiler/pack"],
    "compiler/check": ["compiler/rules"],
    "compiler/lower": ["compiler/rules", "compiler/pack"],
    "compiler/ruletest": ["compiler/check", "compiler/pack"],
    "compiler/compile": ["dsl/parse", "compiler/check", "compiler/lower", "compiler/ruletest", "compiler/assets"],
    "compiler/toolexec": ["compiler/go/edit", "compiler/pack"],
    "compiler/build": ["compiler/compile"],
    "compiler/survey": ["compiler/compile"],
    "compiler/gotest": ["compiler/compile", "compiler/build", "compiler/toolexec"],
    "compiler/driver": ["compiler/gotest", "compiler/build", "compiler/compile", "compiler/survey", "compiler/toolexec", "dsl/format"],
}

# Where exceptions of foreign code end, and why each is there.
FENCES = {
    "dsl/parse/parse.cpp": "ANTLR",
    "compiler/pack/json_reader.cpp": "reading JSON",
    "compiler/build/listing.cpp": "reading JSON: what `go list` prints",
    "compiler/driver/options.cpp": "Boost options",
}

CODE = re.compile(r'^INSTC_DIAGNOSTIC\(\s*(\w+),\s*"([EWN]\d{4})"', re.M)
INCLUDE = re.compile(r'^#include "((?:dsl|compiler)/[^"]+)"', re.M)


def sources():
    for top in ("dsl", "compiler"):
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in (".h", ".cpp", ".def"):
                yield path.relative_to(ROOT).as_posix(), path.read_text()


def folder(path):
    parts = path.split("/")
    return "/".join(parts[:3] if parts[:2] == ["compiler", "go"] else parts[:2])


def reachable(start):
    found, open_folders = set(), [start]
    while open_folders:
        current = open_folders.pop()
        if current not in found:
            found.add(current)
            open_folders += MAY_INCLUDE.get(current, [])
    return found


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


class Layering(unittest.TestCase):
    maxDiff = None

    def test_every_folder_has_its_place(self):
        folders = {folder(path) for path, _ in sources()}
        self.assertEqual(sorted(folders - set(MAY_INCLUDE)), [], "give these folders a line in MAY_INCLUDE")

    def test_includes_go_downwards(self):
        wrong = [f"{path} includes {target}" for path, text in sources() for target in INCLUDE.findall(text)
                 if folder(target) not in reachable(folder(path))]
        self.assertEqual(wrong, [])

    def test_the_order_has_no_cycle(self):
        for start in MAY_INCLUDE:
            for below in MAY_INCLUDE[start]:
                self.assertNotIn(start, reachable(below), f"{start} and {below} reach each other")

    def test_exceptions_stay_behind_three_fences(self):
        catching = {path for path, text in sources() if re.search(r"\b(catch|try)\b\s*[({]", without_comments(text))}
        self.assertEqual(sorted(catching - set(FENCES)), [], "exceptions are caught outside of the fences")
        self.assertEqual(sorted(set(FENCES) - catching), [], "a fence is listed that does not exist")

    def test_toolexec_is_light(self):
        light = reachable("compiler/toolexec")
        heavy = [path for path, text in sources() if folder(path) in light and re.search(r"#include [<\"](antlr4|boost/)", text)]
        self.assertEqual(heavy, [])

    def test_the_runtime_requires_nothing(self):
        self.assertNotIn("require", (ROOT / "compiler/rt/go.mod").read_text())


class Diagnostics(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.declared = [(code, name, path) for path, text in sources() for name, code in CODE.findall(text)]

    def test_some_are_declared(self):
        self.assertGreater(len(self.declared), 20)

    def test_every_code_is_declared_once(self):
        seen = {}
        for code, name, path in self.declared:
            seen.setdefault(code, []).append(f"{path} {name}")
        self.assertEqual({code: places for code, places in seen.items() if len(places) > 1}, {})

    def test_every_code_is_in_a_golden(self):
        goldens = "\n".join(path.read_text(errors="replace") for path in sorted((ROOT / "tests/golden").rglob("*"))
                            if path.is_file())
        self.assertEqual([f"{code} {name}" for code, name, _ in self.declared if code not in goldens], [])

    def test_every_code_is_explained(self):
        page = ROOT / "docs/diagnostics.md"
        text = page.read_text() if page.exists() else ""
        self.assertEqual([f"{code} {name}" for code, name, _ in self.declared if code not in text], [])

    def test_no_unknown_code_is_explained(self):
        page = ROOT / "docs/diagnostics.md"
        known = {code for code, _, _ in self.declared}
        mentioned = set(re.findall(r"^#+ .*?\b([EW]\d{4})\b", page.read_text() if page.exists() else "", re.M))
        self.assertEqual(sorted(mentioned - known), [], "explained, but declared nowhere")


class ShippedRules(unittest.TestCase):
    def test_every_rule_has_a_test(self):
        missing = []
        for path in sorted([*ROOT.glob("plugins/*/*.hook"), *ROOT.glob("stdlib-rules/*/*.hook")]):
            text = path.read_text()
            tested = set(re.findall(r'^\s*test "[^"]*" for ([\w.]+)', text, re.M))
            rules = re.findall(r"^\s*(?:(\w+) )?on [^{]", text, re.M)
            missing += [f"{path.parent.name}: {name or 'a rule without a name'}" for name in rules if name not in tested]
        self.assertEqual(missing, [])


if __name__ == "__main__":
    sys.exit(unittest.main())
