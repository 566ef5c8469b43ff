#!/usr/bin/env python3
"""Compares what instc-go-dump says about Go source with what Go's own packages say.

usage: compare.py INSTC_GO_DUMP ORACLE_DIR decls PATH...       declarations of files in folders of GOROOT/src
       compare.py INSTC_GO_DUMP ORACLE_DIR types PATTERN...    types of packages of the standard library
       compare.py INSTC_GO_DUMP ORACLE_DIR local DIR           types of all packages of the module in a folder
       compare.py INSTC_GO_DUMP ORACLE_DIR module M@VERSION... types of all packages of modules, downloaded when missing
       compare.py INSTC_GO_DUMP ORACLE_DIR files               which files are chosen, for several targets
       compare.py INSTC_GO_DUMP ORACLE_DIR full [WORK]         everything, modules.txt included; WORK keeps what Go said

GOOS, GOARCH and CGO_ENABLED (off by default) of the environment choose the target of `types`. differences.txt lists the
known differences. Exits with 1 and a diff when there are others, with 77 (skipped) when there is no go command.
"""

import difflib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# Packages of the interfaces that every type is asked about; see wellKnown in oracle/types.go.
WELL_KNOWN = ("context database/sql database/sql/driver encoding encoding/json flag fmt hash io io/fs log/slog net net/http "
              "reflect sort sync").split()
LISTED = "ImportPath,Dir,GoFiles,CgoFiles,ImportMap,Standard,Module,Deps,Error,DepsErrors"
FULL_TARGETS = [("linux", "amd64", "0", ["std"]), ("linux", "amd64", "1", ["std"]),
                ("darwin", "arm64", "0", ["syscall", "os", "net", "runtime", "internal/poll", "crypto/x509", "os/user"]),
                ("windows", "amd64", "0", ["syscall", "os", "net", "runtime", "internal/poll", "internal/syscall/windows"])]
OWN = 99  # the minor version of the Go at hand
# GOOS, GOARCH, CGO_ENABLED, minor version of Go, tags.
FILE_TARGETS = [("linux", "amd64", "0", OWN, "-"), ("linux", "amd64", "1", OWN, "netgo,race"), ("darwin", "arm64", "1", OWN, "-"),
                ("windows", "386", "0", OWN, "-"), ("js", "wasm", "0", OWN, "-"), ("android", "arm64", "1", OWN, "purego"),
                ("ios", "arm64", "0", OWN, "-"), ("illumos", "amd64", "0", OWN, "-"), ("freebsd", "riscv64", "0", OWN, "-"),
                ("plan9", "arm", "0", OWN, "-"), ("aix", "ppc64", "0", OWN, "-"), ("linux", "s390x", "0", OWN, "boringcrypto"),
                ("linux", "amd64", "0", 18, "custom"), ("linux", "mips64le", "1", 9, "custom,other")]
MAX_SHOWN = 60


def go_env(**extra):
    return dict(os.environ, CGO_ENABLED=os.environ.get("CGO_ENABLED", "0"), GOFLAGS="", GOWORK="off", GO111MODULE="on", **extra)


def output(command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def objects(text):
    """Yields (package, object, lines): a declaration with the lines below it."""
    package, name, lines = "", "", []
    for line in text.splitlines():
        if not line.startswith(" ") and lines:
            yield package, name, lines
            lines = []
        if line.startswith("package "):
            package = line.split()[1]
        if not line.startswith(" "):
            name = " ".join(line.split(" ")[:2])
        lines.append(line)
    if lines:
        yield package, name, lines


def by_package(text):
    packages = {}
    for package, name, lines in objects(text):
        packages.setdefault(package, []).append((name, lines))
    return packages


class Known:
    """differences.txt: `RUN PACKAGE OBJECT: reason`, where RUN and OBJECT may end in *."""

    def __init__(self):
        self.entries = []
        for number, line in enumerate(open(os.path.join(HERE, "differences.txt")), 1):
            if line.strip() and not line.startswith("#"):
                match = re.fullmatch(r"(\S+) (\S+) (\S.*?): (\S.*)", line.strip())
                if not match:
                    sys.exit(f"differences.txt line {number} is not `RUN PACKAGE OBJECT: reason`")
                self.entries.append([*match.groups()[:3], 0, number])

    @staticmethod
    def matches(pattern, text):
        return text.startswith(pattern[:-1]) if pattern.endswith("*") else pattern == text

    def covers(self, run, package, name):
        for entry in self.entries:
            if self.matches(entry[0], run) and self.matches(entry[1], package) and self.matches(entry[2], name):
                entry[3] += 1
                return True
        return False

    def unused(self, asked):
        """Entries about packages that were asked about, where nothing differs any more."""
        return [f"differences.txt line {number}: nothing differs here any more" for run, package, _, used, number in self.entries
                if not used and any(self.matches(run, r) and self.matches(package, p) for r, p in asked)]


class Comparison:
    def __init__(self, dump, oracle, work):
        self.dump, self.oracle, self.work = dump, oracle, work
        self.known = Known()
        self.asked = set()  # (run, package)
        self.failed = 0
        self.missing = []  # modules that could not be had, with the reason

    def compare(self, run, expected, actual):
        go, instc = by_package(expected), by_package(actual)
        self.asked.update((run, package) for package in go)
        shown, accepted = [], 0
        for package in sorted(set(go) | set(instc)):
            if go.get(package) == instc.get(package):
                continue
            left, right = go.get(package, []), instc.get(package, [])
            matcher = difflib.SequenceMatcher(None, [str(x) for x in left], [str(x) for x in right], autojunk=False)
            for tag, i1, i2, j1, j2 in matcher.get_opcodes():
                if tag == "equal":
                    continue
                changed = left[i1:i2] + right[j1:j2]
                if all(self.known.covers(run, package, name) for name, _ in changed):
                    accepted += 1
                    continue
                shown.append(f"in {package}:")
                a = [line for _, lines in left[i1:i2] for line in lines]
                b = [line for _, lines in right[j1:j2] for line in lines]
                shown += list(difflib.unified_diff(a, b, "go", "instc", lineterm="", n=0))[2:]
        if shown:
            self.failed += 1
            print(f"{run}: differs")
            print("\n".join(line[:400] for line in shown[:MAX_SHOWN]))
            return
        note = f", {accepted} known differences" if accepted else ""
        print(f"{run}: {len(go)} packages, {expected.count(chr(10))} lines agree{note}", flush=True)
        if not go:
            self.failed += 1
            print(f"{run}: nothing was compared")

    def finish(self):
        if self.missing:
            print("\n".join(["not compared:", *self.missing]))
        for line in self.known.unused(self.asked):
            print(line)
            self.failed += 1
        return 1 if self.failed else 0

    # ---- The questions ----

    def decls(self, paths):
        root = os.path.join(output(["go", "env", "GOROOT"]).strip(), "src")
        dirs = [os.path.join(root, path) for path in paths]
        self.compare("decls", output([self.oracle, "decls", *dirs]), output([self.dump, "decls", *dirs]))

    def types(self, patterns, env):
        run = "std/{}/{}{}".format(env.get("GOOS") or "linux", env.get("GOARCH") or "amd64", "/cgo" if env["CGO_ENABLED"] == "1" else "")
        with tempfile.TemporaryDirectory() as scratch:
            listing, targets = self.list(scratch, patterns, scratch, env)
            targets = [path for path in targets if "." not in path.split("/")[0]]
            go = output([self.oracle, "types", listing, *targets], env=env)
        self.compare(run, go, output([self.dump, "types", *targets], env=env))

    def local(self, directory, env):
        with tempfile.TemporaryDirectory() as scratch:
            listing, targets = self.list(directory, ["./..."], scratch, env)
            go = output([self.oracle, "types", listing, *targets], env=env)
            self.compare("local", go, output([self.dump, "listed", listing, *targets], env=env))

    def files(self, env):
        """Every folder of the standard library and the hard cases of testdata/files."""
        root = os.path.join(output(["go", "env", "GOROOT"]).strip(), "src")
        dirs = sorted(folder for folder, _, names in os.walk(root)
                      if any(name.endswith(".go") for name in names) and "testdata" not in folder.split(os.sep))
        dirs.append(os.path.join(HERE, "testdata", "files"))
        own = int(re.match(r"go1\.(\d+)", output(["go", "env", "GOVERSION"])).group(1))
        for goos, goarch, cgo, minor, tags in FILE_TARGETS:
            target = dict(env, GOOS=goos, GOARCH=goarch, CGO_ENABLED=cgo)
            args = ["files", str(min(minor, own)), tags, *dirs]
            run = f"files/{goos}/{goarch}" + ("/cgo" if cgo == "1" else "") + (f"/go1.{minor}" if minor < OWN else "")
            self.compare(run, output([self.oracle, *args], env=target), output([self.dump, *args], env=target))

    def module(self, module, env):
        try:
            go, targets, left_out = self.ask_go(module, env)
        except subprocess.CalledProcessError as error:
            reason = (error.stderr or "").strip().splitlines()
            self.missing.append(f"{module}: cannot be had: {reason[-1] if reason else error}")
            print(self.missing[-1], flush=True)
            return
        if left_out:
            print(f"{module}: {left_out} packages left out: go list reports errors in them or what they import")
        result = subprocess.run([self.dump, "module", module, *targets], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        if result.returncode != 0:
            print(result.stderr[-2000:])
        self.compare(module, go, result.stdout)

    def ask_go(self, module, env):
        """What Go says about all packages of a module: kept in the work folder, as that takes the time."""
        path, version = module.split("@")
        name = hashlib.sha256((module + open(self.oracle, "rb").read().hex()).encode()).hexdigest()[:24]
        kept = os.path.join(self.work, name + ".json")
        if os.path.exists(kept):
            return json.load(open(kept))
        with tempfile.TemporaryDirectory() as scratch:
            with open(os.path.join(scratch, "go.mod"), "w") as mod:
                mod.write("module oracle.test\n\ngo 1.26\n")
            env = dict(env, GOFLAGS="-mod=mod")
            run = dict(cwd=scratch, env=env, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            subprocess.run(["go", "get", f"{path}@{version}"], **run)
            required = set(subprocess.run(["go", "list", "-m", "-f", "{{.Path}}", "all"], **run).stdout.split())
            listing, targets = self.list(scratch, [f"{path}/..."], scratch, env)
            packages = read_listing(listing)
            of_module = [p for p in targets if packages[p].get("Module", {}).get("Path") == path]
            good = [p for p in of_module if sound(packages[p], packages, required)]
            go = output([self.oracle, "types", listing, *good], env=env)
        answer = (go, good, len(of_module) - len(good))
        with open(kept, "w") as file:
            json.dump(answer, file)
        return answer

    def list(self, directory, patterns, scratch, env):
        """Writes what `go list` says about packages and their dependencies; returns the file and the packages with Go files."""
        listing = os.path.join(scratch, "listing.json")
        command = ["go", "list", "-e", "-deps", f"-json={LISTED}", *patterns, *WELL_KNOWN]
        with open(listing, "w") as file:
            subprocess.run(command, check=True, cwd=directory, env=env, stdout=file, stderr=subprocess.PIPE, text=True)
        chosen = ["go", "list", "-e", "-f", "{{if or .GoFiles .CgoFiles}}{{.ImportPath}}{{end}}", *patterns]
        targets = subprocess.run(chosen, check=True, cwd=directory, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return listing, targets.stdout.split()


def read_listing(path):
    text, decoder, at, packages = open(path).read(), json.JSONDecoder(), 0, {}
    while at < len(text):
        package, at = decoder.raw_decode(text, at)
        packages[package["ImportPath"]] = package
        while at < len(text) and text[at].isspace():
            at += 1
    return packages


def sound(package, packages, required):
    """Whether the go command has no complaint about a package and all it imports comes from what the module requires."""
    if package.get("Error") or package.get("DepsErrors"):
        return False
    return all(packages[dep].get("Standard") or packages[dep].get("Module", {}).get("Path") in required
               for dep in package.get("Deps", []) if dep != "C" and dep in packages)


def modules():
    for line in open(os.path.join(HERE, "modules.txt")):
        words = line.split("#")[0].split()
        for version in words[1:]:
            yield f"{words[0]}@{version}"


def main():
    dump, oracle_dir, mode, *args = sys.argv[1:]
    if shutil.which("go") is None:
        print("no go command: skipped")
        return 77
    env = go_env()
    with tempfile.TemporaryDirectory() as scratch:
        oracle = os.path.join(scratch, "oracle")
        subprocess.run(["go", "build", "-trimpath", "-buildvcs=false", "-o", oracle, "."], check=True, cwd=oracle_dir,
                       env=dict(env, GOOS="", GOARCH=""))
        work = args[0] if mode == "full" and args else scratch
        os.makedirs(work, exist_ok=True)
        comparison = Comparison(dump, oracle, work)
        if mode == "decls":
            comparison.decls(args)
        elif mode == "types":
            comparison.types(args, env)
        elif mode == "local":
            comparison.local(args[0], env)
        elif mode == "files":
            comparison.files(env)
        elif mode == "module":
            for module in args:
                comparison.module(module, env)
        elif mode == "full":
            for goos, goarch, cgo, patterns in FULL_TARGETS:
                comparison.types(patterns, dict(env, GOOS=goos, GOARCH=goarch, CGO_ENABLED=cgo))
            comparison.local(os.path.join(HERE, "testdata"), env)
            comparison.files(env)
            for module in modules():
                comparison.module(module, env)
        else:
            sys.exit(__doc__)
        return comparison.finish()


if __name__ == "__main__":
    sys.exit(main())
