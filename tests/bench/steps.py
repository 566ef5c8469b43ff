"""What a request of the stock service executes, counted instruction by instruction (steps/steps.cpp), plain and instrumented: numbers that no other guest
of the machine disturbs, and by function, which says where to look.

    steps.py BUILD_DIR

Requests for one item, which comes out of Redis, one after the other on one connection. A program that has been through a garbage collection clears
memory that a younger one gets clear, so a difference of some hundred instructions between two builds says nothing.
"""

import bisect
import collections
import http.client
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

import service

ENTRY = "net/http.serverHandler.ServeHTTP"
SKIP, COUNT = 1000, 8
LINE = 64  # bytes of code that the processor fetches at once
SHOWN = 40


class Counted:
    """Per request: instructions and distinct lines of code, of everything and by function."""

    def __init__(self, names, output):
        starts = [address for address, _ in names]
        lines = collections.defaultdict(dict)
        self.instructions = collections.Counter()
        head, *rest = output.read_text().splitlines()
        requests = int(head.split()[1])
        for text in rest:
            address, times, seen = (int(field, 16 if at == 0 else 10) for at, field in enumerate(text.split()))
            name = names[bisect.bisect(starts, address) - 1][1] if address else "(the kernel's vDSO)"
            self.instructions[name] += times / requests
            known = lines[name]
            known[address // LINE] = max(known.get(address // LINE, 0), seen / requests)
        self.lines = collections.Counter({name: sum(known.values()) for name, known in lines.items()})


def symbols(program):
    """Functions by address."""
    listed = subprocess.run(["go", "tool", "nm", "-n", str(program)], stdout=subprocess.PIPE, text=True, check=True).stdout
    fields = (line.split(maxsplit=2) for line in listed.splitlines())
    return [(int(entry[0], 16), entry[2]) for entry in fields if len(entry) == 3 and entry[1] in "tT"]


def ask(port, done):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=100)
    try:
        while not done.is_set():
            connection.request("GET", "/items/1")
            connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        pass  # the program is killed in the middle of one


def count(running, stepper, program, backends):
    """Counted of one program."""
    names = symbols(program)
    entry = next(address for address, name in names if name == ENTRY)
    port, output, done = service.free_port(), running.scratch / "steps.txt", threading.Event()
    environment = {**backends, "ADDR": f"127.0.0.1:{port}",
                   # one processor, and nothing by the clock, which goes a thousand times too fast here
                   "GOMAXPROCS": "1", "GODEBUG": "asyncpreemptoff=1", "OTEL_BSP_SCHEDULE_DELAY": "10000000", "OTEL_METRIC_EXPORT_INTERVAL": "10000000"}
    process = running.start(port, [stepper, output, f"{entry:x}", SKIP, COUNT, program], environment)
    client = threading.Thread(target=ask, args=(port, done))
    client.start()
    try:
        if process.wait(timeout=300) != 0:
            raise RuntimeError("the steps could not be counted")
    finally:
        process.kill()
        done.set()
        client.join()
    return Counted(names, output)


def measure(running):
    """Counted of both programs of a service.Service that does not measure yet."""
    if os.uname().machine != "x86_64":
        raise RuntimeError("steps are counted on x86-64 only")
    stepper = running.scratch / "steps"
    subprocess.run([os.environ.get("CXX", "c++"), "-O2", "-o", stepper, service.ROOT / "tests/bench/steps/steps.cpp"], check=True)
    backends, _ = running.start_backends()
    return [count(running, stepper, running.programs[name], backends) for name in ("plain", "instrumented")]


def main():
    with tempfile.TemporaryDirectory() as scratch:
        running = service.Service(pathlib.Path(sys.argv[1]).resolve() / "bin/instc", pathlib.Path(scratch))
        try:
            plain, instrumented = measure(running)
        finally:
            running.stop()
    for what in "instructions", "lines":
        before, after = getattr(plain, what), getattr(instrumented, what)
        print(f"{what} of a request: {before.total():.0f} and {after.total():.0f}")
    print(f"\n{'instructions':>12} {'lines':>6} more, by function")
    more = instrumented.instructions.copy()
    more.subtract(plain.instructions)
    for name, instructions in more.most_common(SHOWN):
        print(f"{instructions:12.0f} {instrumented.lines[name] - plain.lines[name]:6.0f} {name}")


if __name__ == "__main__":
    main()
