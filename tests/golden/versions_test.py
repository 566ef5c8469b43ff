#!/usr/bin/env python3
"""Summaries, verdicts and locks on disk: what `instc check` and `instc compile` leave behind, and how little they need
after that. Modules come from check/inputs/modules through a proxy of files, as for the goldens.

    versions_test.py --bin build/bin
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run  # noqa: E402

INSTC = ""
RULES = """plugin example "an example"
library "example.com/stream" >= v0.4.1, < v0.9.0
read on (r *Reader) Read(...) { enrich current { server.address = r.Addr } }
ack on (r *Reader) Ack(offset) where lib < v0.7.0 { span consumer "ack" }
"""


class Case(unittest.TestCase):
    def setUp(self):
        sandbox = run.Sandbox()
        self.environment = sandbox.__enter__()
        self.addCleanup(sandbox.__exit__)
        self.root = sandbox.folder
        self.scratch = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.scratch)
        self.hook = os.path.join(self.scratch, "example.hook")
        self.lock = os.path.join(self.scratch, "example.lock")
        self.write(RULES)

    def write(self, text):
        with open(self.hook, "w", encoding="utf-8") as file:
            file.write(text)

    def instc(self, *words, expect=0):
        done = subprocess.run([INSTC, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment,
                              timeout=run.TIMEOUT_SECONDS, check=False)
        self.assertEqual(done.returncode, expect, done.stdout)
        return done.stdout

    def check(self, *options, expect=0):
        return self.instc("check", "--only", *options, self.hook, expect=expect)

    def compile(self, expect=0):
        return self.instc("compile", "--only", "--offline", "-o", os.path.join(self.scratch, "pack"), self.hook, expect=expect)

    def compile_online(self):
        return self.instc("compile", "--only", "-o", os.path.join(self.scratch, "pack"), self.hook)

    def summaries(self, *parts):
        return os.path.join(self.root, "cache", "summaries-2", *parts)

    def objects(self):
        return [os.path.join(folder, name) for folder, _, names in os.walk(self.summaries("objects")) for name in names]

    def without_versions(self):
        shutil.rmtree(os.path.join(self.root, "cache", "versions"))

    def release(self, version, source):
        """Puts one more version of example.com/stream on the proxy."""
        versions = os.path.join(self.root, "proxy", "example.com", "stream", "@v")
        with open(os.path.join(versions, "list"), "a", encoding="utf-8") as listing:
            listing.write(version + "\n")
        with open(os.path.join(versions, version + ".info"), "w", encoding="utf-8") as info:
            info.write('{"Version": "%s"}' % version)
        mod = "module example.com/stream\n\ngo 1.21\n"
        with open(os.path.join(versions, version + ".mod"), "w", encoding="utf-8") as file:
            file.write(mod)
        with zipfile.ZipFile(os.path.join(versions, version + ".zip"), "w") as archive:
            archive.writestr(f"example.com/stream@{version}/go.mod", mod)
            archive.writestr(f"example.com/stream@{version}/stream.go", source)


class Summaries(Case):
    def test_nothing_else_is_needed_afterwards(self):
        self.check("--all-versions")
        self.assertFalse(os.path.exists(os.path.join(self.root, "mod", "example.com")), "the user's module cache was written")
        self.assertEqual([n for n in os.listdir(self.summaries()) if n.startswith("fetch")], [], "a download was left behind")
        shutil.rmtree(os.path.join(self.root, "proxy"))
        self.check("--all-versions", "--offline", "--fresh")

    def test_versions_share_what_did_not_change(self):
        self.check("--all-versions")
        versions = os.listdir(self.summaries("modules", "example.com", "stream", "@v"))
        self.assertEqual(len(versions), 7, versions)
        self.assertLess(len(self.objects()), len(versions), "one go.mod and fewer packages than versions")

    def test_the_ends_of_minor_versions_are_enough(self):
        self.check()
        versions = os.listdir(self.summaries("modules", "example.com", "stream", "@v"))
        self.assertEqual(sorted(versions), ["v0.4.1", "v0.4.2", "v0.5.0", "v0.5.1", "v0.6.0", "v0.6.1", "v0.7.0"])
        shutil.rmtree(self.summaries())
        self.write(RULES.replace(">= v0.4.1", ">= v0.4.0").replace("r.Addr", "r.Topic"))
        self.check()
        self.assertNotIn("v0.4.1", os.listdir(self.summaries("modules", "example.com", "stream", "@v")))

    def test_damage_is_noticed_and_mended(self):
        self.check()
        for path in self.objects():
            with open(path, "r+b") as file:
                file.seek(os.path.getsize(path) // 2)
                byte = file.read(1)[0]
                file.seek(-1, os.SEEK_CUR)
                file.write(bytes([byte ^ 0xFF]))
        self.assertIn("run `instc check` without --offline", self.check("--offline", "--fresh", expect=1))
        self.check("--fresh")
        self.check("--offline", "--fresh")

    def test_damaged_index(self):
        self.check()
        index = self.summaries("modules", "example.com", "stream", "@v", "v0.5.0")
        with open(index, "a", encoding="utf-8") as file:
            file.write("package 00 1 ../../..\n")
        self.assertIn("run `instc check` without --offline", self.check("--offline", "--fresh", expect=1))
        self.check("--fresh")
        self.check("--offline", "--fresh")

    def test_without_network_the_command_is_named(self):
        self.assertIn("run `instc check` without --offline", self.check("--offline", "--fresh", expect=1))
        self.check()
        shutil.rmtree(self.summaries())
        self.assertIn("run `instc check` without --offline", self.check("--offline", "--fresh", expect=1))


class Compile(Case):
    def test_what_check_found_good_is_not_read_again(self):
        self.check()
        self.compile()
        keep = set()
        for version in ("v0.4.1", "v0.7.0"):
            with open(self.summaries("modules", "example.com", "stream", "@v", version), encoding="utf-8") as index:
                keep.update(re.findall(r"^\w+ ([0-9a-f]{64})", index.read(), re.M))
        for path in self.objects():
            if os.path.basename(os.path.dirname(path)) + os.path.basename(path) not in keep:
                os.remove(path)
        self.compile()
        self.write(RULES + "// other rules have no verdict\n")
        self.assertIn("error", self.compile(expect=1))

    def pack(self):
        with open(os.path.join(self.scratch, "pack"), "rb") as file:
            return file.read()

    def test_what_was_lowered_is_not_lowered_again(self):
        self.compile_online()
        first = self.pack()
        for path in self.objects():
            os.remove(path)
        self.compile()
        self.assertEqual(self.pack(), first)
        lowered = os.path.join(self.root, "cache", "lowered", "example")
        with open(lowered, encoding="utf-8") as file:
            text = file.read()
        with open(lowered, "w", encoding="utf-8") as file:
            file.write(text.replace("instcEnter", "instcOther"))
        self.compile_online()
        self.assertEqual(self.pack(), first)

    def test_what_check_refuses_is_refused(self):
        self.check()
        self.write(RULES + "peek on (r *Reader) Peek(ctx) { span consumer \"peek\" from ctx }\n")
        self.assertIn("missing in v0.5.0", self.check(expect=1))
        self.assertIn("missing in v0.5.0", self.compile(expect=1))

    def test_tests_of_versions_that_are_remembered_are_not_missed(self):
        self.write(RULES.replace("where lib < v0.7.0", "where lib >= v0.5.0 && lib < v0.7.0") + 'test "only in the middle" for ack { expect span consumer "ack" }\n')
        self.check()
        self.compile()
        self.compile()


class SideBySide(Case):
    """Copies of the process check ahead; what is said and remembered does not show it."""

    def setUp(self):
        super().setUp()
        for name in ("second", "third"):
            with open(os.path.join(self.scratch, name + ".hook"), "w", encoding="utf-8") as file:
                file.write(RULES.replace("plugin example", "plugin " + name))

    def remembered(self):
        folder = os.path.join(self.root, "cache", "checked")
        return sorted(os.listdir(folder)) if os.path.isdir(folder) else []

    def check_all(self, *options, expect=0):
        return self.instc("check", "--only", *options, self.scratch, expect=expect)

    def test_what_is_good_is_remembered(self):
        self.assertEqual(self.check_all(), "")
        self.assertEqual(self.remembered(), ["example", "second", "third"])
        for path in self.objects():
            os.remove(path)
        shutil.rmtree(os.path.join(self.root, "proxy"))
        shutil.rmtree(os.path.join(self.root, "mod"), ignore_errors=True)
        self.assertEqual(self.check_all("--offline"), "")

    def test_fresh_forgets(self):
        self.check_all()
        stale = os.path.join(self.root, "cache", "checked", "gone")
        with open(stale, "w", encoding="utf-8"):
            pass
        self.assertEqual(self.check_all("--fresh"), "")
        self.assertEqual(self.remembered(), ["example", "second", "third"])

    def test_a_problem_is_told_once_and_again(self):
        self.write(RULES + "peek on (r *Reader) Peek(ctx) { span consumer \"peek\" from ctx }\n")
        told = self.check_all(expect=1)
        self.assertEqual(told.count("error"), 1, told)
        self.assertEqual(self.remembered(), ["second", "third"])
        self.assertEqual(self.check_all(expect=1), told)

    def test_a_warning_is_not_remembered_away(self):
        self.write(RULES.replace("span consumer", "suppress nobody\n span consumer"))
        told = self.check_all()
        self.assertIn("W0753", told)
        self.assertEqual(self.check_all(), told)
        with open(os.path.join(self.scratch, "third.hook"), "w", encoding="utf-8") as file:
            file.write(RULES.replace("plugin example", "plugin nobody"))
        self.assertEqual(self.check_all(), "")
        os.remove(os.path.join(self.scratch, "third.hook"))
        self.assertEqual(self.check_all(), told)


class Locks(Case):
    def test_a_lock_replaces_the_list_of_versions(self):
        self.check("--lock")
        with open(self.lock, encoding="utf-8") as file:
            text = file.read()
        self.assertIn("version v0.7.0\n", text)
        self.assertNotIn("-rc.1", text)
        self.assertRegex(text, r"symbol example.com/stream.Reader.Read v0.7.0 \w+ func by pointer \(context.Context, int\)")
        self.assertRegex(text, r"symbol example.com/stream.Reader.Ack v0.7.0 -\n")
        self.without_versions()
        shutil.rmtree(os.path.join(self.root, "proxy"))
        self.assertEqual(self.check("--offline"), "")
        os.remove(self.lock)
        self.assertIn("the versions of example.com/stream are not known here", self.check("--offline", expect=1))

    def test_writing_it_again_changes_nothing(self):
        self.check("--lock")
        with open(self.lock, "rb") as file:
            first = file.read()
        shutil.rmtree(os.path.join(self.root, "cache"))
        self.check("--lock")
        with open(self.lock, "rb") as file:
            self.assertEqual(file.read(), first)

    def test_a_release_is_new_until_the_lock_knows_it(self):
        self.check("--lock")
        with open(self.lock, encoding="utf-8") as file:
            before = file.read()
        source = 'package stream\n\nimport "context"\n\ntype Reader struct{ Addr string }\n\nfunc (r *Reader) Read(%s) error { return nil }\n'
        self.release("v0.8.0", source % "ctx context.Context, size int64")
        self.release("v0.8.1", "package stream\n\ntype Reader struct{}\n\nfunc (r *Reader) Read() {}\n")
        self.assertEqual(self.check(), "")
        report = self.check("--new", expect=1)
        self.assertIn("example: 2 releases of example.com/stream after v0.7.0\n", report)
        self.assertIn("  v0.8.0\n    read: holds, drifted\n      example.com/stream.Reader.Read\n"
                      "        v0.7.0 has func by pointer (context.Context, int) (string, error)\n"
                      "        v0.8.0 has func by pointer (context.Context, int64) error\n    ack: not for this version\n", report)
        self.assertIn("  v0.8.1\n    read: does not hold\n      E0302: `*Reader` has no field or method `Addr`\n", report)
        self.assertIn("        v0.7.0 has field string\n        v0.8.1 has nothing of that name\n", report)
        self.write(RULES.replace("< v0.9.0", "< v0.8.1"))
        self.check("--lock")
        self.assertEqual(self.check(), "")
        with open(self.lock, encoding="utf-8") as file:
            added = set(file.read().splitlines()) - set(before.splitlines())
        self.assertEqual(len(added), 3, added)  # the range, the version, the one symbol that drifted
        self.assertIn("0 releases of example.com/stream after v0.8.0", self.check("--new"))

    def test_a_release_that_keeps_all_is_good(self):
        self.write(RULES.replace("read on (r *Reader) Read(...)", "later on Later(ctx)").replace("r.Addr", '"later"').replace("v0.4.1", "v0.6.1"))
        self.check("--lock")
        self.release("v0.8.0", 'package stream\n\nimport "context"\n\nfunc Later(renamed context.Context) {}\n')
        self.assertIn("  v0.8.0\n    later: holds\n", self.check("--new"))

    def test_a_pattern_that_matches_more_is_told(self):
        self.write(RULES.replace("Read(...)", '"R*"(...)'))
        self.check("--lock")
        source = 'package stream\n\nimport "context"\n\ntype Reader struct{ Addr string }\n\nfunc (r *Reader) Read(ctx context.Context, size int) (string, error) { return "", nil }\n'
        self.release("v0.8.0", source)
        self.assertIn("  v0.8.0\n    read: holds\n", self.check("--new"))
        self.release("v0.8.1", source + "\nfunc (r *Reader) Reset() {}\n")
        report = self.check("--new", expect=1)
        self.assertIn("  v0.8.1\n    read: holds, finds more\n      example.com/stream.Reader.Reset\n        v0.8.1 has func by pointer ()\n", report)

    def test_writing_it_asks_for_releases(self):
        self.check("--lock")
        self.release("v0.8.0", 'package stream\n\nimport "context"\n\ntype Reader struct{ Addr string }\n\nfunc (r *Reader) Read(ctx context.Context) {}\n')
        self.check("--lock", "--offline")
        with open(self.lock, encoding="utf-8") as file:
            self.assertNotIn("version v0.8.0\n", file.read())
        self.check("--lock")
        with open(self.lock, encoding="utf-8") as file:
            self.assertIn("version v0.8.0\n", file.read())

    def test_no_lock_for_rules_with_errors(self):
        self.write(RULES.replace("r.Addr", "r.Nowhere"))
        self.check("--lock", expect=1)
        self.assertFalse(os.path.exists(self.lock))


if __name__ == "__main__":
    INSTC = os.path.join(os.path.abspath(sys.argv[sys.argv.index("--bin") + 1]), "instc")
    unittest.main(argv=sys.argv[:1])
