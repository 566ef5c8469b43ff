#!/usr/bin/env python3
"""Other people's programs, built plain and instrumented: docs/compatibility.md.

    compat.py INSTC [--write FILE] [--work DIR] [NAME...]

Each program (programs.py) is a dependency of a scratch module, at a pinned version from the module proxy. It is built
plain and with every shipped plugin; both are run and must answer alike; the packages named of its own tests are run in a
copy of its module, and a test that passes plain must pass instrumented. The exit status says whether all of that held.

Times are CPU seconds of building the program's packages for the first time. Each kind has a build cache of its own, which
the programs share in the order of the list, so a package that several need is counted with the first. With names, the
rows of other programs stay as they are in the file.
"""
import argparse
import contextlib
import http.server
import json
import os
import pathlib
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from programs import PROGRAMS

KINDS = ("plain", "instc")
START_SECONDS, STOP_SECONDS, BUILD_SECONDS = 60, 30, 3600


class Failure(Exception):
    pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *args):
        pass


class Compat:
    def __init__(self, instc, work):
        self.instc, self.work = os.path.abspath(instc), pathlib.Path(work)
        self.hello = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello)
        threading.Thread(target=self.hello.serve_forever, daemon=True).start()

    def go(self, kind):
        return ["go"] if kind == "plain" else [self.instc, "go"]

    def environment(self, kind, **more):
        environment = {**os.environ, "GOCACHE": str(self.work / ("cache-" + kind)), "GOWORK": "off", "GOFLAGS": "-mod=mod", **more}
        return environment

    def command(self, words, cwd, environment, check=True):
        """Runs it; (its output, CPU seconds of it and its children)."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(list(map(str, words)), cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=BUILD_SECONDS, errors="replace")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if check and done.returncode != 0:
            raise Failure(f"{' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout[-3000:]}")
        return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # ---- building ----

    def scratch(self, program):
        """A module that requires the program's."""
        folder = self.work / program.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "go.mod").write_text("module example.com/compat\n")
        if program.files:
            self.copy_module(program)
            self.command(["go", "mod", "edit", f"-replace={program.module}=./module"], folder, self.environment("plain"))
        package = program.module + ("/" + program.package if program.package else "")
        self.command(["go", "get", f"{package}@{program.version}"], folder, self.environment("plain"))
        return folder, package

    def copy_module(self, program):
        """Its source, to be written to, with the files that it lacks."""
        copy = self.work / program.name / "module"
        where, _ = self.command(["go", "mod", "download", "-json", f"{program.module}@{program.version}"], self.work, self.environment("plain"))
        shutil.copytree(json.loads(where)["Dir"], copy, dirs_exist_ok=True)
        subprocess.run(["chmod", "-R", "u+w", str(copy)], check=True)
        for name, text in program.files.items():
            (copy / name).write_text(text)
        return copy

    def build(self, kind, folder, package):
        binary = folder / kind
        said, cpu = self.command([*self.go(kind), "build", "-o", binary, package], folder, self.environment(kind))
        line = next((l for l in said.splitlines() if l.startswith("instc: ")), "")
        return binary, cpu, line

    # ---- running ----

    def smoke(self, program, kind, binary):
        """How many spans were recorded; raises when the program does not do what it should."""
        with tempfile.TemporaryDirectory() as directory:
            spans = pathlib.Path(directory) / "spans.jsonl"
            places = {"port": free_port(), "dir": directory, "url": f"http://127.0.0.1:{self.hello.server_port}/"}
            environment = self.environment(kind, HOME=directory, OTEL_TRACES_EXPORTER="file", OTEL_METRICS_EXPORTER="none", INSTC_FILE=str(spans),
                                           **program.environment)
            if program.serve:
                self.serve(program, binary, places, environment, directory)
            else:
                for words in program.run[0]:
                    said, _ = self.command([binary, *(w.format(**places) for w in words)], directory, environment)
                if program.run[1] not in said:
                    raise Failure(f"{program.name} ({kind}) printed {said[-500:]}")
            return spans.read_text().count('"spanId"') if spans.exists() else 0

    def serve(self, program, binary, places, environment, directory):
        arguments, path, text = program.serve
        with open(os.path.join(directory, "log"), "w+") as log:
            server = subprocess.Popen([binary, *(a.format(**places) for a in arguments)], cwd=directory, env=environment, stdout=log, stderr=log)
            try:
                url = f"http://127.0.0.1:{places['port']}{path}"
                deadline = time.monotonic() + START_SECONDS
                while True:
                    try:
                        answer = urllib.request.urlopen(url, timeout=5).read().decode(errors="replace")
                        break
                    except OSError as error:
                        if time.monotonic() > deadline or server.poll() is not None:
                            log.seek(0)
                            raise Failure(f"{program.name} does not answer: {error}\n{log.read()[-2000:]}") from None
                        time.sleep(0.2)
                if text not in answer:
                    raise Failure(f"{program.name} answered {answer[:500]}")
            finally:
                server.terminate()
                try:
                    server.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    server.kill()
                    raise Failure(f"{program.name} does not stop") from None

    # ---- the program's own tests ----

    def tests(self, program):
        """(passed plain, of these not passed instrumented)"""
        if not program.tests:
            return 0, []
        module = self.copy_module(program)
        if program.is_library:
            module = self.dependent(program, module)
        passed = {}
        for kind in KINDS:
            passed[kind], _, said = self.run_tests(kind, module, ["-count=1", *program.tests])
            if kind == "plain" and not passed[kind]:
                raise Failure(f"no test of {program.name} passes plain: {said[-2000:]}")
        lost = passed["plain"] - passed["instc"]
        return len(passed["plain"]), sorted(lost - self.again(module, lost))

    def dependent(self, program, module):
        """A module that has the one in this folder as its dependency: only so has a library a version, which rules ask for (`where lib`)."""
        text = (module / "go.mod").read_text()
        go = re.search(r"^go .*$", text, re.MULTILINE)
        folder = self.work / program.name / "dependent"
        folder.mkdir(exist_ok=True)
        (folder / "go.mod").write_text(f"module example.com/compat\n\n{go[0] if go else 'go 1.21'}\n\nrequire {program.module} {program.version}\n\n"
                                       f"replace {program.module} => {module}\n")
        return folder

    def run_tests(self, kind, module, arguments):
        """(tests that pass, tests that fail, what was said), a test being its package and name"""
        said, _ = self.command([*self.go(kind), "test", "-json", *arguments], module, self.environment(kind, OTEL_SDK_DISABLED="false"), check=False)
        ended = {"pass": set(), "fail": set()}
        for line in said.splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict) and event.get("Action") in ended and "Test" in event:
                # Names of subtests may have something random in them.
                ended[event["Action"]].add((event["Package"], re.sub(r"[0-9a-f]{16,}", "...", event["Test"])))
        return ended["pass"], ended["fail"], said

    def again(self, module, lost):
        """Of tests that were lost those that were so by chance: many sleep, or race with a process of theirs, and the machine may have been busy. Run alone, they pass three times."""
        saved = set()
        for package in sorted({package for package, _ in lost}):
            names = sorted({re.escape(test.split("/")[0]) for of, test in lost if of == package})
            passed, failed, _ = self.run_tests("instc", module, ["-short", "-count=3", "-run", f"^({'|'.join(names)})$", package])
            saved |= passed - failed
        return saved

    # ---- all of it ----

    def examine(self, program):
        folder, package = self.scratch(program)
        built = {kind: self.build(kind, folder, package) for kind in KINDS}
        spans = {kind: self.smoke(program, kind, built[kind][0]) for kind in KINDS}
        passed, lost = self.tests(program)
        if lost:
            raise Failure(f"tests that pass plain only: {lost}")
        size = {kind: built[kind][0].stat().st_size / 1e6 for kind in KINDS}
        said, _ = self.command([self.instc, "version", built["instc"][0]], folder, self.environment("instc"))
        plugins = [line.split()[0] for line in said.splitlines()[1:]]
        return [program.name, program.version, ", ".join(plugins), f"{built['plain'][1]:.0f} s", f"{built['instc'][1]:.0f} s",
                f"{size['plain']:.1f}", f"{size['instc']:.1f}", str(spans["instc"]), str(passed) if program.tests else "-"]


HEAD = """# Other people's programs

Written by `make compat`: each program below is built as a dependency of an empty module, plain and with every shipped plugin, both are run and asked the same,
and a part of the program's own tests is run both ways. Times are CPU seconds of the first build, each kind with a build cache of its own that the programs share
in this order, or alone; sizes are MB; spans are those of one short run; tests are those that pass, plain and instrumented alike;
a dash is what was not measured or does not exist. FerretDB does not start without a file that its own build writes and its module lacks; it is built from a copy of its
module with that file.

| program | version | plugins that apply | plain build | instrumented | size | instrumented | spans | own tests |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


@contextlib.contextmanager
def folder(given, prefix):
    """Where programs are built: the given folder, which stays, or one that goes. The module cache in it is read-only."""
    work = given or tempfile.mkdtemp(prefix=prefix)
    os.makedirs(work, exist_ok=True)
    try:
        yield work
    finally:
        if given is None:
            subprocess.run(["chmod", "-R", "u+w", work], check=False)
            shutil.rmtree(work)


def command_line(description, *options):
    """What both programs here are told, and options of one of them."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("instc")
    for option in ("--work", *options):
        parser.add_argument(option)
    parser.add_argument("names", nargs="*")
    return parser.parse_intermixed_args()


def write(path, rows):
    """Rows of programs that were not examined now are kept."""
    text = {row[0]: "| " + " | ".join(row) + " |\n" for row in rows}
    if path.exists():
        for line in path.read_text().splitlines(keepends=True):
            text.setdefault(line.split(" | ")[0].removeprefix("| "), line)
    path.write_text(HEAD + "".join(text[program.name] for program in PROGRAMS if program.name in text))


def main():
    arguments = command_line(__doc__, "--write")
    rows, failures = [], []
    with folder(arguments.work, "instc-compat-") as work:
        compat = Compat(arguments.instc, work)
        for program in PROGRAMS:
            if arguments.names and program.name not in arguments.names:
                continue
            try:
                rows.append(compat.examine(program))
                print("  ".join(rows[-1]), flush=True)
            except (Failure, subprocess.TimeoutExpired) as failure:
                failures.append(program.name)
                rows.append([program.name, program.version, "**fails**: " + str(failure).splitlines()[0][:200], *[""] * 6])
                print(f"{program.name}: {failure}", flush=True)
    if arguments.write:
        write(pathlib.Path(arguments.write), rows)
    print(f"{len(rows) - len(failures)} of {len(rows)} programs are as they should be")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
