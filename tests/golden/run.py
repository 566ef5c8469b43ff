#!/usr/bin/env python3
"""Golden tests: one file is input, command and expected output.

The file begins with its commands, one comment line each:

    // run: instc parse --dump=ast %s

`%s` stands for the file, `%t` for an empty scratch directory; several `run` lines run in order, at the top of the
repository. The standard input of each is the file without its expectations. A command is split as a shell would split
it, but no shell runs it. What the commands wrote (standard output, then standard error) and the exit code of each stand
at the end of the file, every line behind `//> `:

    //> plugin redis
    //> exit 0

A name that begins with `fail_` demands that some command fails, any other that none does. --update rewrites the
expectations instead of comparing. Comments of other languages work too: `#` for files that do not end in .hook or .go.

    run.py --bin build/bin [--update] FILES_OR_FOLDERS...
"""
import argparse
import difflib
import os
import shlex
import subprocess
import sys
import tempfile

TIMEOUT_SECONDS = 120


class Golden:
    def __init__(self, path):
        self.path = path
        self.comment = "//" if path.endswith((".hook", ".go")) else "#"
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            self.text = file.read()

    def commands(self):
        prefix = self.comment + " run: "
        found = []
        for line in self.text.splitlines():
            if not line.startswith(prefix):
                break
            found.append(line[len(prefix):].strip())
        return found

    def split(self):
        """The input part and the expected output."""
        mark = self.comment + ">"
        lines = self.text.splitlines(keepends=True)
        end = len(lines)
        while end > 0 and lines[end - 1].startswith(mark):
            end -= 1
        return "".join(lines[:end]), "".join(lines[end:])

    def expectation(self, output):
        mark = self.comment + ">"
        return "".join(f"{mark} {line}".rstrip() + "\n" for line in output.splitlines())

    def run(self, bin_dir):
        """The combined output, and whether every command succeeded."""
        output = []
        succeeded = True
        source = self.split()[0].encode("utf-8", "surrogateescape")
        with tempfile.TemporaryDirectory() as scratch:
            for command in self.commands():
                words = [w.replace("%s", self.path).replace("%t", scratch) for w in shlex.split(command)]
                words[0] = os.path.join(bin_dir, words[0])
                done = subprocess.run(words, input=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      timeout=TIMEOUT_SECONDS, check=False)
                text = (done.stdout + done.stderr).decode("utf-8", "replace").replace(scratch, "%t")
                if text and not text.endswith("\n"):
                    text += "\n"
                output.append(f"{text}exit {done.returncode}\n")
                succeeded = succeeded and done.returncode == 0
        return "".join(output), succeeded


def check(golden, bin_dir, update):
    """None, or what is wrong."""
    if not golden.commands():
        return "has no run line"
    output, succeeded = golden.run(bin_dir)
    must_fail = os.path.basename(golden.path).startswith("fail_")
    if succeeded == must_fail:
        return ("was expected to fail, but succeeded" if must_fail else "failed") + ":\n" + output
    source, expected = golden.split()
    actual = golden.expectation(output)
    if actual == expected:
        return None
    if update:
        if source and not source.endswith("\n"):
            source += "\n"
        with open(golden.path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(source + actual)
        return None
    diff = difflib.unified_diff(expected.splitlines(True), actual.splitlines(True), "expected", "actual")
    return "differs (run with --update after a look):\n" + "".join(diff)


def collect(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
            continue
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(f for f in folders if f != "inputs")
            for name in sorted(files):
                yield os.path.join(folder, name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="the folder with instc")
    parser.add_argument("--update", action="store_true", help="rewrite the expectations")
    parser.add_argument("paths", nargs="+")
    options = parser.parse_args()

    total = failed = 0
    for path in collect(options.paths):
        total += 1
        problem = check(Golden(path), os.path.abspath(options.bin), options.update)
        if problem is not None:
            failed += 1
            print(f"{path} {problem}")
    print(f"{total - failed} of {total} goldens pass")
    if total == 0:
        print("no goldens found")
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
