#!/usr/bin/env python3
"""Holds docs/libraries.md to the plugins: which libraries, which versions, what is recorded, and how much it took to say so.

Everything comes from the rules, their lock files and the pages of `instc doc`, but for what the end-to-end tests run against, which is said here.

    python3 tests/libraries.py          # compares; run by ctest
    python3 tests/libraries.py --write
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/libraries.md"

# What a plugin's program talks to when that is not a peer within the same process; those without a program of their own whose tests have one.
BACKENDS = {
    "ants-v2": "in process",
    "context": "in process",
    "gorm": "SQLite, PostgreSQL and MariaDB of Debian",
    "kafka-go": "Kafka 3.9.1 in KRaft mode",
    "mongo-v1": "FerretDB 1.24 on SQLite",
    "mongo-v2": "FerretDB 1.24 on SQLite",
    "otel-global": "in process",
    "otel-sdk": "in process",
    "otel-trace": "in process",
    "redis-v9": "redis-server of Debian: single, ring, sentinel, cluster",
    "time": "in process",
}
WITHOUT_PROGRAM = "test blocks alone"

HEAD = """# Libraries

What is instrumented, at which versions it is proven, and what it records. Each name leads to the plugin's page, which has every hook and attribute.

*Versions* are those that the lock file knows, and whose sources the rules are checked against; rules of the standard library are for the versions of Go.
*Test backend* is what the programs of the end-to-end tests talk to, and at how many versions of the library they run: `make test` has one, `make test-plugins`
three where it says so, the first, a middle one and the newest. *Adds to* stands before the kind of other plugins' spans that a plugin completes.
*Lines* are those of the rules and, behind the sign, of their tests; comments and empty lines do not count.

| library | versions | hooks | spans | metrics | logs | test backend | lines |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""
TAIL = "\n*Written by `python3 tests/libraries.py --write`; a change here would be lost.*\n"


def section(page, name):
    """The text of a page below `## name`, up to the next one."""
    found = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", page, re.S | re.M)
    return found.group(1) if found else ""


def library(page):
    name = re.search(r"^\| library \| `([^`]*)`", page, re.M).group(1)
    return f"`{name}`"


def versions(folder, page):
    locks = list(folder.glob("*.lock"))
    if not locks:
        go = re.search(r"^\| Go \| `>= v([^`]*)`", page, re.M)
        return f"Go {go.group(1)} and newer" if go else "any Go"
    known = re.findall(r"^version (\S+)$", locks[0].read_text(), re.M)
    if len(known) == 1:
        return known[0]
    return f"{known[0]} to {known[-1]} ({len(known)})"


def hooks(page):
    return sum(1 for line in section(page, "Hooks").splitlines() if line.startswith("| `"))


def spans(page):
    said = []
    for heading in re.findall(r"^### (.*)$", section(page, "Spans"), re.M):
        adds = re.match(r"Adds to the (.*)", heading)
        kind = f"adds to {adds.group(1).replace(' span', '').strip()}" if adds else heading.split()[0]
        if kind not in said:
            said.append(kind)
    return ", ".join(said)


def metrics(page):
    return ", ".join(re.findall(r"^### (`[^`]*`)", section(page, "Metrics"), re.M))


def logs(page):
    said = []
    if "writes trace and span ids into what is logged" in page:
        said.append("ids")
    if "to the exporter of log records" in page:
        said.append("records")
    return ", ".join(said)


def backend(folder):
    where = BACKENDS.get(folder.name) or ("in process" if (folder / "app").is_dir() else WITHOUT_PROGRAM)
    locks = [str(path.relative_to(ROOT)) for path in folder.glob("*.lock")]
    tested = any(lock in path.read_text() for lock in locks for path in sorted((ROOT / "tests/e2e").glob("*_test.go")))
    return where + (", three versions" if tested else "")


def lines(folder):
    """How many lines the rules have, and how many their tests."""
    rules = tests = 0
    for path in sorted(folder.glob("*.hook")):
        within = False
        for line in path.read_text().splitlines():
            within = within or line.startswith("test ")
            if line.strip() and not line.lstrip().startswith("//"):
                tests, rules = (tests + 1, rules) if within else (tests, rules + 1)
            if line.startswith("}") or (line.startswith("test ") and line.endswith("}")):
                within = False
    return f"{rules} + {tests}"


def row(folder):
    page = (folder / "README.md").read_text()
    title = page.split("\n", 1)[0].removeprefix("# ")
    cells = [f"[{title}](../{folder.relative_to(ROOT)}/README.md) {library(page)}", versions(folder, page), str(hooks(page)), spans(page),
             metrics(page), logs(page), backend(folder), lines(folder)]
    return "| " + " | ".join(cells) + " |\n"


def text():
    folders = [path.parent for top in ("stdlib-rules", "plugins") for path in sorted((ROOT / top).glob("*/README.md"))]
    return HEAD + "".join(row(folder) for folder in folders) + TAIL


def main():
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(text())
        return 0
    if PAGE.read_text() == text():
        return 0
    print("docs/libraries.md is not what the plugins say: python3 tests/libraries.py --write", file=sys.stderr)
    return 1


sys.exit(main())
