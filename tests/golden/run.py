#!/usr/bin/env python3
"""Golden tests: one file is input, command and expected output.

The file begins with its commands, one comment line each:

    // run: instc parse --dump=ast %s

`%s` stands for the file, `%t` for an empty scratch directory, `NAME=value` before the command sets a variable; several `run` lines run in order, at the top of the
repository. The standard input of each is the file without its expectations. A command is split as a shell would split
it, but no shell runs it. What the commands wrote (standard output, then standard error) and the exit code of each stand
at the end of the file, every line behind `//> `:

    //> plugin redis
    //> exit 0

Places in the sources of Go and in the module cache are reduced to what does not change with a release: the file and the
label, without line numbers and excerpt; the version of Go reads $GOVERSION.

Modules come from check/inputs/modules alone, through a module proxy of files and a module cache of one's own: no golden depends
on the network, on releases, or on what the machine has downloaded.

A name that begins with `fail_` demands that some command fails, any other that none does. --update rewrites the
expectations instead of comparing. Comments of other languages work too: `#` for files that do not end in .hook or .go.

    run.py --bin build/bin [--update] FILES_OR_FOLDERS...
"""
import argparse
import difflib
import functools
import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile

TIMEOUT_SECONDS = 120
MODULES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "check", "inputs", "modules")

HEADING = re.compile(r"^(?:error|warning|remark)\[", re.M)
PLACE = re.compile(r"^ *--> (\$GO\w+/.*|/compiler/rt/.*):\d+:\d+$")
GUTTER = re.compile(r"^ *(\d*) \|(.*)$")


def write_proxy(proxy):
    """Lays out MODULES, folders named path@version, as a module proxy that serves files."""
    for folder, folders, files in os.walk(MODULES):
        module, at, version = os.path.relpath(folder, MODULES).partition("@")
        if not at or "/" in version:
            continue
        versions = os.path.join(proxy, module, "@v")
        os.makedirs(versions, exist_ok=True)
        with open(os.path.join(versions, "list"), "a", encoding="utf-8") as listing:
            listing.write(version + "\n")
        with open(os.path.join(versions, version + ".info"), "w", encoding="utf-8") as info:
            info.write('{"Version": "%s"}' % version)
        with open(os.path.join(folder, "go.mod"), "rb") as source, open(os.path.join(versions, version + ".mod"), "wb") as copy:
            copy.write(source.read())
        with zipfile.ZipFile(os.path.join(versions, version + ".zip"), "w") as archive:
            for inside, _, names in os.walk(folder):
                for name in names:
                    path = os.path.join(inside, name)
                    archive.write(path, f"{module}@{version}/{os.path.relpath(path, folder)}")


class Sandbox:
    """Environment variables for programs whose modules come from MODULES and whose caches last as long as this."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp()
        write_proxy(os.path.join(self.folder, "proxy"))
        return os.environ | {
            "GOPROXY": "file://" + os.path.join(self.folder, "proxy"), "GOSUMDB": "off", "GONOPROXY": "none", "GOPRIVATE": "",
            "GOMODCACHE": os.path.join(self.folder, "mod"), "INSTC_CACHE": os.path.join(self.folder, "cache"),
        }

    def __exit__(self, *_):
        for folder, _, _ in os.walk(self.folder):
            os.chmod(folder, 0o755)  # the module cache is read-only
        shutil.rmtree(self.folder)


@functools.lru_cache
def go_names():
    """What differs between machines and releases of Go, and the name it gets."""
    root, version = subprocess.run(["go", "env", "GOROOT", "GOVERSION"], stdout=subprocess.PIPE, text=True,
                                   check=True).stdout.split()
    number = version[2:].split("-")[0]
    plain = number if number.count(".") == 2 else number + ".0"
    return [(root, "$GOROOT"), (version, "$GOVERSION"), ("v" + plain, "$GOVERSION")]


def without_go_lines(diagnostic):
    """The diagnostic with its places in Go code reduced to file and label, and the gutter as wide as the rest needs."""
    kept = []
    lines = iter(diagnostic.splitlines())
    for line in lines:
        place = PLACE.match(line)
        if not place:
            kept.append(line)
            continue
        _, _, mark = next(lines), next(lines), next(lines)
        label = GUTTER.match(mark).group(2).lstrip(" -^")
        kept += [" --> " + place.group(1)] + ([" | " + label] if label else [])
    numbers = [len(GUTTER.match(line).group(1)) for line in kept if GUTTER.match(line)]
    width = max(numbers + [2])

    def aligned(line):
        gutter = GUTTER.match(line)
        if gutter:
            return f"{gutter.group(1):>{width}} |{gutter.group(2)}"
        start = re.match(r"^ +(-->|=) ", line)
        return line if not start else " " * (width + (start.group(1) == "=")) + line.lstrip(" ")

    return "".join(aligned(line) + "\n" for line in kept)


def stable(text, environment):
    """The output as it is on every machine and with every release of Go."""
    for value, name in [(environment[key], "$" + key) for key in ("GOMODCACHE", "GOPROXY")] + go_names():
        text = text.replace(value, name)
    starts = [m.start() for m in HEADING.finditer(text)]
    parts = [text[begin:end] for begin, end in zip([0] + starts, starts + [len(text)])]
    return "".join(without_go_lines(part) if any(map(PLACE.match, part.splitlines())) else part for part in parts)


class Crash(Exception):
    """A program ended by a signal, which no golden may expect."""


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

    @staticmethod
    def program(name, bin_dir):
        """A script of this folder or one of our programs."""
        if name.endswith(".py"):
            return [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), name)]
        return [os.path.join(bin_dir, name)]

    def run(self, bin_dir, environment):
        """The combined output, and whether every command succeeded."""
        output = []
        succeeded = True
        source = self.split()[0].encode("utf-8", "surrogateescape")
        with tempfile.TemporaryDirectory() as scratch:
            for command in self.commands():
                words = [w.replace("%s", self.path).replace("%t", scratch) for w in shlex.split(command)]
                variables = dict(w.split("=", 1) for w in itertools.takewhile(lambda w: "=" in w, words))
                words = words[len(variables):]
                words[:1] = self.program(words[0], bin_dir)
                done = subprocess.run(words, input=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      timeout=TIMEOUT_SECONDS, env=environment | variables, check=False)
                text = (done.stdout + done.stderr).decode("utf-8", "replace").replace(scratch, "%t")
                text = stable(text, environment)
                if text and not text.endswith("\n"):
                    text += "\n"
                output.append(f"{text}exit {done.returncode}\n")
                if done.returncode < 0:
                    raise Crash("".join(output))
                succeeded = succeeded and done.returncode == 0
        return "".join(output), succeeded


def check(golden, bin_dir, environment, update):
    """None, or what is wrong."""
    if not golden.commands():
        return "has no run line"
    try:
        output, succeeded = golden.run(bin_dir, environment)
    except Crash as crash:
        return f"ends by a signal:\n{crash}"
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
    with Sandbox() as environment:
        for path in collect(options.paths):
            total += 1
            problem = check(Golden(path), os.path.abspath(options.bin), environment, options.update)
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
