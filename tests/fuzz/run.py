#!/usr/bin/env python3
"""Runs libFuzzer targets over seeds from the repository, and the fuzz tests of compiler/rt; new inputs and failures of the former
stay in BUILD/fuzz, those of the latter in Go's cache and in testdata/fuzz beside the test.

usage: run.py BUILD SECONDS [TARGET...]

Each target gets SECONDS. Exits with 1 when one of them found a crash, a hang or too much memory; the message names the file
that shows it, and `BUILD/bin/TARGET FILE` runs it again. Targets of Go are called by their functions: FuzzHeaders.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODULES = "tests/golden/check/inputs/modules"
# By target: what is run with which limits (seconds for one input, bytes of one input).
LIMITS = {
    "hook_text_fuzz": (25, 6000),
    "go_source_fuzz": (25, 20000),
    "summary_fuzz": (25, 20000),
    "pack_fuzz": (25, 20000),
}


def read(path):
    with open(os.path.join(ROOT, path), "rb") as file:
        return file.read()


def files_of(folder, ending):
    """Paths from the repository's root, sorted."""
    found = []
    for base, _, names in os.walk(os.path.join(ROOT, folder)):
        found += [os.path.relpath(os.path.join(base, name), ROOT) for name in names if name.endswith(ending)]
    return sorted(found)


def copies(ending, *folders):
    for folder in folders:
        for path in files_of(folder, ending):
            yield path.replace(os.sep, "_"), read(path)


def without_expectations(seeds):
    """Goldens hold their input and, behind `//>`, what comes of it."""
    for name, data in seeds:
        yield name, b"".join(line for line in data.splitlines(True) if not line.startswith((b"//>", b"// run:")))


def documented_examples():
    for path in ["docs/diagnostics.md", "docs/language.md"]:
        for i, block in enumerate(re.findall(rb"```hook[^\n]*\n(.*?)```", read(path), re.S)):
            yield f"{os.path.basename(path)}_{i}.hook", block


def hook_seeds():
    yield from without_expectations(copies(".hook", "stdlib-rules", "plugins", "tests/golden"))
    yield from documented_examples()


def go_seeds():
    yield from copies(".go", "tests/goapi/testdata", MODULES, "compiler/rt")


def summary_seeds():
    """Modules as SummaryStore keeps them, in the form of summary_fuzz.cpp."""
    modules = os.path.join(ROOT, MODULES, "example.com")
    for compress in (False, True):
        stored = (lambda text: b"z" + zlib.compress(text)) if compress else (lambda text: b"r" + text)
        for folder in sorted(os.listdir(modules)):
            mod = read(os.path.join(MODULES, "example.com", folder, "go.mod"))
            index = b"instc-summary 2\nmodule example.com/m v1.0.0\nmod @1 %d\n" % len(mod)
            objects = [stored(mod)]
            packages = {}
            for path in files_of(os.path.join(MODULES, "example.com", folder), ".go"):
                inside = os.path.relpath(os.path.dirname(path), os.path.join(MODULES, "example.com", folder))
                text = read(path)
                entry = b"%d %s\n%s" % (len(text), os.path.basename(path).encode(), text)
                packages.setdefault("" if inside == "." else inside, []).append(entry)
            for inside, entries in packages.items():
                text = b"".join(entries)
                objects.append(stored(text))
                index += b"package @%d %d %s\n" % (len(objects), len(text), inside.encode())
            # The harness puts the newline back behind the index.
            yield f"{folder}_{compress}", b"\n=====\n".join([index[:-1]] + objects)


def pack_seeds():
    """Packs written by hand, for a module that the harness has, and with sources to specialise from."""
    spec = importlib.util.spec_from_file_location("demo_pack", os.path.join(ROOT, "tests/e2e/buildmatrix/demo_pack.py"))
    demo = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(demo)
    write = demo.hook("queue.write", "Write", ["ctx", "msg"], ["err"], {"type": "Writer", "pointer": True, "name": "w"}, ["err"])
    write |= {"uses_context": True, "enter_writes": ["ctx"], "imports": [{"alias": "instc_c", "path": "context"}]}
    package = {"path": "example.com/queue", "fields": [{"type": "Writer", "text": "instcName string"}],
               "externs": [{"symbol": "instcX_lower", "type": "func(string) string", "package": "instc.dev/rt/text", "func": "Lower"}],
               "hooks": [write],
               "metrics": [{"rule": "queue.write", "name": "queue.writes", "unit": "{message}", "doc": "", "instrument": "counter",
                            "integer": True, "attributes": ["a.b"], "bounds": [0.5, 1]}]}
    source = """plugin queue "q"
library "example.com/queue" >= v1.0.0
semconv v1.37.0
option topic bool = true
write on (w *Writer) Write(ctx, msg) (err) {
  span producer words("send", w.topic) in ctx { server.address = w.Addr when topic }
  inject msg.Headers
  exit { error err }
}
"""
    for name, last, sources in [("covered", "v1.9.0", []), ("specialised", "v1.0.0", [{"file": "q.hook", "text": source}])]:
        plugin = demo.plugin("queue", "example.com/queue", False, "v1.0.0", last, [package], ["queue.write"])
        plugin["file"] = "q.hook"
        body = {"schema": 3, "instc": "0.1.0", "sources": sources, "plugins": [plugin], "patches": [], "digest": ""}
        yield name, json.dumps(body, indent=1).encode()


SEEDS = {"hook_text_fuzz": hook_seeds, "go_source_fuzz": go_seeds, "summary_fuzz": summary_seeds, "pack_fuzz": pack_seeds}
# Where the words of each kind of input stand, for libFuzzer's dictionary.
WORDS = {
    "hook_text_fuzz": [("dsl/grammar/HookLexer.g4", rb"'([a-z]+)'"), ("compiler/check/builtins.cpp", rb'"([a-z.]+)"')],
    "go_source_fuzz": [("compiler/go/syntax/token.cpp", rb'"([^"\\\n ]+)"'), ("compiler/go/types/universe.cpp", rb'"([a-z0-9]+)"')],
    "summary_fuzz": [("compiler/go/load/summary_store.cpp", rb'"([a-z ]+)"')],
    "pack_fuzz": [("compiler/pack/pack_json.cpp", rb'"([a-z_.=!<>]+)"'), ("docs/backend.md", rb"`(@\{[a-z]+)")],
}


def write_dictionary(target, path):
    words = sorted({word for source, pattern in WORDS[target] for word in re.findall(pattern, read(source))})
    with open(path, "wb") as out:
        for word in words:
            out.write(b'"' + word.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"\n')


def run(build, target, seconds):
    work = os.path.join(build, "fuzz", target)
    seeds, corpus, words = (os.path.join(work, name) for name in ("seeds", "corpus", "words"))
    os.makedirs(seeds, exist_ok=True)
    os.makedirs(corpus, exist_ok=True)
    timeout, length = LIMITS[target]
    for name, data in SEEDS[target]():
        with open(os.path.join(seeds, name), "wb") as out:
            out.write(data[:length])
    write_dictionary(target, words)
    command = [os.path.join(build, "bin", target), f"-timeout={timeout}", "-rss_limit_mb=2048", f"-max_len={length}", f"-dict={words}",
               f"-max_total_time={seconds}", f"-artifact_prefix={work}/", "-print_final_stats=1", "-verbosity=0",
               "-detect_leaks=0", corpus, seeds]
    print(f"{target}: {seconds} s", flush=True)
    # What harnesses keep from one input to the next looks like leaks, and looking for those takes most of the time.
    options = "detect_stack_use_after_return=0:detect_leaks=0:malloc_context_size=8:quarantine_size_mb=32"
    environment = dict(os.environ, ASAN_OPTIONS=options)
    if os.path.isdir("/dev/shm"):
        environment["TMPDIR"] = "/dev/shm"  # summary_fuzz writes files for each input
    if subprocess.run(command, env=environment).returncode == 0:
        return True
    print(f"{target}: failed; what shows it is in {work}")
    return False


def go_targets():
    """The fuzz tests of the runtime: function -> package, as `go test` wants it."""
    found = {}
    for path in files_of("compiler/rt", "_test.go"):
        for name in re.findall(rb"^func (Fuzz\w+)\(", read(path), re.M):
            found[name.decode()] = "./" + os.path.relpath(os.path.dirname(path), "compiler/rt")
    return found


def run_go(package, name, seconds):
    print(f"{name} in {package}: {seconds} s", flush=True)
    command = ["go", "test", package, "-run", "^$", "-fuzz", f"^{name}$", "-fuzztime", f"{seconds}s"]
    done = subprocess.run(command, cwd=os.path.join(ROOT, "compiler/rt"), stdout=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return True
    print(done.stdout, f"{name}: failed", sep="\n")
    return False


def main():
    build, seconds, *targets = sys.argv[1:]
    of_go = go_targets()
    results = []
    for target in targets or [*SEEDS, *of_go]:
        results.append(run_go(of_go[target], target, seconds) if target in of_go else run(os.path.abspath(build), target, seconds))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
