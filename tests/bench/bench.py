#!/usr/bin/env python3
"""Measures what instc costs and prints each number beside its target.

    bench.py BUILD_DIR [--quick] [--builds [NAME...]]

Ratios compare runs of the same minute on the same machine, alternating, and take medians, so that a busy or slow machine
shifts both sides. --quick leaves out cold builds and large programs, --builds measures nothing else than builds, those of the
programs that are named.
The exit status says whether every target was met; a measurement that could not be made counts as missed.
"""

import argparse
import functools
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import builds
import service
import steps
from measure import ROOT, peak_memory, run


# The module with the most Go source that is in wide use: 218 MB in 889 packages.
LARGEST_MODULE, LARGEST_VERSION = "github.com/aws/aws-sdk-go", "v1.55.5"


# The plugins of the demo, and what they use.
FIVE_PLUGINS = [*(f"stdlib-rules/{name}" for name in ("templates", "facts", "net-http", "database-sql", "log-slog")), "plugins/gin", "plugins/redis-v9"]


class Bench:
    def __init__(self, build, scratch):
        self.instc, self.toolexec = build / "bin" / "instc", build / "bin" / "instc-toolexec"
        self.go_dump = build / "bin" / "instc-go-dump"
        self.scratch, self.rows = scratch, []

    def add(self, name, target, measure, unit, *arguments):
        """A row. Without a target (None) it is there for comparison."""
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        try:
            value = measure(*arguments)
        except (RuntimeError, OSError) as error:
            print(f"  failed: {error}", file=sys.stderr)
            self.rows.append((name, target, None, unit))
            return
        self.rows.append((name, target, value, unit))

    @staticmethod
    def once(measure):
        """One measurement with several results, each of which has a row."""
        return functools.cache(measure)

    def report(self):
        print(f"\n{'what':<76} {'target':>14} {'measured':>14}")
        missed, targets = 0, 0
        for name, target, value, unit in self.rows:
            good = value is not None and (target is None or value <= target)
            missed += not good
            targets += target is not None or not good
            measured = "-" if value is None else f"{value:.3g} {unit}".strip()
            wanted = "" if target is None else "<= " + f"{target:g} {unit}".strip()
            print(f"{name:<76} {wanted:>14} {measured:>14}  {'MISSED' if not good else 'ok' if wanted else ''}".rstrip())
        print(f"\n{targets - missed} of {targets} targets met")
        return 1 if missed else 0

    # ------------------------------------------------------------ the backend

    def toolexec_cpu(self):
        """CPU of one exec through instc-toolexec, less that of the same program alone."""
        count = 300

        def loop(command):
            script = f"i=0; while [ $i -lt {count} ]; do {command} >/dev/null; i=$((i+1)); done"
            return run(["sh", "-c", script])[1] / count

        samples = [(loop(f"{self.toolexec} /bin/true"), loop("/bin/true")) for _ in range(5)]
        return 1000 * statistics.median(through - alone for through, alone in samples)

    def compile_rules(self, *folders):
        """instc compile of the plugins in those folders, API summaries cached by a first run."""
        command = [self.instc, "compile", "--only", "-o", self.scratch / "rules.pack.json", *(ROOT / folder for folder in folders)]
        run(command)
        return 1000 * statistics.median(run(command)[0] for _ in range(7))

    def std_resolve_ratio(self):
        """CPU of parsing and resolving all declarations of std, over that of go/packages loading the same with NeedTypes."""
        env = dict(os.environ, CGO_ENABLED="0", GOFLAGS="", GOWORK="off")
        loader = self.scratch / "gopackages"
        run(["go", "build", "-o", loader, "."], ROOT / "tests" / "bench" / "gopackages", env)
        listed = subprocess.run(["go", "list", "-f", "{{if .GoFiles}}{{.ImportPath}}{{end}}", "std"], check=True, env=env,
                                stdout=subprocess.PIPE, text=True).stdout.split()
        samples = [(run([self.go_dump, "resolve", *listed], env=env)[1], run([loader, "std"], env=env)[1]) for _ in range(3)]
        return statistics.median(ours / theirs for ours, theirs in samples)

    def goroutine_ratio(self):
        """What starting a goroutine costs in a program with the patched Go runtime, over a plain one: medians of programs run in turns."""
        plain, instrumented = self.scratch / "goroutines-plain", self.scratch / "goroutines-instrumented"
        for prefix, program in (["go"], plain), ([self.instc, "go"], instrumented):
            run([*prefix, "build", "-o", program, "."], ROOT / "tests/bench/goroutines")
        taken = {plain: [], instrumented: []}
        for _ in range(9):
            for program, times in taken.items():
                times.append(float(subprocess.run([program], env=dict(os.environ, GOMAXPROCS="1"), stdout=subprocess.PIPE, check=True).stdout))
        return statistics.median(taken[instrumented]) / statistics.median(taken[plain])

    # ------------------------------------------------------------ checking

    def check_shipped(self):
        return [self.instc, "check", ROOT / "stdlib-rules", ROOT / "plugins"]

    def check_fresh(self):
        """Nothing is remembered but the summaries."""
        run(self.check_shipped())
        return 1000 * statistics.median(run([*self.check_shipped(), "--fresh"])[0] for _ in range(7))

    def check_rules(self):
        """Every shipped rule at every minor version's ends, summaries made by a first run."""
        run(self.check_shipped())
        return 1000 * statistics.median(run(self.check_shipped())[0] for _ in range(7))

    def check_memory(self):
        return peak_memory([*self.check_shipped(), "--fresh"])

    def many_rules(self, count):
        """A plugin of that many rules."""
        path = self.scratch / f"rules{count}.hook"
        rule = ('r{0} on (c *Client) Do(req) (resp, err) {{\n  span client words(req.Method, "r{0}") {{ server.address = req.Host }}\n'
                "  exit {{ attr http.response.status_code = resp.StatusCode\n  error err }}\n}}\n")
        path.write_text('plugin many "many rules"\nlibrary std "net/http"\n' + "".join(rule.format(i) for i in range(count)))
        return path

    def rules_ratio(self):
        """CPU of checking ten times the rules."""
        few, many = self.many_rules(1000), self.many_rules(10000)

        def cpu(path):
            return min(run([self.instc, "check", "--only", path])[1] for _ in range(2))

        return cpu(many) / cpu(few)

    def rules_memory(self):
        return peak_memory([self.instc, "check", "--only", self.many_rules(10000)])

    def summary(self):
        """The largest module lies in the module cache and has no summary."""
        environment = dict(os.environ, GOMODCACHE=str(self.scratch / "mod"), GOFLAGS="-modcacherw", GOWORK="off")
        run(["go", "mod", "download", f"{LARGEST_MODULE}@{LARGEST_VERSION}"], cwd=self.scratch, env=environment)
        rules = self.scratch / "largest.hook"
        rules.write_text(f'plugin largest "the largest module"\nlibrary "{LARGEST_MODULE}" == {LARGEST_VERSION}\n'
                         f'in "{LARGEST_MODULE}/aws" {{ on String(v) {{ skip when v == "" }} }}\n')
        rules.with_suffix(".lock").write_text(f"lock 1\nplugin largest\nlibrary {LARGEST_MODULE} == {LARGEST_VERSION}\n"
                                              f"version {LARGEST_VERSION}\n")

        def once(number):
            cache = dict(environment, INSTC_CACHE=str(self.scratch / f"summaries{number}"))
            return run([self.instc, "check", "--only", "--offline", rules], env=cache)[0]

        return min(once(number) for number in range(3))


def add_compiler(bench, quick):
    bench.add("instc-toolexec passing a tool through, CPU", 2, bench.toolexec_cpu, "ms")
    bench.add("instc compile of five plugins, wall", 200, bench.compile_rules, "ms", *FIVE_PLUGINS)
    bench.add("instc compile of everything shipped, wall", 1000, bench.compile_rules, "ms", "stdlib-rules", "plugins")
    bench.add("declarations of std resolved, CPU, instc / go/packages", 0.2, bench.std_resolve_ratio, "x")
    bench.add("instc check of everything shipped, warm summaries, wall", 1000, bench.check_fresh, "ms")
    bench.add("  the same, nothing changed since", 1000, bench.check_rules, "ms")
    bench.add("  the same, memory", 300, bench.check_memory, "MB")
    bench.add("instc check, CPU of 10,000 rules / of 1,000", 11, bench.rules_ratio, "x")
    bench.add("instc check, memory of 10,000 rules", 300, bench.rules_memory, "MB")
    if not quick:
        bench.add(f"summary of {LARGEST_MODULE}, wall", 3, bench.summary, "s")


# ---------------------------------------------------------------- the runtime

# CPU time where the benchmark measures it itself, else wall time: other programs do not disturb the former.
BENCHMARK = re.compile(r"^(Benchmark\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op(?:\s+([\d.]+) cpu-ns/op)?(?:.*?\s(\d+) allocs/op)?", re.M)


def runtime_results(folder, count=9):
    """name -> (median ns, allocations, fastest ns) of the Go benchmarks in a folder of tests/bench."""
    done = subprocess.run(["go", "test", "-run=^$", "-bench=.", "-benchmem", "-benchtime=0.3s", f"-count={count}", "./..."],
                          cwd=ROOT / "tests/bench" / folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stdout)
    times, allocations = {}, {}
    for name, wall, cpu, allocs in BENCHMARK.findall(done.stdout):
        times.setdefault(name, []).append(float(cpu or wall))
        allocations[name] = max(allocations.get(name, 0), int(allocs or 0))
    return {name: (statistics.median(values), allocations[name], min(values)) for name, values in times.items()}


def add_runtime(bench):
    print("measuring: the runtime", file=sys.stderr, flush=True)
    try:
        results = runtime_results("rt")
        results.update({f"sdk {name}": result for name, result in runtime_results("sdk", 5).items()})
    except (RuntimeError, OSError) as error:
        print(f"  failed: {error}", file=sys.stderr)
        results = {}

    def value(name, index):
        found = [r for n, r in results.items() if n == name]
        if not found:
            raise RuntimeError(f"no benchmark {name}; there are {sorted(results)}")
        return found[0][index]

    bench.add("server span, 10 attributes, recorded", 1000, value, "ns", "BenchmarkServer10Attributes", 0)
    bench.add("  the same, the fastest of nine runs", 1000, value, "ns", "BenchmarkServer10Attributes", 2)
    bench.add("server span, 10 attributes, recorded", 2, value, "allocs", "BenchmarkServer10Attributes", 1)

    def over_sdk(name):
        return value(name, 0) / value(f"sdk {name}", 0)

    bench.add("  the same with export, CPU, instc / OpenTelemetry SDK", 0.2, over_sdk, "x", "BenchmarkServerExported")
    bench.add("server span, not sampled", 150, value, "ns", "BenchmarkServerUnsampled", 0)

    def over_plain(off, plain):
        return value(off, 0) - value(plain, 0)

    bench.add("hooked call, switched off, over a plain call", 3, over_plain, "ns", "BenchmarkOff", "BenchmarkPlain")
    bench.add("goroutine start, instrumented / plain", 1.03, bench.goroutine_ratio, "x")


def add_service(bench):
    """A whole service at 1,000 requests a second, everything sampled and exported."""
    result = bench.once(lambda: service.measure(bench.instc, bench.scratch))
    bench.add("service at 1000/s, CPU, instrumented / plain", 1.05, lambda: result()["cpu"], "x")
    bench.add("  the same, p99 latency", 1.02, lambda: result()["p99"], "x")
    bench.add("  what the measurement is worth: CPU, a second plain process / plain", 1.03, lambda: result()["control cpu"], "x")
    bench.add("  the same, p99 latency", 1.1, lambda: result()["control p99"], "x")
    bench.add("  the same, peak memory beyond plain", 10, lambda: result()["memory"], "MB")
    bench.add("  its binary beyond plain", 1, lambda: result()["size"], "MB")
    counted = bench.once(lambda: count_steps(bench))
    bench.add("  instructions of a request, in user mode, instrumented / plain", None, lambda: counted()["instructions"], "x")
    bench.add("  lines of code that it touches, instrumented / plain", None, lambda: counted()["lines"], "x")
    bench.add("  the SDK written in by hand: CPU / plain", None, lambda: result()["by hand cpu"], "x")
    bench.add("  the same, peak memory beyond plain", None, lambda: result()["by hand memory"], "MB")
    bench.add("  its binary beyond plain", None, lambda: result()["by hand size"], "MB")


def count_steps(bench):
    scratch = bench.scratch / "steps"
    scratch.mkdir()
    running = service.Service(bench.instc, scratch)
    try:
        plain, instrumented = steps.measure(running)
    finally:
        running.stop()
    return {what: getattr(instrumented, what).total() / getattr(plain, what).total() for what in ("instructions", "lines")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--builds", nargs="*", metavar="NAME", help="only what instrumentation costs builds (of these programs)")
    parser.add_argument("--quick", action="store_true", help="without cold builds and large programs")
    arguments = parser.parse_args()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="instc-bench-"))
    try:
        bench = Bench(arguments.build.resolve(), scratch)
        if arguments.builds is None:
            add_compiler(bench, arguments.quick)
            add_runtime(bench)
            add_service(bench)
        programs = [builds.SMALL] if arguments.quick else [builds.SMALL, builds.LARGE, builds.LARGEST]
        for program in programs:
            if arguments.builds and program.name not in arguments.builds:
                continue
            builds.add(bench, arguments.build.resolve() / "share/instc/rules.pack.json", program, arguments.quick)
        return bench.report()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
