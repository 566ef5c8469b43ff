"""What instrumentation costs a whole service: the stock service of examples/shop (net/http, SQLite by database/sql, a real Redis server), built
plain and with instc, each asked at a constant rate in turns, everything sampled and exported to a collector in another process."""

import json
import os
import pathlib
import socket
import statistics
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


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
        self.programs = {"plain": scratch / "stock-plain", "instrumented": scratch / "stock-instrumented"}
        self.go(["go"], "build", "-o", self.programs["plain"], "./stock", cwd=shop)
        self.go([str(instc), "go"], "build", "-o", self.programs["instrumented"], "./stock", cwd=shop)

    @staticmethod
    def go(program, *arguments, cwd):
        done = subprocess.run([*program, *map(str, arguments)], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stdout)

    def start(self, port, command, env=None):
        process = subprocess.Popen([str(c) for c in command], env=dict(os.environ, **(env or {})), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.children.append(process)
        await_port(port, process)
        return process

    def stop(self):
        for process in reversed(self.children):
            process.kill()
            process.wait()

    def measure(self, rate=1000, seconds=5, rounds=5):
        """Medians over the rounds: name -> ratio or difference of instrumented to plain."""
        redis, sink = free_port(), free_port()
        self.start(redis, ["redis-server", "--port", redis, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", self.scratch])
        self.start(sink, [self.load, "sink", "-listen", f"127.0.0.1:{sink}"])
        running = {}
        for name, program in self.programs.items():
            port = free_port()
            process = self.start(port, [program], {
                "ADDR": f"127.0.0.1:{port}", "REDIS_ADDR": f"127.0.0.1:{redis}", "OTEL_SERVICE_NAME": "stock",
                "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{sink}"})
            running[name] = (process, port)
            self.ask(port, rate, 2)  # warms up caches, connections and the heap
        samples = {name: [] for name in running}
        for _ in range(rounds):
            for name, (process, port) in running.items():
                before = cpu_seconds(process.pid)
                answer = self.ask(port, rate, seconds)
                samples[name].append((cpu_seconds(process.pid) - before, answer["p50_us"], answer["p99_us"]))
        with urllib.request.urlopen(f"http://127.0.0.1:{sink}/bytes") as response:
            if int(response.read()) == 0:
                raise RuntimeError("the instrumented service exported nothing")
        ratios = [[i / p for p, i in zip(plain, instrumented)] for plain, instrumented in zip(samples["plain"], samples["instrumented"])]
        cpu, p50, p99 = (statistics.median(column) for column in zip(*ratios))
        memory = {name: resident_megabytes(process.pid) for name, (process, _) in running.items()}
        size = {name: program.stat().st_size / 2**20 for name, program in self.programs.items()}
        return {"cpu": cpu, "p50": p50, "p99": p99, "memory": memory["instrumented"] - memory["plain"],
                "size": size["instrumented"] - size["plain"]}

    def ask(self, port, rate, seconds):
        paths = ["/items", "/items/1", "/items/2"]
        done = subprocess.run([str(self.load), "ask", "-rate", str(rate), "-seconds", str(seconds),
                               *(f"http://127.0.0.1:{port}{path}" for path in paths)], stdout=subprocess.PIPE, text=True, check=True)
        answer = json.loads(done.stdout)
        if answer["failed"]:
            raise RuntimeError(f"{answer['failed']} of {answer['requests']} requests failed")
        return answer


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


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
