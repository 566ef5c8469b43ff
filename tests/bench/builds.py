"""What instrumentation costs a build: a service of the demo and two large programs of others, in copies of their modules, with all shipped rules.

Plain builds, builds through a -toolexec that does nothing (env) and instrumented ones alternate, so that a slow minute
is slow for all. Each edit and each changed rule is a new one, so that nothing comes from the build cache that should not.
"""

import copy
import hashlib
import itertools
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass

from measure import ROOT, output, own_peak_memory, peak_memory, run


@dataclass(frozen=True)
class Program:
    name: str
    module: str  # a folder of this project when it has no version
    version: str
    package: str  # below the module
    edited: str  # a file of it
    ruled: str  # a package of a library, in which a rule changes
    cold_rounds: int  # 0: builds from nothing are left to the others
    http: bool = True  # whether a rule at net/http changes, too
    rule_seconds: float | None = 3  # the target for a rule at that library; none where linking alone takes longer
    ruled_file: str = ""  # of that library's module, where a rule at it is compared with an edit of it


SMALL = Program("front", "examples/shop", "", "./front", "front/shop.go", "github.com/gin-gonic/gin", 3)
LARGE = Program("caddy", "github.com/caddyserver/caddy/v2", "v2.10.0", "./cmd/caddy", "modules/caddyhttp/staticresp.go", "github.com/go-chi/chi/v5", 1)
LARGEST = Program("rclone", "github.com/rclone/rclone", "v1.70.1", ".", "backend/http/http.go", "github.com/go-chi/chi/v5", 0, http=False, rule_seconds=None, ruled_file="mux.go")  # 175 packages need chi; Go compiles few of them when it changes


def text_of(pack):
    """As instc writes it; the digest is over this."""
    return json.dumps(pack, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


class Builds:
    def __init__(self, instc, pack, program, scratch):
        self.program, self.scratch = program, scratch / program.name
        self.scratch.mkdir()
        self.toolexec, self.pack = instc.parent / "instc-toolexec", json.loads(pack.read_text())
        self.commands = {"plain": ["go", "build"], "passed": ["go", "build", "-toolexec=/usr/bin/env"], "instrumented": [instc, "go", "build"]}
        self.numbers = itertools.count()
        self.source = self.scratch / "source"
        self.copy_module()
        if program.ruled_file:
            self.copy_library()
        self.original = (self.source / program.edited).read_text()
        self.warm = None

    def copy_module(self):
        folder = ROOT / self.program.module
        if self.program.version:
            said = output(["go", "mod", "download", "-json", f"{self.program.module}@{self.program.version}"], self.scratch, dict(os.environ, GOFLAGS="-mod=mod", GOWORK="off"))
            folder = json.loads(said)["Dir"]
        shutil.copytree(folder, self.source)
        subprocess.run(["chmod", "-R", "u+w", str(self.source)], check=True)

    def copy_library(self):
        """The library whose rule changes, in a folder where it can be edited; plain builds with edited.mod take it from there."""
        module, folder = output(["go", "list", "-f", "{{.Module.Path}} {{.Module.Dir}}", self.program.ruled], self.source, self.environment("list")).split()
        self.library = self.scratch / "library"
        shutil.copytree(folder, self.library)
        subprocess.run(["chmod", "-R", "u+w", str(self.library)], check=True)
        shutil.copy(self.source / "go.mod", self.scratch / "edited.mod")
        shutil.copy(self.source / "go.sum", self.scratch / "edited.sum")
        output(["go", "mod", "edit", f"-replace={module}={self.library}", self.scratch / "edited.mod"], self.source, self.environment("list"))

    def environment(self, cache, **more):
        return dict(os.environ, GOCACHE=str(self.scratch / cache), INSTC_CACHE=str(self.scratch / "state"), GOWORK="off", GOFLAGS="-buildvcs=false", **more)

    def command(self, kind):
        return [*self.commands[kind], "-o", self.scratch / f"{self.program.name}-{kind}", self.program.package]

    def build(self, kind, cache, **more):
        return run(self.command(kind), self.source, self.environment(cache, **more))

    def package_count(self):
        return len(output(["go", "list", "-deps", self.program.package], self.source, self.environment("list")).split())

    def cold(self):
        """Rounds of: a cold plain build, the first instrumented build on the cache that it leaves, and a cold instrumented
        build. Gives the medians of what the first instrumented build takes beyond the plain one, in s (the goroutine-local
        patch changes package runtime, so go compiles once more everything that a cold plain build compiles, and the rest is
        the work of the rules), and of the ratio of CPU of the cold ones."""
        beyond, ratios = [], []
        for number in range(self.program.cold_rounds):
            plain, instrumented = f"plain{number}", f"instrumented{number}"
            shutil.rmtree(self.scratch / "state", ignore_errors=True)
            wall, cpu = self.build("plain", plain)
            beyond.append(self.build("instrumented", plain)[0] - wall)
            ratios.append(self.build("instrumented", instrumented)[1] / cpu)
            for cache in (self.warm, instrumented):
                shutil.rmtree(self.scratch / str(cache), ignore_errors=True)
            self.warm = plain
        return statistics.median(beyond), statistics.median(ratios)

    def warm_up(self):
        """Everything that is built from now on was built before."""
        self.warm = self.warm or "plain"
        for kind in self.commands:
            self.build(kind, self.warm)

    def ratios(self, rounds, before=lambda: None):
        """Wall time over that of a plain build: (a passing toolexec, instrumented)."""
        times = {kind: [] for kind in self.commands}
        for _ in range(rounds):
            for kind in self.commands:
                before()
                times[kind].append(self.build(kind, self.warm)[0])
        plain, passed, instrumented = (statistics.median(times[kind]) for kind in self.commands)
        return passed / plain, instrumented / plain

    def unchanged(self):
        return self.ratios(9)

    def edit(self):
        (self.source / self.program.edited).write_text(f"{self.original}\nvar instcBench{next(self.numbers)} int\n")

    def edited(self):
        return self.ratios(5, self.edit)

    def other_pack(self, package):
        """A pack in which the rules at one package are others: the Go code that it has for some versions, and the text that the rest is lowered from
        while the program is built."""
        number = next(self.numbers)
        body = {key: value for key, value in copy.deepcopy(self.pack).items() if key != "digest"}
        changed = set()
        for plugin in body["plugins"]:
            for hook in (hook for variant in plugin["variants"] for p in variant["packages"] if p["path"] == package for hook in p["hooks"]):
                hook["code"] += f"\nvar instcBench{next(self.numbers)} int\n"
                changed.add(plugin["file"])
        for source in body["sources"]:
            if source["file"] in changed:
                source["text"] = source["text"].replace('!= ""', f'!= "bench{number}"', 1)
        body["digest"] = "sha256:" + hashlib.sha256(text_of(body).encode()).hexdigest()
        path = self.scratch / "other.pack.json"
        path.write_text(text_of(body))
        return path

    def plans(self):
        """What was ever planned for packages, by digest."""
        return {path.name for path in (self.scratch / "state").glob("session/*/*.plan.json")}

    def changed_rule(self, package, rounds=3):
        """Seconds until the program is built with a changed rule."""
        seconds = []
        for _ in range(rounds):
            pack, before = self.other_pack(package), self.plans()
            seconds.append(self.build("instrumented", self.warm, INSTC_RULES=str(pack))[0])
            if self.plans() == before:
                raise RuntimeError("a changed rule changed nothing")
        return statistics.median(seconds)

    def http_edited(self):
        """Seconds of a plain build after an edit of net/http."""
        original = pathlib.Path(output(["go", "env", "GOROOT"], self.source, self.environment(self.warm)).strip()) / "src/net/http/server.go"
        edited, overlay = self.scratch / "server.go", self.scratch / "overlay.json"
        overlay.write_text(json.dumps({"Replace": {str(original): str(edited)}}))
        edited.write_text(f"{original.read_text()}\nvar instcBench{next(self.numbers)} int\n")
        command = self.command("plain")
        return run([*command[:2], f"-overlay={overlay}", *command[2:]], self.source, self.environment(self.warm))[0]

    def library_edited(self):
        """Seconds of a plain build after an edit of the library. One before it compiles what stands elsewhere now."""
        command = self.command("plain")
        for _ in range(2):
            with (self.library / self.program.ruled_file).open("a") as file:
                file.write(f"\nvar instcBench{next(self.numbers)} int\n")
            seconds = run([*command[:2], f"-modfile={self.scratch}/edited.mod", *command[2:]], self.source, self.environment(self.warm))[0]
        return seconds

    def rule_and_edit(self, package, edited):
        """Seconds with a changed rule at a package, and of a plain build after an edit there: medians of three."""
        times = [(self.changed_rule(package, 1), edited()) for _ in range(3)]
        rule, edit = (statistics.median(column) for column in zip(*times))
        print(f"  {rule:.1f} s, {edit:.1f} s", file=sys.stderr)
        return rule, edit

    def memory(self):
        """MB of instc and of instc-toolexec, the latter with each plan of the build in turn."""
        report = self.scratch / "report.json"
        environment = self.environment(self.warm, INSTC_RULES=str(self.other_pack(self.program.ruled)), INSTC_REPORT=f"json:{report}")
        peak = own_peak_memory(self.command("instrumented"), self.source, environment)
        session = pathlib.Path(json.loads(report.read_text())["session"])
        return max(peak, *(self.toolexec_memory(session, path) for path in session.glob("*.plan.json")))

    def toolexec_memory(self, session, plan):
        package = json.loads(plan.read_text())["package"]
        listed = json.loads(output(["go", "list", "-json=Dir,GoFiles", package], self.source, self.environment(self.warm)))
        folder = self.scratch / "object"
        folder.mkdir(exist_ok=True)
        compiler = folder / "compile"
        if not compiler.exists():
            compiler.symlink_to("/bin/true")
        files = [pathlib.Path(listed["Dir"]) / name for name in listed["GoFiles"]]
        digest = plan.name.removesuffix(".plan.json")
        return peak_memory([self.toolexec, compiler, "-o", folder / "_pkg_.a", "-p", package, f"-instc={digest}", *files],
                           dict(os.environ, INSTC_PLAN=str(session)))


def add(bench, pack, program, quick):
    """Rows of one program."""
    try:
        builds = Builds(bench.instc, pack, program, bench.scratch)
    except (RuntimeError, OSError) as error:
        print(f"{program.name}: {error}", file=sys.stderr)
        bench.rows.append((f"{program.name}: builds", None, None, ""))
        return
    what = f"{program.name}, {builds.package_count()} packages"
    if not quick and program.cold_rounds > 0:
        cold = bench.once(builds.cold)
        bench.add(f"{what}: first instrumented build, warm cache, beyond the patch", 3, lambda: cold()[0], "s")
        bench.add("  cold build CPU, instrumented / plain", 1.1, lambda: cold()[1], "x")
    warm_up = bench.once(builds.warm_up)
    for name, target, measure in (("nothing changed", 1.3, bench.once(builds.unchanged)), ("one file edited", 1.2, bench.once(builds.edited))):
        bench.add(f"{what}: rebuild, {name}, instrumented / plain", target, lambda: (warm_up(), measure())[1][1], "x")
        bench.add("  a -toolexec that does nothing / plain", None, lambda: measure()[0], "x")
    add_changed_rules(bench, builds, what)
    bench.add("  peak memory of instc and instc-toolexec", 150, builds.memory, "MB")
    subprocess.run(["chmod", "-R", "u+w", str(builds.scratch)], check=False)
    shutil.rmtree(builds.scratch, ignore_errors=True)


def add_changed_rules(bench, builds, what):
    """Go compiles anew what imports a package that changed, and so on for as long as what comes out differs. An edit of that package costs the same."""
    program = builds.program
    if program.ruled_file:
        compared = bench.once(lambda: builds.rule_and_edit(program.ruled, builds.library_edited))
        bench.add(f"{what}: a rule at {program.ruled} changed", program.rule_seconds, lambda: compared()[0], "s")
        bench.add("  the same / an edit of it, plain", 1.3, lambda: compared()[0] / compared()[1], "x")
    else:
        bench.add(f"{what}: a rule at {program.ruled} changed", program.rule_seconds, builds.changed_rule, "s", program.ruled)
    if program.http:
        in_http = bench.once(lambda: builds.rule_and_edit("net/http", builds.http_edited))
        bench.add("  a rule at net/http changed, instrumented / an edit of net/http, plain", 1.3, lambda: in_http()[0] / in_http()[1], "x")
