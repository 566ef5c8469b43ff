"""What `instc go` does to every kind of Go build: python3 matrix_test.py INSTC [unittest arguments].

Needs a Go toolchain and no network: the program's one dependency comes from a module proxy in a directory. Every case
checks that the user's files did not change."""
import json, os, pathlib, shutil, signal, subprocess, threading, time, unittest

import demo_pack
from matrix import HERE, INSTC, MARKS, PATCHES, Matrix


class Builds(Matrix):
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
        for _ in range(2):  # the second build is remembered, and says it, too
            ran = self.instc("test", "example.com/lib")
            self.assertIn("ok", ran.stdout)
            self.assertEqual(ran.stderr.count("the tests of example.com/lib run without instrumentation"), 1, ran.stderr)

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

    def test_tags_ldflags_and_the_environment(self):
        (self.app / "tagged.go").write_text('//go:build special\n\npackage main\n\nvar stamp = "unset"\n\nfunc init() { println("tagged", stamp) }\n')
        flags = ["-tags=special", "-ldflags=-X main.stamp=v1 -s", "-asmflags=-trimpath", "-mod=readonly"]
        for words, env in (flags, {}), ([], {"GOFLAGS": "-modcacherw -buildvcs=false -tags=special '-ldflags=-X main.stamp=v1'"}):
            self.instc("build", "-o", "out-a", *words, ".", env=env)
            ran = self.run_words([self.app / "out-a"])
            self.assertIn("tagged v1", ran.stderr)
            self.assertIn("enter demohttp.server", ran.stderr)

    def test_odd_places(self):
        odd = self.work / "a bü 漢 'q' $x"
        shutil.copytree(self.app, odd / "app")
        self.instc("build", "-o", odd / "out-a", ".", cwd=odd / "app", env={"INSTC_CACHE": str(odd / "out-cache"), "GOTMPDIR": str(odd)})
        self.assertEqual(self.program(odd / "out-a")[1], MARKS)
        link = self.work / "out-link"
        link.symlink_to(self.app)
        self.run_words([*INSTC, "build", "-o", "out-b", "."], cwd=link, env={"PWD": str(link)})
        self.assertEqual(self.program(link / "out-b")[1], MARKS)
        link.unlink()

    def test_nested_and_replaced_modules(self):
        nested = self.app / "nested"
        shutil.copytree(HERE / "lib", nested)
        (nested / "go.mod").write_text("module example.com/lib\n\ngo 1.23\n")
        self.go("mod", "edit", "-replace=example.com/lib=./nested")
        self.assertEqual(self.build_and_run(".")[1], [m for m in MARKS if "demohttp" in m], "a directory has no version that a plugin could claim")
        shutil.rmtree(nested)

    def test_killed_builds_leave_nothing_broken(self):
        env = {"INSTC_CACHE": f"{self.work}/out-cache"}
        for delay in 0.05, 0.2, 0.5, 1:
            other = self.work / f"out-{delay}.pack.json"
            demo_pack.write(other, PATCHES, demo_pack.demo_plugins(marker=f"\nvar instcMarker{time.time_ns()} int\n"))
            started = subprocess.Popen([*INSTC, "build", "-o", self.app / "out-a", "."], cwd=self.app, start_new_session=True,
                                       env={**self.environment, **env, "INSTC_RULES": str(other)}, stderr=subprocess.DEVNULL)
            time.sleep(delay)
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()
            self.assert_instrumented(self.build_and_run(".", env={**env, "INSTC_RULES": str(other)}))

    def test_user_toolexec_is_chained(self):
        log = self.work / "out-log"
        script = self.work / "count.sh"
        script.write_text(f'#!/bin/sh\necho "$2" >> {log}\nshift\nexec "$@"\n')
        script.chmod(0o755)
        self.assert_instrumented(self.build_and_run(f"-toolexec={script} word", "."))
        self.assertIn("link", log.read_text())

    # ---- Main packages of dependencies ----

    GREETED = ["enter demolib.greet", "exit demolib.greet"]

    def require_tool(self):
        (self.app / "tools.go").write_text('//go:build tools\n\npackage main\n\nimport _ "example.com/tool/cmd/hello"\n')
        self.go("get", "example.com/tool/cmd/hello@v1.0.0")

    def test_main_of_a_dependency(self):
        self.require_tool()
        self.go("build", "-o", "out-plain", "example.com/tool/cmd/hello")
        plain = self.program(self.app / "out-plain")[0]
        self.assertIn("embedded", plain)
        self.assertIn("example.com/tool v1.0.0 h1:", plain)
        for flags in [], ["-race"], ["-buildmode=pie"]:
            self.assertEqual(self.build_and_run(*flags, "example.com/tool/cmd/hello"), (plain, self.GREETED))
        self.go("build", "-trimpath", "-o", "out-plain", "example.com/tool/cmd/hello")
        self.assertEqual(self.build_and_run("-trimpath", "example.com/tool/cmd/hello"), (self.program(self.app / "out-plain")[0], self.GREETED))
        self.assertNotIn(str(self.root).encode(), (self.app / "out-instc").read_bytes())

    def test_main_of_a_dependency_in_other_projects(self):
        self.require_tool()
        (self.work / "go.work").write_text("go 1.23\n\nuse ./app\n")
        self.assertEqual(self.build_and_run("example.com/tool/cmd/hello")[1], self.GREETED)
        (self.work / "go.work").unlink()
        self.go("mod", "vendor")
        self.assertEqual(self.build_and_run("example.com/tool/cmd/hello")[1], self.GREETED)

    def test_run_and_install_a_version(self):
        elsewhere = self.work / "elsewhere"
        elsewhere.mkdir()
        for version in "v1.0.0", "latest":
            ran = self.instc("run", f"example.com/tool/cmd/hello@{version}", "a", "b", cwd=elsewhere, code=1)
            self.assertIn("exit status 3", ran.stderr)
            self.assertIn("enter demolib.greet", ran.stderr)
            self.assertIn(f"{elsewhere}\nexample.com/tool v1.0.0 h1:", ran.stdout)
        bin_directory = self.work / "out-gobin"
        self.instc("install", "example.com/tool/cmd/hello@v1.0.0", cwd=elsewhere, env={"GOBIN": str(bin_directory)})
        self.assertEqual(self.program(bin_directory / "hello")[1], self.GREETED)
        self.assertEqual(list(elsewhere.iterdir()), [])
        ran = self.instc("install", "example.com/tool/cmd/none@v1.0.0", cwd=elsewhere, code=1)
        self.assertIn("does not contain package example.com/tool/cmd/none", ran.stderr)

    # ---- What a build says about itself ----

    def test_version_of_a_program(self):
        for flags in [], ["-ldflags=-s -w"], ["-trimpath"]:
            self.instc("build", *flags, "-o", "out-a", ".")
            said = self.other("version", "out-a").stdout
            self.assertRegex(said, r"out-a: instc 0\.1\.0, v1\.\d+\.\d+, rules sha256:[0-9a-f]{64}\n")
            self.assertIn("  demolib  example.com/lib v1.2.3: demolib.blank demolib.greet demolib.unnamed\n", said)
        self.go("build", "-o", "out-plain", ".")
        for program in "out-plain", INSTC[0]:
            self.assertIn("was not built with `instc go`", self.other("version", program, code=1).stderr)

    def test_doctor(self):
        said = self.other("doctor", ".").stdout
        for words in str(self.pack), "go.mod", "  example.com/lib v1.2.3\n    demolib.blank\n", "  not applied: demofuture":
            self.assertIn(words, said)
        ran = self.other("doctor", ".", env={"INSTC_RULES": str(self.work / "none")}, code=1)
        self.assertIn("E1003", ran.stderr)
        self.assertIn("this build cannot be instrumented", ran.stdout)

    def test_diff(self):
        whole = self.other("diff", ".").stdout
        self.assertIn("(instrumented)", whole)
        self.assertIn("/src/net/http/server.go", whole)
        self.assertNotIn("\x1b", whole)
        said = self.other("diff", "--only=example.com/lib", ".").stdout
        self.assertNotIn("net/http", said)
        patch = self.work / "out-patch"
        patch.write_text(said.split("--- ", 2)[0] + "--- " + said.split("--- ", 2)[1])
        path = self.root / "mod/example.com/lib@v1.2.3/lib.go"
        patched = self.work / "out-patched.go"
        shutil.copy(path, patched)
        patched.chmod(0o644)
        self.run_words(["patch", "-s", patched, patch])
        self.run_words(["gofmt", "-e", patched])
        self.assertIn("instcEnter_", patched.read_text())
        self.assertIn("\x1b[32m+", self.other("diff", ".", env={"CLICOLOR_FORCE": "1"}).stdout)
        self.assertIn("changes nothing in package fmt", self.other("diff", "--only=fmt", ".", code=1).stderr)

    def test_drop_in(self):
        (self.app / "out-Makefile").write_text("all:\n\tgo build -o out-made .\n\tgo version -m out-made\n\tgo run . | tail -1\n")
        ran = self.run_words(["sh", "-c", f'eval "$({INSTC[0]} env)"; eval "$({INSTC[0]} env)"; make -f out-Makefile && go env GOVERSION'])
        self.assertEqual(self.program(self.app / "out-made")[1], MARKS)
        self.assertIn("enter demohttp.server", ran.stderr)
        self.assertIn("instc.dev/rt", ran.stdout)
        self.assertEqual(ran.stdout.splitlines()[-1], self.go("env", "GOVERSION").stdout.strip())

    def test_toolexec_alone_says_what_to_do(self):
        toolexec = pathlib.Path(INSTC[0]).parent / "instc-toolexec"
        ran = self.go("build", "-o", "out-a", ".", env={"GOFLAGS": f"-modcacherw -buildvcs=false -toolexec={toolexec}"})
        self.assertIn("NOT instrumented", ran.stderr)
        self.assertEqual(self.program(self.app / "out-a")[1], [])

    def test_best_effort(self):
        plugins = demo_pack.demo_plugins()
        plugins[1]["variants"][0]["packages"][0]["hooks"][0]["func"] = "Gone"
        misfit = self.work / "out-misfit.json"
        demo_pack.write(misfit, PATCHES, plugins)
        for pack in misfit, self.work / "none":
            env = {"INSTC_RULES": str(pack)}
            self.run_words([INSTC[0], "go", "--best-effort", "build", "-o", "out-a", "."], env=env)
            self.assertEqual(self.program(self.app / "out-a")[1], [])
            ran = self.run_words([INSTC[0], "go", "--best-effort", "run", "."], env=env)
            self.assertIn("building without instrumentation", ran.stderr)
            self.assertIn("hello", ran.stdout)
        self.run_words([INSTC[0], "go", "--best-effort", "build", "-o", "out-a", "."])
        self.assertEqual(self.program(self.app / "out-a")[1], MARKS)
        source = self.app / "main.go"
        source.write_text(source.read_text() + "\nvar x int = true\n")
        ran = self.run_words([INSTC[0], "go", "--best-effort", "build", "-o", "out-a", "."], code=1)
        self.assertNotIn("without instrumentation", ran.stderr)
        self.assertEqual(ran.stderr.count("cannot use true"), 1, ran.stderr)

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

    def test_eight_builds_at_once(self):
        codes = []
        env = {"INSTC_CACHE": f"{self.root}/cache-parallel"}
        def build(name):
            codes.append(self.run_words([*INSTC, "build", "-o", self.app / name, "."], env=env, code=None).returncode)
        threads = [threading.Thread(target=build, args=(f"out-{i}",)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(codes, [0] * 8)
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
        self.assertIn("E1005", self.refused("build", "example.com/tool/cmd/hello@v1.0.0"))
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
