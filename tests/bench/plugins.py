#!/usr/bin/env python3
"""What each plugin costs where its hooks are: a table of one operation a library, plain, switched off and recorded.

    plugins.py BUILD_DIR [ROUNDS]

tests/bench/plugins is built once plain and once instrumented. A round runs the plain program, the instrumented one with
OTEL_SDK_DISABLED, and the instrumented one with everything recorded and sent to a collector that throws it away; the
numbers are medians of the rounds, each operation inside of one span. There are no targets: most of an operation's cost
is its library's own.
"""
import http.server
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import threading

MODULE = pathlib.Path(__file__).resolve().parent / "plugins"
LINE = re.compile(r"^Benchmark(\w+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op\s+\d+ B/op\s+(\d+) allocs/op", re.M)
KINDS = ("plain", "off", "recorded")


class Sink(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


def build(instc, scratch):
    programs = {}
    for kind, command in ("plain", ["go"]), ("instrumented", [instc, "go"]):
        programs[kind] = scratch / kind
        subprocess.run([*command, "test", "-c", "-o", programs[kind], "."], cwd=MODULE, check=True, stderr=subprocess.DEVNULL)
    return programs


def run(program, environment):
    """{benchmark: (ns, allocations)}"""
    done = subprocess.run([program, "-test.run=^$", "-test.bench=.", "-test.benchtime=0.2s"], cwd=MODULE, env={**os.environ, **environment},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    found = {name: (float(ns), int(allocations)) for name, ns, allocations in LINE.findall(done.stdout)}
    if done.returncode != 0 or not found:
        raise RuntimeError(done.stdout[-3000:])
    return found


def main():
    instc, rounds = pathlib.Path(sys.argv[1]).resolve() / "bin" / "instc", int(sys.argv[2]) if len(sys.argv) > 2 else 5
    sink = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="instc-bench-plugins-") as scratch:
        programs = build(instc, pathlib.Path(scratch))
        how = {"plain": ("plain", {}), "off": ("instrumented", {"OTEL_SDK_DISABLED": "true"}),
               "recorded": ("instrumented", {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{sink.server_port}"})}
        seen = [{kind: run(programs[how[kind][0]], how[kind][1]) for kind in KINDS} for _ in range(rounds)]
    print(f"{'operation':16}" + "".join(f"{kind + ' ns':>14}{'allocs':>8}" for kind in KINDS))
    for name in seen[0]["plain"]:
        print(f"{name:16}" + "".join(f"{statistics.median(r[kind][name][0] for r in seen):14.0f}{statistics.median(r[kind][name][1] for r in seen):8.0f}" for kind in KINDS))


if __name__ == "__main__":
    main()
