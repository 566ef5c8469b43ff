"""One program built by every supported Go, for other systems, and in the ways that compile the standard library anew:
python3 toolchains_test.py INSTC. About a minute of CPU for each, so this is `make test-builds` and no part of `make test`.

The program asks itself one question over HTTP; whatever can run here must print what the plain program prints and export
the two spans of that request. Toolchains come from the Go module proxy; arm64 runs where qemu-aarch64-static is there."""
import os, pathlib, re, shutil, subprocess, sys, tempfile, unittest

APP = pathlib.Path(__file__).resolve().parent / "webapp"
INSTC = os.path.abspath(sys.argv.pop(1)) if __name__ == "__main__" else ""

DELVE = "v1.27.2"
DEBUGGED = """package main

import (
\t"fmt"
\t"net/http"
\t"net/http/httptest"
)

func handle(w http.ResponseWriter, r *http.Request) {
\tname := r.URL.Path
\tfmt.Fprint(w, name)
}

func main() {
\ts := httptest.NewServer(http.HandlerFunc(handle))
\tdefer s.Close()
\tr, err := http.Get(s.URL + "/x")
\tfmt.Println(r.StatusCode, err)
}
"""


class Toolchains(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="instc-toolchains-")
        self.addCleanup(temporary.cleanup)
        self.work = pathlib.Path(temporary.name)
        shutil.copytree(APP, self.work / "app")

    def ran(self, words, env=None):
        ran = subprocess.run([str(w) for w in words], cwd=self.work / "app", env={**os.environ, **(env or {})}, capture_output=True, text=True)
        self.assertEqual(ran.returncode, 0, f"{words}\n{ran.stdout}\n{ran.stderr}")
        return ran

    def run_words(self, words, env=None):
        return self.ran(words, env).stdout

    def build(self, *flags, **env):
        program = self.work / "program"
        self.run_words([INSTC, "go", "build", *flags, "-o", program, "."], env)
        return program

    def check_runs(self, *command):
        spans = self.work / "spans.jsonl"
        spans.unlink(missing_ok=True)
        said = self.run_words(command, {"OTEL_TRACES_EXPORTER": "file", "OTEL_METRICS_EXPORTER": "none", "INSTC_FILE": str(spans)})
        self.assertEqual(said, "200 <nil>\n")
        self.assertEqual(len(re.findall('"name":"GET', spans.read_text())), 2)

    def check_toolchain(self, version):
        program = self.build(GOTOOLCHAIN="go" + version)
        self.assertIn(f", v{version}, ", self.run_words([INSTC, "version", program]))
        self.check_runs(program)

    def test_go_1_23(self):
        self.check_toolchain("1.23.0")

    def test_go_1_24(self):
        self.check_toolchain("1.24.0")

    def test_go_1_25(self):
        self.check_toolchain("1.25.0")

    def test_go_1_27(self):
        self.check_toolchain("1.27.0")

    def test_other_systems(self):
        for system in "darwin/arm64", "windows/amd64", "linux/arm64":
            goos, goarch = system.split("/")
            program = self.build(GOOS=goos, GOARCH=goarch, CGO_ENABLED="0")
            self.assertIn("nethttp.server", self.run_words([INSTC, "version", program]))
        if shutil.which("qemu-aarch64-static"):
            self.check_runs("qemu-aarch64-static", program)

    def test_profile(self):
        (self.work / "app" / "main_test.go").write_text(
            'package main\n\nimport (\n\t"net/http"\n\t"testing"\n)\n\nfunc BenchmarkRequest(b *testing.B) {\n'
            '\tfor i := 0; i < b.N; i++ {\n\t\thttp.NewRequest("GET", "http://x/", nil)\n\t}\n}\n')
        self.run_words(["go", "test", "-run=^$", "-bench=.", "-benchtime=200ms", "-cpuprofile=default.pgo", "."])
        self.check_runs(self.build())
        self.check_runs(self.build("-pgo=off"))
        (self.work / "app/default.pgo").rename(self.work / "other.pgo")
        self.check_runs(self.build(f"-pgo={self.work}/other.pgo"))

    def test_sanitizers(self):
        self.check_runs(self.build("-asan", CGO_ENABLED="1"))
        self.check_runs(self.build("-msan", CGO_ENABLED="1", CC="clang-16"))

    def test_without_cgo(self):
        self.check_runs(self.build(CGO_ENABLED="0"))

    def test_experiment(self):
        self.check_runs(self.build(GOEXPERIMENT="greenteagc"))

    # ---- Caches of CI systems and container layers ----

    def compiled(self, caches):
        """The packages that a build compiles."""
        said = self.ran([INSTC, "go", "build", "-x", "-o", self.work / "program", "."], caches).stderr
        self.check_runs(self.work / "program")
        return {line.split(" -p ")[1].split()[0] for line in said.splitlines() if "/compile " in line and " -p " in line}

    def restore(self, source, target):
        """As an archive or a layer does: the same bytes, other times."""
        shutil.rmtree(target)
        shutil.copytree(source, target, copy_function=shutil.copyfile)

    def test_caches_that_travel(self):
        go_cache, state, saved = self.work / "go", self.work / "instc", self.work / "saved"
        caches = {"GOCACHE": str(go_cache), "INSTC_CACHE": str(state)}
        self.assertIn("runtime", self.compiled(caches))
        shutil.copytree(self.work, saved, ignore=lambda folder, names: [n for n in names if n == "saved"])
        for source, target in (saved / "go", go_cache), (saved / "instc", state):
            self.restore(source, target)
        self.assertEqual(self.compiled(caches), set(), "both caches at their places")
        shutil.rmtree(state)
        self.assertEqual(self.compiled(caches), set(), "the build cache alone")
        elsewhere = {"GOCACHE": str(saved / "go"), "INSTC_CACHE": str(saved / "instc")}
        self.assertLessEqual({p.split("/")[0] for p in self.compiled(elsewhere)}, {"instc.dev", "main"}, "another path: what has it in its debug information")

    # ---- Debugging ----

    def debug(self, program, *commands):
        """What delve says about places, frames and the values that are asked for; not addresses and the values of calls, which have times and ports in them."""
        script = self.work / "commands"
        script.write_text("\n".join([*commands, "exit -c"]) + "\n")
        said = self.run_words([self.work / "bin/dlv", "exec", "--allow-non-terminal-interactive=true", "--init", script, program])
        lines = [re.sub(r"\x1b\[\d*m|0x[0-9a-f]+|\(hits .*|\(PC: .*", "", line).strip() for line in said.splitlines()]
        return [line for line in lines if re.match(r'> |Breakpoint |\d+ +in |at |Frame |name = |"[^"]*"$|\d+$', line)]

    def test_debugger(self):
        self.run_words(["go", "install", f"github.com/go-delve/delve/cmd/dlv@{DELVE}"], {"GOBIN": str(self.work / "bin"), "GOFLAGS": "-mod=mod"})
        (self.work / "app/main.go").write_text(DEBUGGED)
        flags, programs = ["-gcflags=-N -l", "-gcflags=net/http=-N -l"], {}
        for name, command in ("plain", ["go"]), ("instrumented", [INSTC, "go"]):
            programs[name] = self.work / name
            self.run_words([*command, "build", *flags, "-o", programs[name], "."])
        for commands, seen in (
            (["break main.go:11", "continue", "print name", "print r.Method", "stack 5", "next", "locals", "up", "up", "print req.RequestURI"], "main.handle() ./main.go:11"),
            (["break net/http.serverHandler.ServeHTTP", "continue", "next", "next", "print req.RequestURI", "stack 3", "stepout", "next"], "net/http.serverHandler.ServeHTTP()"),
            (["break main.go:17", "continue", "step", "next", "stepout", "next", "print r.StatusCode", "next"], "net/http.Get()"),
            (["break net/http.(*Client).do", "continue", "print req.Method", "next", "next", "stack 4"], "net/http.(*Client).do()"),
        ):
            plain = self.debug(programs["plain"], *commands)
            self.assertIn(seen, "\n".join(plain))
            self.assertEqual(self.debug(programs["instrumented"], *commands), plain)


if __name__ == "__main__":
    unittest.main()
