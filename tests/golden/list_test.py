#!/usr/bin/env python3
"""Every line that `instc list` says can be pasted into a rule file can be: a plugin of all of them checks without errors, and
each of the others is refused.

    list_test.py --bin build/bin
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

BIN = None
PACKAGES = ["database/sql", "encoding/json", "go/types", "net", "net/http", "os", "os/exec", "reflect", "slices", "strings", "sync", "time"]


def instc(*words):
    return subprocess.run([os.path.join(BIN, "instc"), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


class List(unittest.TestCase):
    maxDiff = None

    def check(self, package, rules):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "all.hook")
            with open(path, "w", encoding="utf-8") as file:
                file.write(f'plugin all "every join point of a package"\nlibrary std "{package}"\n')
                file.writelines(f'{rule} {{ enrich current {{ error.type = "x" }} }}\n' for rule in rules)
            return instc("check", "--only", "--offline", "--format", "json", path)

    def test_every_line_is_a_rule(self):
        for package in PACKAGES:
            with self.subTest(package):
                rules = [line for line in instc("list", "--offline", package).stdout.splitlines() if line.startswith("on ")]
                self.assertGreater(len(rules), 1)
                done = self.check(package, rules)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_what_cannot_be_hooked_is_refused(self):
        for package in PACKAGES:
            with self.subTest(package):
                functions = json.loads(instc("list", "--offline", "--format", "json", package).stdout)["functions"]
                refused = [function["rule"] for function in functions if not function["hookable"]]
                found = [json.loads(line) for line in self.check(package, refused).stdout.splitlines()]
                self.assertEqual(sorted({line["begin"]["line"] - 2 for line in found}), [i + 1 for i in range(len(refused))])
                # E0349: init is no name in Go, so a rule cannot even find it.
                self.assertLessEqual({line["code"] for line in found}, {"E0309", "E0355", "E0349"})

    def test_text_and_json_say_the_same(self):
        text = instc("list", "--offline", "net/http", "Client")
        functions = json.loads(instc("list", "--offline", "--format", "json", "net/http", "Client").stdout)["functions"]
        self.assertEqual(re.findall(r"^(?:// )?(on .*)$", text.stdout, re.M), [function["rule"] for function in functions])
        self.assertIn("func (c *Client) Do(req *Request) (*Response, error)", [function["signature"] for function in functions])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    BIN = os.path.abspath(parser.parse_args().bin)
    unittest.main(argv=sys.argv[:1])
