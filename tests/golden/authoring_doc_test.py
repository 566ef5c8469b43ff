#!/usr/bin/env python3
"""Works through docs/authoring.md as a reader would, in an empty folder: what it shows is what happens.

    ```hook NAME, ```go NAME   the text of a file, written when its turn comes
    ```console                 commands behind `$ `, each followed by all that it prints; `...` stands for any text, alone on a line for
                               any lines, and `exit N` at the end for an exit code that is not 0

Also: `instc help COMMAND` has something to say about every command.

    authoring_doc_test.py --bin build/bin
"""
import argparse
import itertools
import os
import re
import shlex
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run  # noqa: E402
from diagnostics_doc_test import ROOT, fences  # noqa: E402

PAGE = "docs/authoring.md"
BUILDS_SECONDS = 600  # the first build with a new pack compiles the packages that it changes


def pattern(lines):
    """A regular expression for what a command is said to print."""
    text = ""
    for line in lines:
        text += r"(?:.*\n)*?" if line == "..." else ".*".join(map(re.escape, line.split("..."))) + r"\n"
    return re.compile(text)


def spans_in_order(lines):
    """Spans reach the console in the order in which the processors' queues are emptied: neighbouring ones are put in that of their names."""
    ordered = []
    for is_span, run in itertools.groupby(lines, lambda line: line.startswith("span ")):
        ordered += sorted(run, key=lambda line: line.split()[2].rpartition("/")[2]) if is_span else run
    return ordered


class Reader:
    def __init__(self, bin_dir, environment, folder):
        self.environment = environment | {"PATH": bin_dir + os.pathsep + environment["PATH"], "GOFLAGS": ""}
        self.folder = folder
        self.problems = []
        self.demands = 0

    def demand(self, holds, text):
        self.demands += 1
        if not holds:
            self.problems.append(text)

    def execute(self, command):
        words = shlex.split(command)
        variables = dict(w.split("=", 1) for w in itertools.takewhile(lambda w: re.match(r"[A-Z_]+=", w), words))
        done = subprocess.run(words[len(variables):], cwd=self.folder, env=self.environment | variables, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=BUILDS_SECONDS, check=False)
        output = done.stdout + ("" if done.stdout.endswith("\n") or not done.stdout else "\n")
        return output + (f"exit {done.returncode}\n" if done.returncode != 0 else "")

    def console(self, line, text):
        for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
            command, *expected = part.splitlines()
            output = self.execute(command)
            printed = "".join(line + "\n" for line in spans_in_order(output.splitlines()))
            self.demand(pattern(spans_in_order(expected)).fullmatch(printed), f"{PAGE}:{line}: `{command}` prints\n{output}")

    def read(self):
        for line, _, tag, text in fences(os.path.join(ROOT, PAGE)):
            kind, _, name = (tag or "").partition(" ")
            if kind == "console":
                self.console(line, text)
            elif kind in ("hook", "go"):
                self.demand(name, f"{PAGE}:{line}: this file has no name, so nothing would check it")
                with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                    file.write(text)

    def help_pages(self):
        commands = re.findall(r"^  (\w+)  ", self.execute("instc help"), re.M)
        self.demand(len(commands) > 5, "`instc help` lists no commands")
        for command in commands:
            text = self.execute(f"instc help {command}")
            self.demand(text.startswith(f"instc {command}"), f"docs/commands.md has no section `## instc {command}`: {text}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    with run.Sandbox() as environment, tempfile.TemporaryDirectory() as folder:
        reader = Reader(os.path.abspath(parser.parse_args().bin), environment, folder)
        reader.read()
        reader.help_pages()
    print("\n".join(reader.problems + [f"{reader.demands} demands on {PAGE}, {len(reader.problems)} fail"]))
    return 1 if reader.problems or reader.demands < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
