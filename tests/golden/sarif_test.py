#!/usr/bin/env python3
"""`instc check --format sarif` and `--format json` as tools read them: the structure that SARIF 2.1.0 demands, regions that
hold the text they speak of, and fixes that, applied by a tool, give the file that `--fix` writes.

    sarif_test.py --bin build/bin
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.parse


BIN = None
RULES = """plugin example "häßlich: columns count code points"
library std "net/http"

on (c *Client) Do(req) (resp, err) {
  span client req.Methd {
    http.status_code = 200
    /* é */ server.address = req.ContentLength
  }
  exit { attr http.request.method_original = "ü" error resp }
}
on (c *Client) Get(url) { let unused = url span client "GET" }
"""


def instc(*words):
    return subprocess.run([os.path.join(BIN, "instc"), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def text_of(region, lines):
    """What a reader that only knows lines and columns sees."""
    first, last = region["startLine"] - 1, region["endLine"] - 1
    begin, end = region["startColumn"] - 1, region["endColumn"] - 1
    if first == last:
        return lines[first][begin:end]
    return "\n".join([lines[first][begin:], *lines[first + 1:last], lines[last][:end]])


class Sarif(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = os.path.join(cls.folder.name, "a rule.hook")
        with open(cls.path, "w", encoding="utf-8") as file:
            file.write(RULES)
        done = instc("check", "--only", "--offline", "--format", "sarif", cls.path)
        cls.code, cls.stderr = done.returncode, done.stderr
        cls.log = json.loads(done.stdout)
        cls.run_ = cls.log["runs"][0]
        cls.results = cls.run_["results"]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_the_exit_code_is_that_of_check_and_nothing_else_is_printed(self):
        self.assertEqual((self.code, self.stderr), (1, b""))

    def test_the_log_is_sarif_2_1_0_with_one_run(self):
        self.assertEqual(self.log["version"], "2.1.0")
        self.assertTrue(self.log["$schema"].endswith("sarif-schema-2.1.0.json"))
        self.assertEqual(len(self.log["runs"]), 1)
        self.assertLessEqual(set(self.log), {"$schema", "version", "runs"})
        self.assertEqual(self.run_["columnKind"], "unicodeCodePoints")

    def test_the_driver_has_a_name_a_version_and_rules_with_unique_ids(self):
        driver = self.run_["tool"]["driver"]
        self.assertEqual(driver["name"], "instc")
        self.assertRegex(driver["version"], r"^\d+\.\d+\.\d+")
        ids = [rule["id"] for rule in driver["rules"]]
        self.assertEqual(ids, sorted(set(ids)))
        for rule in driver["rules"]:
            self.assertRegex(rule["id"], r"^[EW]\d{4}$")
            self.assertRegex(rule["name"], r"^[A-Z]\w+$")
            self.assertTrue(rule["shortDescription"]["text"])
            self.assertTrue(rule["help"]["text"] and rule["help"]["markdown"])
            self.assertEqual(rule["defaultConfiguration"]["level"], "error" if rule["id"][0] == "E" else "warning")

    def test_every_result_names_its_rule_and_a_place(self):
        rules = self.run_["tool"]["driver"]["rules"]
        self.assertEqual(sorted({result["ruleId"] for result in self.results}), [rule["id"] for rule in rules])
        for result in self.results:
            self.assertEqual(rules[result["ruleIndex"]]["id"], result["ruleId"])
            self.assertIn(result["level"], ("error", "warning", "note"))
            self.assertTrue(result["message"]["text"])
            self.assertEqual(len(result["locations"]), 1)
            uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            self.assertEqual(urllib.parse.unquote(urllib.parse.urlparse(uri).path), self.path)
            self.assertNotIn(" ", uri)

    def test_regions_hold_what_they_speak_of_by_columns_and_by_bytes(self):
        found = []
        for result in self.results:
            region = result["locations"][0]["physicalLocation"]["region"]
            found.append((result["ruleId"], text_of(region, RULES.split("\n"))))
            data = RULES.encode()[region["byteOffset"]:region["byteOffset"] + region["byteLength"]]
            self.assertEqual(data.decode(), found[-1][1])
        self.assertEqual(found, [("E0302", "Methd"), ("E0502", "http.status_code"), ("E0504", "req.ContentLength"),
                                 ("E0337", "resp"), ("W0204", "unused")])

    def test_notes_with_a_place_are_related_locations(self):
        related = next(result for result in self.results if result["ruleId"] == "E0302")["relatedLocations"]
        self.assertEqual(len(related), 1)
        self.assertTrue(related[0]["physicalLocation"]["artifactLocation"]["uri"].endswith("/net/http/request.go"))
        self.assertIn("declared here", related[0]["message"]["text"])

    def test_a_tool_that_applies_the_fixes_gets_what_fix_writes(self):
        changes = []
        for result in self.results:
            for fix in result.get("fixes", []):
                self.assertTrue(fix["description"]["text"])
                self.assertEqual(len(fix["artifactChanges"]), 1)
                for replacement in fix["artifactChanges"][0]["replacements"]:
                    region = replacement["deletedRegion"]
                    changes.append((region["byteOffset"], region["byteLength"], replacement["insertedContent"]["text"]))
        self.assertEqual(len(changes), 4)
        data = RULES.encode()
        for offset, length, text in sorted(changes, reverse=True):
            data = data[:offset] + text.encode() + data[offset + length:]
        copy = os.path.join(self.folder.name, "copy.hook")
        with open(copy, "w", encoding="utf-8") as file:
            file.write(RULES)
        instc("check", "--only", "--offline", "--fix", copy)
        with open(copy, "rb") as file:
            self.assertEqual(file.read().decode(), data.decode())

    def test_a_clean_file_is_a_run_without_results(self):
        clean = os.path.join(self.folder.name, "clean.hook")
        with open(clean, "w", encoding="utf-8") as file:
            file.write('plugin example "fine"\nlibrary std "net/http"\non (c *Client) Get(url) { span client "GET" }\n')
        done = instc("check", "--only", "--offline", "--format=sarif", clean)
        self.assertEqual(done.returncode, 0)
        run_ = json.loads(done.stdout)["runs"][0]
        self.assertEqual((run_["results"], run_["tool"]["driver"]["rules"]), ([], []))

    def test_json_lines_say_the_same(self):
        done = instc("check", "--only", "--offline", "--format", "json", self.path)
        lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        self.assertEqual([line["code"] for line in lines], [result["ruleId"] for result in self.results])

    def test_colour_only_where_it_is_wanted(self):
        def colored(**variables):
            environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "CLICOLOR_FORCE")} | variables
            done = subprocess.run([os.path.join(BIN, "instc"), "check", "--only", "--offline", self.path],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, check=False)
            return re.search(rb"\x1b\[", done.stderr) is not None
        self.assertFalse(colored())
        self.assertTrue(colored(CLICOLOR_FORCE="1"))
        self.assertFalse(colored(CLICOLOR_FORCE="1", NO_COLOR="1"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    BIN = os.path.abspath(parser.parse_args().bin)
    unittest.main(argv=sys.argv[:1])
