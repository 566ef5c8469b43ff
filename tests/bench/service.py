"""What instrumentation costs a whole service: the stock service of examples/shop (net/http, SQLite by database/sql, a real Redis server), built
plain and with instc, each asked at a constant rate in turns, everything sampled and exported to a collector in another process.

What else runs on the machine must not be taken for instrumentation. So the service has one processor and everything else the others; turns are short,
and their latencies are taken together; and there is a control, the plain program once more, whose distance from the plain one is what the
measurement itself is worth: a difference that is not larger says nothing. Beside them, for comparison, the same service with the SDK and its
instrumentation libraries written into it by hand (folder byhand).
"""

import glob
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CPUS = sorted(os.sched_getaffinity(0))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def redis_program():
    """Debian's redis-tools has the server, too, as redis-check-rdb, which serves under any other name."""
    program = shutil.which("redis-server") or shutil.which("redis-check-rdb")
    if program is None:
        raise RuntimeError("no redis-server here")
    return program


def await_port(port, process):
    for _ in range(100):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended before it listened")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{process.args[0]} does not listen")


class Service:
    """Starts everything, measures `rounds` rounds of both programs, and stops everything."""

    def __init__(self, instc, scratch):
        self.scratch, self.children = scratch, []
        self.load = scratch / "load"
        self.go(["go"], "build", "-o", self.load, ".", cwd=ROOT / "tests/bench/load")
        shop = ROOT / "examples/shop"
        plain, instrumented = scratch / "stock-plain", scratch / "stock-instrumented"
        self.programs = {"plain": plain, "instrumented": instrumented, "control": plain, "by hand": scratch / "stock-by-hand"}
        self.go(["go"], "build", "-o", plain, "./stock", cwd=shop)
        self.go([str(instc), "go"], "build", "-o", instrumented, "./stock", cwd=shop)
        self.go(["go"], "build", "-o", self.programs["by hand"], ".", cwd=self.by_hand(shop / "stock"))

    def by_hand(self, stock):
        """The folder byhand with the rest of the service, whose database it opens by the instrumentation library for it."""
        folder = self.scratch / "byhand"
        shutil.copytree(ROOT / "tests/bench/byhand", folder)
        shutil.copy(stock / "server.go", folder)
        text = (stock / "store.go").read_text()
        if text.count("sql.Open(") != 1 or text.count("import (") != 1:
            raise RuntimeError("store.go does not open its database in the way that the measurement knows")
        (folder / "store.go").write_text(text.replace("sql.Open(", "otelsql.Open(").replace("import (", 'import (\n\t"github.com/XSAM/otelsql"\n'))
        return folder

    @staticmethod
    def go(program, *arguments, cwd):
        done = subprocess.run([*program, *map(str, arguments)], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stdout)

    def start(self, port, command, env=None, cpus=CPUS[:-1], program=None):
        process = subprocess.Popen([str(c) for c in command], executable=program, env=dict(os.environ, **(env or {})), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, preexec_fn=on(cpus))
        self.children.append(process)
        await_port(port, process)
        return process

    def stop(self):
        for process in reversed(self.children):
            process.kill()
            process.wait()

    def start_backends(self):
        """What the programs talk to: the environment that tells them of it, and the collector's port."""
        redis, sink = free_port(), free_port()
        self.start(redis, ["redis-server", "--port", redis, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", self.scratch],
                   program=redis_program())
        self.start(sink, [self.load, "sink", "-listen", f"127.0.0.1:{sink}"])
        return {"REDIS_ADDR": f"127.0.0.1:{redis}", "OTEL_SERVICE_NAME": "stock", "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{sink}"}, sink

    def measure(self, rate=1000, seconds=2, rounds=12):
        """name -> ratio or difference of instrumented to plain, and with `control` before the name of control to plain."""
        backends, sink = self.start_backends()
        running = {}
        for name, program in self.programs.items():
            port = free_port()
            process = self.start(port, [program], {**backends, "ADDR": f"127.0.0.1:{port}"}, CPUS[-1:])
            running[name] = (process, port)
            self.ask(port, rate, 2)  # warms up caches, connections and the heap
        cpu, latencies = {name: [] for name in running}, {name: [] for name in running}
        for number in range(rounds):
            turns = list(running.items())
            for name, (process, port) in turns[number % len(turns):] + turns[:number % len(turns)]:
                before = cpu_seconds(process.pid)
                latencies[name] += self.ask(port, rate, seconds)["latencies_us"]
                cpu[name].append(cpu_seconds(process.pid) - before)
        with urllib.request.urlopen(f"http://127.0.0.1:{sink}/bytes") as response:
            if int(response.read()) == 0:
                raise RuntimeError("the instrumented service exported nothing")
        memory = {name: resident_megabytes(process.pid) for name, (process, _) in running.items()}
        size = {name: program.stat().st_size / 2**20 for name, program in self.programs.items()}
        result = {}
        for name, title in ("instrumented", ""), ("control", "control "), ("by hand", "by hand "):
            result[title + "memory"], result[title + "size"] = memory[name] - memory["plain"], size[name] - size["plain"]
            result[title + "cpu"] = statistics.median(other / plain for other, plain in zip(cpu[name], cpu["plain"]))
            for percent in 50, 99:
                result[f"{title}p{percent}"] = percentile(latencies[name], percent) / percentile(latencies["plain"], percent)
        result["plain us"], result["plain p99 us"] = statistics.median(cpu["plain"]) / (rate * seconds) * 1e6, percentile(latencies["plain"], 99)
        return result

    def ask(self, port, rate, seconds):
        paths = ["/items", "/items/1", "/items/2"]
        done = subprocess.run([str(self.load), "ask", "-rate", str(rate), "-seconds", str(seconds),
                               *(f"http://127.0.0.1:{port}{path}" for path in paths)], stdout=subprocess.PIPE, text=True, check=True,
                              preexec_fn=on(CPUS[:-1]))
        answer = json.loads(done.stdout)
        if answer["failed"]:
            raise RuntimeError(f"{answer['failed']} of {answer['requests']} requests failed")
        return answer


def on(cpus):
    """What a child does first, so as to run on these processors alone; on all of them when there is only one."""
    return lambda: os.sched_setaffinity(0, cpus or CPUS)


def percentile(values, percent):
    return sorted(values)[(len(values) - 1) * percent // 100]


def cpu_seconds(pid):
    """Of all threads, to the nanosecond; /proc/PID/stat counts in ticks."""
    total = 0
    for task in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        total += int(pathlib.Path(task).read_text().split()[0])
    return total / 1e9


def resident_megabytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM")


def measure(instc, scratch):
    service = Service(instc, scratch)
    try:
        return service.measure()
    finally:
        service.stop()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch_folder:
        for key, value in measure(pathlib.Path(sys.argv[1]).resolve() / "bin/instc", pathlib.Path(scratch_folder)).items():
            print(f"{key:14} {value:8.3f}")
