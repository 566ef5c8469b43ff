#!/usr/bin/env python3
"""Runs the documents: every example of docs/diagnostics.md gives exactly the code it stands under, and every snippet of
docs/language.md checks without a word. docs/authoring.md has a test of its own beside this one.

A fence says how its example runs:

    ```hook          a plugin for the standard library, checked without network
    ```hook modules  a plugin for a module, checked against check/inputs/modules
    ```hook net/http a part of a plugin for that package: what is there without `plugin` and `library`
    ```hook test     a plugin for the standard library whose tests are run
    ```text, ```go   not run: ELSEWHERE says why, and which golden has the code instead

    diagnostics_doc_test.py --bin build/bin
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Codes whose example is no plugin that can be checked.
ELSEWHERE = {
    "E0109": "the example would be as long as the limit: parse/fail_nested_too_deep.hook",
    "E0110": "a Markdown file is UTF-8 itself: parse/fail_not_utf8.hook",
    "E0115": "the example would be as long as the limit: parse/fail_nested_operators.hook",
    "E0390": "it is about Go files: check/fail_go_syntax.hook",
    "E0391": "it is about Go files: check/fail_go_declarations.hook",
    "E0392": "it is about Go files: check/fail_go_declarations.hook",
    "E0393": "it is about Go files: check/fail_go_declarations.hook",
    "E0406": "needs a lock file: check/fail_lock_drift.hook",
    "E0407": "needs a lock file: check/fail_lock_damaged.hook",
    "W0408": "needs a lock file: check/lock_out_of_date.hook",
    "E0409": "needs another option: check/fail_new_without_lock.hook",
    "E1001": "needs a machine without Go: build/fail_go_not_found.txt",
    "E1002": "needs an old Go: tests/e2e/buildmatrix/matrix_test.py",
    "E1003": "is about packs: build/fail_pack_unusable.txt",
    "E1004": "is about builds: build/fail_cannot_instrument.txt",
    "E1005": "is about command lines: build/fail_arguments.txt",
    "E1006": "needs a damaged environment: build/fail_no_cache.txt",
    "E1007": "needs a damaged installation: see toolexec_missing below",
    "E1011": "is about command lines: build/fail_allow_bypass.txt",
    "E1012": "is about command lines: build/fail_unknown_flag.txt",
    "E1008": "needs a module: tests/e2e/buildmatrix/matrix_test.py",
}

HEADING = re.compile(r"^### ([EW]\d{4}): ")
CODE = re.compile(r"^(?:error|warning)\[(\w+)\]", re.M)


def fences(path):
    """(line, heading, tag, text) of every fenced block."""
    heading = tag = None
    with open(path, encoding="utf-8") as page:
        for number, line in enumerate(page, 1):
            if tag is not None and line.startswith("```"):
                yield start, heading, tag, "".join(text)
                tag = None
            elif tag is not None:
                text.append(line)
            elif line.startswith("```"):
                start, tag, text = number, line[3:].strip(), []
            elif HEADING.match(line):
                heading = HEADING.match(line).group(1)
                yield number, heading, None, ""


class Documents:
    def __init__(self, bin_dir, environment, scratch):
        self.instc = os.path.join(bin_dir, "instc")
        self.environment = environment
        self.scratch = scratch
        self.problems = []
        self.checked = 0

    def run(self, *words, stdin=""):
        done = subprocess.run([self.instc, *words], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=run.TIMEOUT_SECONDS, env=self.environment, check=False)
        return done.returncode, done.stdout + done.stderr

    def demand(self, place, holds, text):
        self.checked += 1
        if not holds:
            self.problems.append(f"{place}: {text}")

    def check(self, text, *options):
        path = os.path.join(self.scratch, "example.hook")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return self.run("check", "--only", *options, path)[1]

    def test(self, text):
        path = os.path.join(self.scratch, "example.hook")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return self.run("test", "--offline", path)[1]

    def diagnostics_page(self):
        page = "docs/diagnostics.md"
        examples = {}
        for line, code, tag, text in fences(os.path.join(ROOT, page)):
            if tag is None:
                examples.setdefault(code, False)
            elif code is not None and tag in ("hook", "hook modules", "hook test"):
                output = self.test(text) if tag == "hook test" else self.check(text, *(["--offline"] if tag == "hook" else []))
                self.demand(f"{page}:{line}", set(CODE.findall(output)) == {code}, f"the example does not give {code} alone, but\n{output}")
                examples[code] = True
        for code, has_example in examples.items():
            self.demand(page, has_example != (code in ELSEWHERE), f"{code} has no example that runs, or stands in ELSEWHERE for nothing")

    def language_page(self):
        page = "docs/language.md"
        for line, _, tag, text in fences(os.path.join(ROOT, page)):
            language, _, package = (tag or "").partition(" ")
            if language != "hook":
                continue
            if package:
                text = f'plugin example "a part of a plugin"\nlibrary std "{package}"\n' + text
            output = self.check(text, "--offline")
            self.demand(f"{page}:{line}", re.search(r"^plugin ", text, re.M), "says neither `plugin` nor its package")
            self.demand(f"{page}:{line}", output == "", f"the snippet has mistakes\n{output}")
            if re.search(r"^test ", text, re.M):
                output = self.test(text)
                self.demand(f"{page}:{line}", not CODE.findall(output), f"a test does not hold\n{output}")

    def toolexec_missing(self):
        lonely = os.path.join(self.scratch, "instc")
        shutil.copy(self.instc, lonely)
        done = subprocess.run([lonely, "go", "build", "."], stderr=subprocess.PIPE, text=True, env=self.environment, check=False)
        self.demand("E1007", CODE.findall(done.stderr) == ["E1007"], done.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="the folder with instc")
    with run.Sandbox() as environment, tempfile.TemporaryDirectory() as scratch:
        documents = Documents(os.path.abspath(parser.parse_args().bin), environment, scratch)
        documents.diagnostics_page()
        documents.language_page()
        documents.toolexec_missing()
    print("\n".join(documents.problems + [f"{documents.checked} demands on the documents, {len(documents.problems)} fail"]))
    return 1 if documents.problems or documents.checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
