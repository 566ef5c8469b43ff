#!/usr/bin/env python3
"""Compares what instc-go-dump says about Go source with what Go's own packages say.

usage: compare.py INSTC_GO_DUMP ORACLE_DIR decls|types PATH...

decls: PATHs are folders of GOROOT/src; types: import paths of the standard library. Exits with 1 and a diff when they
differ, with 77 (skipped) when there is no go command.
"""

import difflib
import os
import shutil
import subprocess
import sys
import tempfile


def output(command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def main():
    dump, oracle_dir, mode, *paths = sys.argv[1:]
    if shutil.which("go") is None:
        print("no go command: skipped")
        return 77
    if mode == "decls":
        root = os.path.join(output(["go", "env", "GOROOT"]).strip(), "src")
        paths = [os.path.join(root, path) for path in paths]
    env = dict(os.environ, CGO_ENABLED="0", GOFLAGS="", GOWORK="off")
    with tempfile.TemporaryDirectory() as scratch:
        oracle = os.path.join(scratch, "oracle")
        subprocess.run(["go", "build", "-o", oracle, "."], check=True, cwd=oracle_dir, env=env)
        expected = output([oracle, mode, *paths], env=env).splitlines()
    actual = output([dump, mode, *paths], env=env).splitlines()
    diff = list(difflib.unified_diff(expected, actual, "go", "instc", lineterm="", n=0))
    print("\n".join(diff[:60]) or f"{len(expected)} lines agree")
    return 1 if diff or not expected else 0


if __name__ == "__main__":
    sys.exit(main())
