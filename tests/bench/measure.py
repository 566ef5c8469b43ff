"""How long a command takes, and what it needs."""

import os
import pathlib
import resource
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def run(command, cwd=ROOT, env=None):
    """Runs a command; returns (wall seconds, CPU seconds of it and its children)."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stderr.strip()}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def output(command, cwd, env):
    """What a command prints."""
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stderr.strip()}")
    return done.stdout


def peak_memory(command, env=None):
    """MB that a command held at most, or one of its children."""
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen([str(c) for c in command], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            errors.seek(0)
            raise RuntimeError(errors.read().decode())
    return usage.ru_maxrss / 1024


def own_peak_memory(command, cwd, env):
    """The same without its children. The kernel forgets it with the process, so it is read while that runs."""
    peak = 0
    child = subprocess.Popen([str(c) for c in command], cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while child.poll() is None:
        for line in pathlib.Path(f"/proc/{child.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                peak = max(peak, int(line.split()[1]) / 1024)
        time.sleep(0.02)
    if child.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit status {child.returncode}")
    return peak
