#!/usr/bin/env python3
"""Runs libFuzzer targets over seeds from the repository; new inputs and failures stay in BUILD/fuzz.

usage: run.py BUILD SECONDS [TARGET...]

Each target gets SECONDS. Exits with 1 when one of them found a crash, a hang or too much memory; the message names the file
that shows it, and `BUILD/bin/TARGET FILE` runs it again.
"""

import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Where each target's seeds are: folders and endings.
SEEDS = {
    "go_source_fuzz": [("tests/goapi/testdata", ".go"), ("tests/golden/check/inputs/modules", ".go"), ("compiler/rt", ".go")],
}
LIMITS = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=20000", "-print_final_stats=1", "-verbosity=0"]


def write_seeds(target, folder):
    os.makedirs(folder, exist_ok=True)
    for source, ending in SEEDS[target]:
        for base, _, names in os.walk(os.path.join(ROOT, source)):
            for name in names:
                if name.endswith(ending):
                    path = os.path.join(base, name)
                    shutil.copy(path, os.path.join(folder, os.path.relpath(path, ROOT).replace(os.sep, "_")))


def main():
    build, seconds, *targets = sys.argv[1:]
    failed = 0
    for target in targets or [name for name in SEEDS if os.path.exists(os.path.join(build, "bin", name))]:
        work = os.path.join(os.path.abspath(build), "fuzz", target)
        os.makedirs(os.path.join(work, "corpus"), exist_ok=True)
        write_seeds(target, os.path.join(work, "seeds"))
        command = [os.path.join(os.path.abspath(build), "bin", target), *LIMITS, f"-max_total_time={seconds}",
                   f"-artifact_prefix={work}/", os.path.join(work, "corpus"), os.path.join(work, "seeds")]
        print(f"{target}: {seconds} s", flush=True)
        if subprocess.run(command, env=dict(os.environ, ASAN_OPTIONS="detect_stack_use_after_return=0")).returncode != 0:
            failed += 1
            print(f"{target}: failed; what shows it is in {work}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
