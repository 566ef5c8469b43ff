#!/usr/bin/env python3
"""Runs every test of the project and ends with one plain line: `N passed, N failed`.

    run.py BUILD_DIR

The parts, in order: ctest (goldens, units, layering), `go test` of the runtime (compiler/rt), of what its bytes mean to
the official types (tests/bench/rt), and of the end-to-end module (tests/e2e), which builds real programs with BUILD_DIR/bin/instc; then the soak
test once more with its program built for the race detector (`make test-race` does that with all programs). A part that cannot run counts as one failure: it is never
left out of the sum. What was skipped is said, with its reason.
"""

import json
import os
import pathlib
import subprocess
import sys
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Tally:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, [], []

    def say(self, part, before, seconds):
        passed, failed = self.passed - before[0], len(self.failed) - before[1]
        print(f"-- {part}: {passed} passed, {failed} failed ({seconds:.0f} s)", flush=True)


def run_ctest(build, tally):
    report = build / "ctest.xml"
    report.unlink(missing_ok=True)
    subprocess.run(["ctest", "--test-dir", build, "--output-on-failure", "--output-junit", report, "-j", str(os.cpu_count()),
                    "--timeout", "600"], check=False)
    if not report.exists():
        tally.failed.append("ctest did not run")
        return
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        if case.find("failure") is not None or case.get("status") == "fail":
            tally.failed.append(f"ctest {case.get('name')}")
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            tally.skipped.append(f"ctest {case.get('name')}")
        else:
            tally.passed += 1


# Tested under the race detector. The other two folders count allocations and build other programs.
RACE = {"compiler/rt"}


def run_go(folder, build, tally, *arguments, **variables):
    """One top-level test function is one test; a package that does not build is one failure."""
    environment = dict(os.environ, INSTC=str(build / "bin" / "instc"),
                       INSTC_RULES=str(build / "share" / "instc" / "rules.pack.json"), **variables)
    if folder in RACE:
        environment["CGO_ENABLED"] = "1"
    command = ["go", "test", "-json", "-count=1", "-timeout=30m", *(["-race"] if folder in RACE else []), *(arguments or ["./..."])]
    process = subprocess.Popen(command, cwd=ROOT / folder,
                               env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output, finished = {}, 0
    for line in process.stdout:
        try:
            event = json.loads(line)
        except ValueError:
            print(line, end="")
            continue
        key, action = (event.get("Package"), event.get("Test")), event.get("Action")
        if action in ("output", "build-output"):
            output.setdefault(key, []).append(event.get("Output", ""))
        if action == "build-output":
            print(event.get("Output", ""), end="")
        if action not in ("pass", "fail", "skip"):
            continue
        finished += 1
        count_go(folder, event, output, tally)
    if process.wait() != 0 and not any(name.startswith(f"{folder} ") for name in tally.failed):
        tally.failed.append(f"{folder} go test ended with status {process.returncode}")
    elif finished == 0:
        tally.failed.append(f"{folder} no test ran")


def count_go(folder, event, output, tally):
    package, test, action = event["Package"], event.get("Test"), event["Action"]
    text = "".join(output.get((package, test), []))
    if test is None:
        if action == "fail" and not any(name.startswith(f"{folder} {package} ") for name in tally.failed):
            tally.failed.append(f"{folder} {package} (package)")
            print(text, end="")
        return
    if "/" in test:
        if action == "fail":
            print(text, end="")
        return
    if action == "pass":
        tally.passed += 1
    elif action == "skip":
        tally.skipped.append(f"{folder} {test}: {text.strip().splitlines()[-2].strip() if text.count(chr(10)) > 1 else ''}")
    else:
        tally.failed.append(f"{folder} {package} {test}")
        print(text, end="")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    tally = Tally()
    parts = [("ctest", lambda: run_ctest(build, tally))]
    for folder in ("compiler/rt", "tests/bench/rt", "tests/e2e"):
        parts.append((folder, lambda folder=folder: run_go(folder, build, tally)))
    parts.append(("races", lambda: run_go("tests/e2e", build, tally, "-run", "^TestSoak$", ".", INSTC_TEST_RACE="1")))
    for part, run in parts:
        before, start = (tally.passed, len(tally.failed)), time.monotonic()
        print(f"-- {part}", flush=True)
        run()
        tally.say(part, before, time.monotonic() - start)
    for name in tally.skipped:
        print(f"skipped: {name}")
    for name in tally.failed:
        print(f"FAILED: {name}")
    print(f"{tally.passed} passed, {len(tally.failed)} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
