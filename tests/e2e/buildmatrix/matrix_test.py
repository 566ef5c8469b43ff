"""What `instc go` does to every kind of Go build: python3 matrix_test.py INSTC [unittest arguments].

INSTC is the instc program (instc-toolexec beside it). Needs a Go toolchain and no network: the program's one dependency
comes from a module proxy in a directory. Every case checks that the user's files did not change."""
import json, os, pathlib, shutil, subprocess, sys, tempfile, threading, time, unittest, zipfile

import demo_pack

HERE = pathlib.Path(__file__).resolve().parent
PATCHES = HERE.parents[2] / "stdlib-rules" / "runtime"
INSTC = [os.path.abspath(sys.argv.pop(1)), "go"] if __name__ == "__main__" else []
MARKS = ["enter demohttp.server", "enter demolib.greet", "exit demolib.greet", "exit demohttp.server"]


def write_proxy(directory):
    versions = directory / "example.com/lib/@v"
    versions.mkdir(parents=True)
    (versions / "list").write_text("v1.2.3\n")
    (versions / "v1.2.3.info").write_text('{"Version": "v1.2.3", "Time": "2020-01-01T00:00:00Z"}')
    shutil.copy(HERE / "lib/go.mod", versions / "v1.2.3.mod")
    with zipfile.ZipFile(versions / "v1.2.3.zip", "w") as archive:
        for path in sorted((HERE / "lib").iterdir()):
            archive.write(path, "example.com/lib@v1.2.3/" + path.name)


class Matrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="instc-matrix-")
        cls.root = pathlib.Path(cls.temporary.name)
        write_proxy(cls.root / "proxy")
        cls.pack = cls.root / "rules.pack.json"
        demo_pack.write(cls.pack, PATCHES, demo_pack.demo_plugins())
        cls.environment = {
            **os.environ, "GOPROXY": f"file://{cls.root}/proxy", "GONOSUMDB": "*", "GOFLAGS": "-modcacherw -buildvcs=false",
            "GOMODCACHE": f"{cls.root}/mod", "GOTOOLCHAIN": "local", "INSTC_CACHE": f"{cls.root}/cache",
            "INSTC_RULES": str(cls.pack), "OTEL_SDK_DISABLED": "false",
        }

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def setUp(self):
        self.work = self.root / self.id().rpartition(".")[2]
        self.app = self.work / "app"
        shutil.copytree(HERE / "app", self.app)
        self.go("mod", "tidy")

    # ---- Running ----

    def run_words(self, words, cwd=None, env=None, code=0):
        ran = subprocess.run(list(map(str, words)), cwd=cwd or self.app, env={**self.environment, **(env or {})},
                             capture_output=True, text=True)
        if code is not None:
            self.assertEqual(ran.returncode, code, f"{words}\n{ran.stdout}\n{ran.stderr}")
        return ran

    def go(self, *words, **options):
        return self.run_words(["go", *words], **options)

    def instc(self, *words, **options):
        """Runs `instc go` and checks that no file of the user appears, vanishes or changes."""
        before = self.snapshot()
        ran = self.run_words([*INSTC, *words], **options)
        self.assertEqual(self.snapshot(), before, "instc changed the user's files")
        return ran

    def snapshot(self):
        return {str(path): path.read_bytes() for path in sorted(self.work.rglob("*"))
                if path.is_file() and not any(part.startswith("out-") for part in path.relative_to(self.work).parts)}

    def program(self, path):
        ran = self.run_words([path])
        return ran.stdout, [line for line in ran.stderr.splitlines() if line.startswith(("enter ", "exit "))]

    def build_and_run(self, *flags, out="out-instc", **options):
        self.instc("build", "-o", self.app / out, *flags, **options)
        return self.program(self.app / out)

    def assert_instrumented(self, result):
        self.assertEqual(result[1], MARKS)
        self.assertTrue(result[0].startswith("hello /hello\n"), result[0])

    # ---- Cases ----

    def test_build_twice_between_plain_builds(self):
        self.go("build", "-o", "out-plain1", ".")
        first = self.build_and_run(".")
        self.assert_instrumented(first)
        self.assertEqual(self.program(self.app / "out-plain1"), (first[0], []), "stack traces differ")
        again = self.instc("build", "-x", "-o", self.app / "out-again", ".")
        self.assertNotIn("/compile ", again.stderr)
        self.assertEqual((self.app / "out-instc").read_bytes(), (self.app / "out-again").read_bytes())
        self.go("build", "-o", "out-plain2", ".")
        self.assertEqual((self.app / "out-plain1").read_bytes(), (self.app / "out-plain2").read_bytes())
        versions = self.go("version", "-m", "out-instc").stdout
        self.assertIn("instc.invalid/", versions)
        self.assertNotIn("instc", self.go("version", "-m", "out-plain2").stdout)

    def test_rule_change_recompiles_its_target_only(self):
        self.instc("build", "-o", "out-a", ".")
        other = self.work / "out-other.pack.json"
        demo_pack.write(other, PATCHES, demo_pack.demo_plugins(marker=f"\nvar instcMarker{time.time_ns()} int\n"))  # never in the build cache yet
        changed = self.instc("build", "-x", "-o", "out-b", ".", env={"INSTC_RULES": str(other)})
        compiled = {line.split(" -p ")[1].split()[0] for line in changed.stderr.splitlines() if "/compile " in line and " -p " in line}
        self.assertIn("net/http", compiled)
        self.assertNotIn("runtime", compiled)
        self.assertNotIn("net", compiled)

    def test_trimpath_hides_this_machine(self):
        result = self.build_and_run("-trimpath", ".")
        self.assert_instrumented(result)
        self.assertIn("net/http/server.go", result[0])
        self.assertNotIn(str(self.root).encode(), (self.app / "out-instc").read_bytes())

    def test_race(self):
        self.assert_instrumented(self.build_and_run("-race", "."))

    def test_run(self):
        ran = self.instc("run", ".")
        self.assertIn("enter demohttp.server", ran.stderr)
        self.assertIn("instc: 4 rules in 2 packages (example.com/lib, net/http); 1 plugin not applied: demofuture", ran.stderr)
        self.assertIn("enter demolib.greet", self.instc("run", "main.go").stderr)

    def test_run_of_a_file_outside_any_module(self):
        alone = self.work / "alone"
        alone.mkdir()
        (alone / "f.go").write_text((self.app / "main.go").read_text().replace('"example.com/lib"', "").replace(
            "lib.Greet(r.URL.Path)", '"hello " + r.URL.Path'))
        self.assertIn("enter demohttp.server", self.instc("run", "f.go", cwd=alone).stderr)

    def test_package_with_a_dot_cover_cgo_and_pie(self):
        package = self.app / "lib.v3"
        package.mkdir()
        (package / "lib.go").write_text('package lib\n\nimport _ "errors"\n\nfunc Greet(name string) string { return "hello " + name }\n')
        (package / "c.go").write_text('package lib\n\n// int twice(int x) { return 2*x; }\nimport "C"\n\n'
                                      "func Twice(x int) int { return int(C.twice(C.int(x))) }\n")
        (self.app / "main.go").write_text('package main\n\nimport "example.com/app/lib.v3"\n\n'
                                          'func main() { println(lib.Greet("x"), lib.Twice(2)) }\n')
        hooks = [demo_pack.hook("dot.greet", "Greet", ["name"], ["text"]), demo_pack.hook("dot.twice", "Twice", ["x"], ["n"])]
        packages = [{"path": "example.com/app/lib.v3", "fields": [], "externs": [], "hooks": hooks}]
        pack = self.work / "out-dot.json"
        demo_pack.write(pack, PATCHES, [demo_pack.plugin("dot", "errors", True, "v1.0.0", "v9.0.0", packages, ["dot.greet", "dot.twice"])])
        marks = ["enter dot.greet", "exit dot.greet", "enter dot.twice", "exit dot.twice"]
        for flags in [], ["-cover"], ["-buildmode=pie"]:
            self.assertEqual(self.build_and_run(*flags, ".", env={"INSTC_RULES": str(pack)})[1], marks)
        self.instc("build", "-buildmode=c-shared", "-o", "out-dot.so", ".", env={"INSTC_RULES": str(pack)})

    def test_exit_code_is_the_programs(self):
        (self.app / "main.go").write_text('package main\n\nimport "os"\n\nfunc main() { os.Exit(7) }\n')
        self.go("build", "-o", "out-exit", ".")
        self.assertIn("exit status 7", self.instc("run", ".", code=1).stderr)

    def test_tests(self):
        (self.app / "main_test.go").write_text(
            'package main\n\nimport (\n\t"testing"\n\n\t"example.com/lib"\n)\n\nfunc TestGreet(t *testing.T) {\n'
            '\tif lib.Greet("a") != "hello a" {\n\t\tt.Fatal()\n\t}\n}\n')
        ran = self.instc("test", "-v", "./...")
        self.assertIn("PASS: TestGreet", ran.stdout)
        self.assertIn("enter demolib.greet", ran.stdout + ran.stderr)
        self.assertIn("(cached)", self.instc("test", "-run", "Greet", "./...").stdout + self.instc("test", "-run", "Greet", "./...").stdout)
        covered = self.instc("test", "-cover", "-coverpkg=./...,example.com/lib", "-coverprofile=out-cover", "-v", ".")
        self.assertIn("enter demolib.greet", covered.stdout + covered.stderr)
        profile = (self.app / "out-cover").read_text()
        self.go("test", "-cover", "-coverpkg=./...,example.com/lib", "-coverprofile=out-plaincover", ".")
        self.assertEqual(profile, (self.app / "out-plaincover").read_text(), "coverage counts injected code")

    def test_tests_of_a_dependency(self):
        ran = self.instc("test", "example.com/lib")
        self.assertIn("ok", ran.stdout)
        self.assertIn("the tests of example.com/lib run without instrumentation", ran.stderr)

    def test_vendor(self):
        self.go("mod", "vendor")
        self.assert_instrumented(self.build_and_run("."))
        (self.app / "main_test.go").write_text(
            'package main\n\nimport (\n\t"testing"\n\n\t"example.com/lib"\n)\n\nfunc TestGreet(t *testing.T) { lib.Greet("a") }\n')
        ran = self.instc("test", "-v", ".")
        self.assertIn("enter demolib.greet", ran.stdout + ran.stderr)

    def test_workspace(self):
        (self.work / "go.work").write_text("go 1.23\n\nuse ./app\n")
        self.assert_instrumented(self.build_and_run("."))
        self.assert_instrumented(self.build_and_run("./app", cwd=self.work))

    def test_several_mains_and_directories(self):
        other = self.app / "cmd" / "other"
        other.mkdir(parents=True)
        (other / "main.go").write_text('package main\n\nimport "example.com/lib"\n\nfunc main() { println(lib.Greet("b")) }\n')
        (self.app / "out-bin").mkdir()
        self.instc("build", "-o", "out-bin/", "./...")
        self.assertEqual(self.program(self.app / "out-bin/app")[1], MARKS)
        self.assertEqual(self.program(self.app / "out-bin/other")[1], ["enter demolib.greet", "exit demolib.greet"])
        for binary in (self.app / "out-bin").iterdir():
            binary.unlink()
        (self.app / "out-bin").rmdir()

    def test_directory_flag(self):
        self.instc("build", "-C", self.app, "-o", self.app / "out-c", ".", cwd=self.root)
        self.assertEqual(self.program(self.app / "out-c")[1], MARKS)

    def test_modfile_and_overlay_and_gcflags(self):
        shutil.copy(self.app / "go.mod", self.app / "alt.mod")
        shutil.copy(self.app / "go.sum", self.app / "alt.sum")
        self.assert_instrumented(self.build_and_run("-modfile=alt.mod", "."))
        (self.work / "replaced.go").write_text((self.app / "main.go").read_text().replace("lib.Greet(r.URL.Path)", '"overlaid"; lib.Greet("")'
                                               ).replace('fmt.Fprintln(w, "overlaid"; lib.Greet(""))', 'fmt.Fprintln(w, "overlaid", lib.Greet(""))'))
        (self.work / "o.json").write_text(json.dumps({"Replace": {"main.go": "../replaced.go"}}))
        out, marks = self.build_and_run("-overlay=../o.json", ".")
        self.assertTrue(out.startswith("overlaid hello"), out)
        self.assertEqual(marks, MARKS)
        traced = self.instc("build", "-x", "-gcflags=example.com/lib=-N -l", "-o", "out-g", ".")
        line = next(line for line in traced.stderr.splitlines() if "/compile " in line and " -p example.com/lib " in line)
        self.assertIn(" -N -l -instc=", line)
        self.assertEqual(self.program(self.app / "out-g")[1], MARKS)

    def test_user_toolexec_is_chained(self):
        log = self.work / "out-log"
        script = self.work / "count.sh"
        script.write_text(f'#!/bin/sh\necho "$2" >> {log}\nshift\nexec "$@"\n')
        script.chmod(0o755)
        self.assert_instrumented(self.build_and_run(f"-toolexec={script} word", "."))
        self.assertIn("link", log.read_text())

    def test_compile_error_stays_where_it_is(self):
        source = self.app / "main.go"
        source.write_text(source.read_text().replace("fmt.Fprintln(w, frames())", 'fmt.Fprintln(w, frames()); var x int = "s"'))
        plain = self.go("build", "-o", "out-x", ".", code=1)
        self.assertEqual(self.instc("build", "-o", "out-x", ".", code=1).stderr, plain.stderr)

    def test_broken_imports_are_reported_as_go_does(self):
        source = self.app / "main.go"
        source.write_text(source.read_text().replace('"example.com/lib"', '"example.com/lib/none"'))
        plain = self.go("build", "-o", "out-x", ".", code=1)
        self.assertEqual(self.instc("build", "-o", "out-x", ".", code=1).stderr, plain.stderr)

    def test_read_only_tree(self):
        for path in [self.app, *self.app.iterdir()]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            self.instc("build", "-o", self.work / "out-ro", ".")
        finally:
            for path in [self.app, *self.app.iterdir()]:
                path.chmod(0o755 if path.is_dir() else 0o644)
        self.assertEqual(self.program(self.work / "out-ro")[1], MARKS)

    def test_two_builds_at_once(self):
        codes = []
        env = {"INSTC_CACHE": f"{self.root}/cache-parallel"}
        def build(name):
            codes.append(self.run_words([*INSTC, "build", "-o", self.app / name, "."], env=env, code=None).returncode)
        threads = [threading.Thread(target=build, args=(f"out-{i}",)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(codes, [0, 0, 0, 0])
        self.assertEqual((self.app / "out-0").read_bytes(), (self.app / "out-3").read_bytes())

    def test_remembered_builds_notice_changes(self):
        self.instc("build", "-o", "out-a", ".")
        os.utime(self.app, (1, 1))
        self.instc("build", "-o", "out-a", ".")
        source = self.app / "main.go"
        source.write_text(source.read_text().replace('"hello"', '"hi"').replace("lib.Greet(r.URL.Path)", 'lib.Greet("edited")'))
        self.instc("build", "-o", "out-a", ".")
        self.assertTrue(self.program(self.app / "out-a")[0].startswith("hello edited"))
        source.write_text('package main\n\nfunc main() { println("bare") }\n')
        report = self.work / "out-report.json"
        self.instc("build", "-o", "out-a", ".", env={"INSTC_REPORT": f"json:{report}"})
        self.assertEqual(json.loads(report.read_text())["rules"], [])

    def test_report(self):
        report = self.work / "out-report.json"
        ran = self.instc("build", "-o", "out-a", ".", env={"INSTC_REPORT": f"json:{report}"})
        self.assertTrue(ran.stderr.splitlines()[-1].startswith("instc: 4 rules in 2 packages"), ran.stderr)
        document = json.loads(report.read_text())
        self.assertEqual({(r["rule"], r["package"]) for r in document["rules"]}, {
            ("demohttp.server", "net/http"), ("demolib.greet", "example.com/lib"), ("demolib.unnamed", "example.com/lib"),
            ("demolib.blank", "example.com/lib")})
        self.assertEqual(document["exit_code"], 0)
        self.assertEqual([s["plugin"] for s in document["skipped"]], ["demofuture"])

    # ---- What cannot be done is said, and nothing is built ----

    def refused(self, *words, code=2, env=None):
        return self.instc(*words, code=code, env=env).stderr

    def test_refusals(self):
        self.assertIn("E1004", self.refused("run", "example.com/tool@v1.0.0"))
        self.assertIn("E1005", self.refused("build", "-o"))
        self.assertIn("E1004", self.refused("build", ".", env={"GO111MODULE": "off"}))
        (self.app / "zz_instc.go").write_text("package main\n")
        self.assertIn("E1008", self.refused("build", "."))

    def test_missing_tools_and_packs(self):
        self.assertIn("E1001", self.refused("build", ".", env={"PATH": "/nonexistent"}))
        self.assertIn("E1003", self.refused("build", ".", env={"INSTC_RULES": str(self.work / "none")}))
        broken = self.work / "out-broken"
        broken.write_text(self.pack.read_text().replace("demohttp", "demohtxp", 1))
        self.assertIn("changed by hand or damaged", self.refused("build", ".", env={"INSTC_RULES": str(broken)}))
        old = self.work / "out-bin"
        old.mkdir()
        (old / "go").write_text('#!/bin/sh\necho \'{"GOVERSION": "go1.22.1", "GOROOT": "/", "GOMOD": "", "GOWORK": "", "GOFLAGS": "", '
                                '"GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "1", "GOMODCACHE": "/m", "GO111MODULE": "", "GOENV": ""}\'\n')
        (old / "go").chmod(0o755)
        self.assertIn("E1002", self.refused("build", ".", env={"PATH": str(old)}))

    def test_a_rule_that_does_not_fit_stops_the_build(self):
        plugins = demo_pack.demo_plugins()
        plugins[1]["variants"][0]["packages"][0]["hooks"][0]["func"] = "Gone"
        pack = self.work / "out-misfit.json"
        demo_pack.write(pack, PATCHES, plugins)
        stderr = self.refused("build", ".", code=1, env={"INSTC_RULES": str(pack)})
        self.assertIn("instc: demo.hook:1: rule `demolib.greet`: package example.com/lib has no `func Gone` in the files of this build", stderr)

    def test_other_verbs_pass_through(self):
        self.assertEqual(self.instc("env", "GOPROXY").stdout, self.go("env", "GOPROXY").stdout)


if __name__ == "__main__":
    unittest.main()
