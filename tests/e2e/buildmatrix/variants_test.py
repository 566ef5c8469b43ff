"""What `instc go` does to projects, machines and terminals of other kinds than matrix_test.py has: python3 variants_test.py INSTC.

C programs with Go in them, modules in all their relations, the flags of go test, caches and networks, somebody who waits
at a terminal."""
import json, os, pathlib, pty, re, shutil, subprocess, time, unittest

import demo_pack
from matrix import HERE, INSTC, MARKS, PATCHES, Matrix, write_module

HTTP_MARKS = [mark for mark in MARKS if "demohttp" in mark]
CLOSING = "instc: 4 rules in 2 packages (example.com/lib, net/http); 1 plugin not applied: demofuture v"

TESTS = """package main

import (
\t"testing"

\t"example.com/lib"
)

func TestGreet(t *testing.T) {
\tif lib.Greet("a") != "hello a" {
\t\tt.Fatal()
\t}
}

func FuzzGreet(f *testing.F) {
\tf.Add("a")
\tf.Fuzz(func(t *testing.T, name string) { lib.Greet(name) })
}

func BenchmarkGreet(b *testing.B) {
\tfor i := 0; i < b.N; i++ {
\t\tlib.Greet("a")
\t}
}
"""


class WithC(Matrix):
    def write_library(self):
        """The program as a library for C."""
        source = self.app / "main.go"
        source.write_text(source.read_text().replace("func main() {", "//export Ask\nfunc Ask() {").replace(
            '\t"example.com/lib"\n)', '\t"example.com/lib"\n)\n\nimport "C"').replace("os.Exit(1)", "os.Exit(1) // says why") + "\nfunc main() {}\n")
        (self.work / "out-host.c").write_text('#include "out-lib/libapp.h"\n\nint main(void) {\n  Ask();\n  return 3;\n}\n')

    def run_host(self, *link):
        host = self.work / "out-host"
        self.run_words(["gcc", "-o", host, "out-host.c", *link], cwd=self.work)
        ran = self.run_words([host], code=3)
        self.assert_instrumented((ran.stdout, [line for line in ran.stderr.splitlines() if line.startswith(("enter ", "exit "))]))

    def test_archive(self):
        self.write_library()
        self.instc("build", "-buildmode=c-archive", "-o", self.work / "out-lib/libapp.a", ".")
        self.run_host("out-lib/libapp.a", "-lpthread")

    def test_shared_library(self):
        self.write_library()
        self.instc("build", "-buildmode=c-shared", "-o", self.work / "out-lib/libapp.so", ".")
        self.run_host("-Lout-lib", "-lapp", f"-Wl,-rpath,{self.work}/out-lib")

    def test_main_with_c(self):
        source = self.app / "main.go"
        source.write_text(source.read_text().replace('\t"example.com/lib"\n)', '\t"example.com/lib"\n)\n\n// char *name(void) { return "/hello"; }\nimport "C"').replace(
            'server.URL + "/hello"', "server.URL + C.GoString(C.name())"))
        self.assert_instrumented(self.build_and_run("."))


class Plugins(Matrix):
    """Plugins of package plugin: Go takes them only when the packages that they share with the program were compiled alike."""

    def setUp(self):
        super().setUp()
        for name in "first", "second":
            plugin = self.app / name
            plugin.mkdir()
            (plugin / "plugin.go").write_text('package main\n\nimport (\n\t"net/http"\n\n\t"example.com/lib"\n)\n\n'
                                              'func Handle(w http.ResponseWriter, r *http.Request) { w.Write([]byte(lib.Greet("%s"))) }\n\nfunc main() {}\n' % name)
        (self.app / "main.go").write_text("""package main

import (
\t"fmt"
\t"io"
\t"net/http"
\t"net/http/httptest"
\t"os"
\t"plugin"
)

func main() {
\tfor _, path := range os.Args[1:] {
\t\tp, err := plugin.Open(path)
\t\tif err != nil {
\t\t\tfmt.Println(err)
\t\t\tos.Exit(1)
\t\t}
\t\thandle, _ := p.Lookup("Handle")
\t\tserver := httptest.NewServer(http.HandlerFunc(handle.(func(http.ResponseWriter, *http.Request))))
\t\tresponse, err := http.Get(server.URL)
\t\tif err != nil {
\t\t\tfmt.Println(err)
\t\t\tos.Exit(1)
\t\t}
\t\tio.Copy(os.Stdout, response.Body)
\t}
}
""")

    def ask(self, *words, code=0):
        ran = self.run_words([self.app / "out-host", *words], code=code)
        return ran.stdout, [line for line in ran.stderr.splitlines() if line.startswith(("enter ", "exit "))]

    def test_program_and_its_plugins(self):
        said = self.instc("build", "-o", "out-host", ".").stderr
        self.assertIn("imports package plugin", said)
        for name in "first", "second":
            self.instc("build", "-buildmode=plugin", "-o", f"out-{name}.so", f"./{name}")
        self.assertEqual(self.ask("out-first.so", "out-second.so"), ("hello firsthello second", MARKS + MARKS))
        self.go("build", "-buildmode=plugin", "-o", "out-plain.so", "./first")
        self.assertIn("plugin was built with a different version of package", self.ask("out-plain.so", code=1)[0])


class Modules(Matrix):
    def test_workspace_of_several_modules(self):
        tool = self.work / "tool"
        tool.mkdir()
        (tool / "go.mod").write_text("module example.com/other\n\ngo 1.23\n\nrequire example.com/lib v1.2.3\n")
        shutil.copy(self.app / "go.sum", tool / "go.sum")
        (tool / "main.go").write_text('package main\n\nimport "example.com/lib"\n\nfunc main() { println(lib.Greet("b")) }\n')
        (self.work / "go.work").write_text("go 1.23\n\nuse (\n\t./app\n\t./tool\n)\n")
        (self.work / "out-bin").mkdir()
        self.instc("build", "-o", "out-bin/", "./app", "./tool", cwd=self.work)
        self.assertEqual(self.program(self.work / "out-bin/app")[1], MARKS)
        self.assertEqual(self.program(self.work / "out-bin/other")[1], ["enter demolib.greet", "exit demolib.greet"])
        self.go("work", "vendor", cwd=self.work)
        self.assert_instrumented(self.build_and_run("./app", cwd=self.work))

    def test_new_package_of_a_module_elsewhere(self):
        """A remembered build of a pattern notices it, although nothing in the folder of go.work changes."""
        for name, text in (("other/go.mod", "module example.com/other\n\ngo 1.23\n\nrequire example.com/lib v1.2.3\n"), ("other/x/x.go", "package main\n\nfunc main() {}\n"), ("work/go.work", "go 1.23\n\nuse ../other\nuse ../app\n")):
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        workspace = self.work / "work"
        (self.work / "out-bin").mkdir()
        for path in self.work.rglob("*"):
            os.utime(path, (1, 1))
        self.instc("build", "-o", "../out-bin/", "../other/...", cwd=workspace)
        (self.work / "other/hello").mkdir()
        shutil.copy(self.app / "main.go", self.work / "other/hello/main.go")
        self.instc("build", "-o", "../out-bin/", "../other/...", cwd=workspace)
        self.assert_instrumented(self.program(self.work / "out-bin/hello"))

    def test_replaced_by_another_module(self):
        files = {path.name: path.read_bytes().replace(b'return "hello "', b'return "hello " + "forked "') for path in (HERE / "lib").iterdir()}
        files["go.mod"] = b"module example.com/fork\n\ngo 1.23\n"
        write_module(self.root / "proxy", "example.com/fork", "v1.0.0", files)
        self.go("mod", "edit", "-replace=example.com/lib=example.com/fork@v1.0.0")
        self.go("mod", "tidy")
        out, marks = self.build_and_run(".")
        self.assertTrue(out.startswith("hello forked /hello"), out)
        self.assertEqual(marks, HTTP_MARKS, "the fork is not what the rules were made for, and this pack has no sources to check them again")

    def test_vendor_directories_and_old_modules(self):
        self.go("mod", "vendor")
        source = (self.app / "go.mod").read_text()
        self.assertIn("go 1.23\n", source)
        for version, flags in ("1.16", []), ("1.13", []), ("1.13", ["-mod=vendor"]):
            (self.app / "go.mod").write_text(source.replace("go 1.23\n", f"go {version}\n"))
            modules = self.app / "vendor/modules.txt"
            modules.write_text(re.sub("(; go 1[.0-9]*)?", "", modules.read_text()))
            self.go("build", "-o", "out-plain", *flags, ".")
            self.assert_instrumented(self.build_and_run(*flags, "."))
        (self.app / "go.mod").write_text(source)
        (self.work / "go.work").write_text("go 1.23\n\nuse ./app\n")
        shutil.move(self.app / "vendor", self.work / "vendor")
        self.assert_instrumented(self.build_and_run("."))

    def test_module_flags(self):
        self.assert_instrumented(self.build_and_run("-mod=mod", "."))
        self.go("mod", "vendor")
        for flag in "-mod=vendor", "-mod=readonly", "-mod=mod":
            self.assert_instrumented(self.build_and_run(flag, "."))

    def test_go_mod_that_lacks_a_requirement(self):
        self.go("mod", "edit", "-droprequire=example.com/lib")
        plain = self.go("build", "-o", "out-x", ".", code=1)
        self.assertEqual(self.instc("build", "-o", "out-x", ".", code=1).stderr, plain.stderr)

    def test_install(self):
        env = {"GOBIN": str(self.work / "out-gobin")}
        self.instc("install", ".", env=env)
        self.assertEqual(self.program(self.work / "out-gobin/app")[1], MARKS)
        shutil.rmtree(self.work / "out-gobin")
        self.instc("install", "./...", env=env)
        self.assertEqual(self.program(self.work / "out-gobin/app")[1], MARKS)


class Tests(Matrix):
    def setUp(self):
        super().setUp()
        (self.app / "main_test.go").write_text(TESTS)

    def test_flags(self):
        for flags in ["-vet=off", "-v"], ["-vet=all", "-v", "-count=1"], ["-race", "-v"], ["-run=^$", "-bench=.", "-benchtime=3x"]:
            ran = self.instc("test", *flags, ".")
            self.assertIn("enter demolib.greet", ran.stdout + ran.stderr, flags)
        ran = self.instc("test", "-run=^$", "-fuzz=FuzzGreet", "-fuzztime=20x", ".")
        self.assertIn("elapsed:", ran.stdout)

    def test_one_package_that_cannot_be_built(self):
        for name, imported in ("broken", "example.com/none"), ("lost", "example.com/lib/none"):
            (self.app / name).mkdir()
            (self.app / name / "x.go").write_text(f'package {name}\n\nimport _ "{imported}"\n')
            (self.app / name / "x_test.go").write_text(f'package {name}\n\nimport "testing"\n\nfunc TestX(t *testing.T) {{}}\n')
        steady = lambda text: re.sub(r"\t(\(cached\)|[\d.]+s)\n", "\n", text)
        plain = self.go("test", "./...", code=1)
        ran = self.instc("test", "./...", code=1)
        self.assertEqual(sorted(steady(ran.stdout).splitlines()), sorted(steady(plain.stdout).splitlines()))
        if plain.stdout:  # Go 1.23 tests nothing when a package is missing in a module that it knows
            self.assertIn("ok  \texample.com/app", ran.stdout)

    def test_json(self):
        ran = self.instc("test", "-json", "-run=Greet", ".")
        events = [json.loads(line) for line in ran.stdout.splitlines()]
        self.assertIn(("pass", "TestGreet"), {(e["Action"], e.get("Test")) for e in events})
        self.assertIn("enter demolib.greet", "".join(e.get("Output", "") for e in events))
        self.assertTrue(ran.stderr.startswith(CLOSING), ran.stderr)

    def test_compiled_tests(self):
        self.instc("test", "-c", "-o", "out-test", ".")
        ran = self.run_words([self.app / "out-test", "-test.run=Greet"])
        self.assertIn("enter demolib.greet", ran.stderr)

    def test_vet_finds_what_it_finds(self):
        (self.app / "bad.go").write_text('package main\n\nimport "fmt"\n\nfunc bad() { fmt.Printf("%d\\n", "x") }\n')
        plain = self.go("test", ".", code=1)
        self.assertIn("bad.go:5", plain.stdout + plain.stderr)
        found = lambda ran: [line for line in (ran.stdout + ran.stderr).splitlines() if "bad.go" in line]
        self.assertEqual(found(self.instc("test", ".", code=1)), found(plain))


class Machines(Matrix):
    def test_root_of_go_by_a_link(self):
        link = self.work / "out-goroot"
        link.symlink_to(self.go("env", "GOROOT").stdout.strip())
        self.assert_instrumented(self.build_and_run(".", env={"GOROOT": str(link), "PATH": f"{link}/bin:{os.environ['PATH']}"}))

    def test_empty_module_cache_and_no_network(self):
        env = {"GOMODCACHE": str(self.work / "out-mod")}
        offline = {**env, "GOPROXY": "off"}
        plain = self.go("build", "-o", "out-x", ".", env=offline, code=1)
        self.assertEqual(self.instc("build", "-o", "out-x", ".", env=offline, code=1).stderr, plain.stderr)
        self.assert_instrumented(self.build_and_run(".", env=env))
        (self.app / "main.go").write_text((self.app / "main.go").read_text() + "\nvar _ = lib.Call\n")
        self.assert_instrumented(self.build_and_run(".", env=offline))

    def test_nowhere_to_keep_state(self):
        self.assertIn("E1006", self.instc("build", "-o", "out-x", ".", env={"INSTC_CACHE": "/proc/none"}, code=2).stderr)
        env = {name: "" for name in ("INSTC_CACHE", "XDG_CACHE_HOME", "HOME", "GOCACHE")}
        self.assertIn("none of INSTC_CACHE, HOME and GOCACHE is set", self.instc("build", "-o", "out-x", ".", env=env, code=2).stderr)

    def test_flag_of_a_future_go(self):
        ran = self.instc("build", "-futurism=3", ".", code=2)
        self.assertEqual(ran.stderr, self.go("build", "-futurism=3", ".", code=2).stderr)
        ran = self.instc("build", "-futurism", "3", ".", code=1)
        self.assertIn("E1012", ran.stderr)
        self.assertIn("-futurism=3", ran.stderr)

    def test_damaged_session(self):
        """What is kept between builds is lost or spoilt: it is said what to do, and doing it helps."""
        pack = self.work / "out-pack.json"
        for spoil in pathlib.Path.unlink, lambda plan: plan.write_text("{"):
            demo_pack.write(pack, PATCHES, demo_pack.demo_plugins(marker=f"\nvar instcMarker{time.time_ns()} int\n"))
            env, report = {"INSTC_RULES": str(pack), "INSTC_CACHE": str(self.work / "out-cache")}, self.work / "out-report"
            self.other("doctor", ".", env=env)
            [plan] = [p for p in (self.work / "out-cache/session").glob("*/*.plan.json") if json.loads(p.read_text())["package"] == "net/http"]
            spoil(plan)
            said = self.instc("build", "-o", "out-x", ".", env=env, code=1).stderr
            self.assertIn(f"remove the folder {plan.parent} and build again", said)
            ran = self.instc("--best-effort", "build", "-o", "out-x", ".", env=env)
            self.assertIn("building without instrumentation", ran.stderr)
            shutil.rmtree(plan.parent)
            self.assert_instrumented(self.build_and_run(".", env={**env, "INSTC_REPORT": f"json:{report}"}))
            shutil.rmtree(self.work / "out-cache")


class Hostile(Matrix):
    """A rule pack writes nothing but its targets, and nothing of it runs while a program is built."""

    def refused(self, change, code, reason, *flags):
        pack, evil = self.work / "out-pack.json", self.work / "out-evil"
        demo_pack.write(pack, PATCHES, demo_pack.demo_plugins(), lambda body: change(body, evil))
        ran = self.instc("build", *flags, "-o", "out-x", ".", env={"INSTC_RULES": str(pack)}, code=code)
        self.assertIn(reason, ran.stderr)
        self.assertEqual([path.name for path in self.work.glob("out-evil*")], [])

    def test_words_for_the_linker(self):
        comment = '\n//go:cgo_ldflag "-Wl,-Map=%s"\nvar instcEvil int\n'

        def in_a_rule(body, evil):
            body["plugins"][0]["variants"][0]["packages"][0]["hooks"][0]["code"] += comment % evil

        def in_a_patch(body, evil):
            body["patches"][0]["files"][0]["text"] += comment % evil

        for change in in_a_rule, in_a_patch:
            self.refused(change, 1, "adds a comment `//go:cgo_...`", "-ldflags=-linkmode=external")

    def test_paths(self):
        def flags(body, evil):
            body["patches"][0]["package"] = f"example.com/app=-asmhdr={evil}"

        def name(body, evil):
            body["patches"][0]["files"][0]["name"] = f"../../../../../../../../../..{evil}.go"

        self.refused(flags, 2, "not a package of the standard library")
        self.refused(name, 1, "is not a plain name of a Go file")


class Terminal(Matrix):
    """The line for somebody who waits."""

    LINE = r"\r\x1b\[Kinstc: building, \d+ packages compiled or linked, now \S+, \d+ s\r\x1b\[K"

    def slow_toolexec(self):
        script = self.work / "slow.sh"
        script.write_text('#!/bin/sh\ncase "$*" in *"-o "*"-p example.com/lib "*) sleep 3 ;; esac\nexec "$@"\n')
        script.chmod(0o755)
        return f"-toolexec={script}"

    def new_rules(self):
        """With these, nothing is in the build cache yet."""
        pack = self.work / "out-pack.json"
        plugins = demo_pack.demo_plugins()
        plugins[1]["variants"][0]["packages"][0]["hooks"][0]["code"] += f"\nvar instcMarker{time.time_ns()} int\n"
        demo_pack.write(pack, PATCHES, plugins)
        return {"INSTC_RULES": str(pack)}

    def on_terminal(self, *words, env):
        """(exit code, every byte)"""
        ours, theirs = pty.openpty()
        environment = {**self.environment, "TERM": "xterm", "CI": "", **env}
        child = subprocess.Popen(list(map(str, words)), cwd=self.app, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        said = b""
        try:
            while chunk := os.read(ours, 65536):
                said += chunk
        except OSError:
            pass  # nobody has the other end any more
        os.close(ours)
        return child.wait(), said.decode().replace("\r\n", "\n")

    @staticmethod
    def left(said):
        """What stands on the terminal in the end."""
        return "\n".join(re.sub(r".*\r\x1b\[K", "", line) for line in said.split("\n"))

    def test_long_build(self):
        code, said = self.on_terminal(*INSTC, "build", self.slow_toolexec(), "-o", "out-x", ".", env=self.new_rules())
        self.assertEqual(code, 0, said)
        self.assertRegex(said, self.LINE)
        self.assertTrue(self.left(said).startswith(CLOSING), said)
        self.assertEqual(self.left(said).count("\n"), 1, said)
        self.assertEqual([p.name for p in (self.root / "cache/session").glob("*.progress*")], [])

    def test_nobody_who_waits(self):
        for env in {"CI": "true"}, {"TERM": "dumb"}:
            code, said = self.on_terminal(*INSTC, "build", self.slow_toolexec(), "-o", "out-x", ".", env={**self.new_rules(), **env})
            self.assertEqual(code, 0, said)
            self.assertNotIn("\x1b", said)
            self.assertTrue(said.startswith(CLOSING), said)

    def test_errors_stay(self):
        source = self.app / "main.go"
        source.write_text(source.read_text() + "\nvar x int = true\n")
        plain = self.go("build", "-o", "out-x", ".", code=1)
        code, said = self.on_terminal(*INSTC, "build", self.slow_toolexec(), "-o", "out-x", ".", env=self.new_rules())
        self.assertEqual((code, self.left(said)), (1, plain.stderr))
        self.assertRegex(said, self.LINE)

    def test_programs_have_the_terminal(self):
        (self.app / "main.go").write_text('package main\n\nimport (\n\t"fmt"\n\t"os"\n\n\t"example.com/lib"\n)\n\nfunc main() {\n\tfor _, f := range []*os.File{os.Stdin, os.Stdout, os.Stderr} {\n'
                                          '\t\tinfo, _ := f.Stat()\n\t\tfmt.Println(info.Mode()&os.ModeCharDevice != 0)\n\t}\n\tfmt.Println(lib.Greet("x"))\n}\n')
        code, said = self.on_terminal(*INSTC, "run", self.slow_toolexec(), ".", env=self.new_rules())
        self.assertEqual(code, 0, said)
        self.assertIn("true\ntrue\ntrue\n", self.left(said))
        self.assertIn("hello x\n", self.left(said))


if __name__ == "__main__":
    unittest.main()
