"""One program built by every supported Go, for other systems, and in the ways that compile the standard library anew:
python3 toolchains_test.py INSTC. About a minute of CPU for each, so this is `make test-builds` and no part of `make test`.

The program asks itself one question over HTTP; whatever can run here must print what the plain program prints and export
the two spans of that request. Toolchains come from the Go module proxy; arm64 runs where qemu-aarch64-static is there."""
import os, pathlib, re, shutil, subprocess, sys, tempfile, unittest

APP = pathlib.Path(__file__).resolve().parent / "webapp"
INSTC = os.path.abspath(sys.argv.pop(1)) if __name__ == "__main__" else ""


class Toolchains(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="instc-toolchains-")
        self.addCleanup(temporary.cleanup)
        self.work = pathlib.Path(temporary.name)
        shutil.copytree(APP, self.work / "app")

    def run_words(self, words, env=None):
        ran = subprocess.run([str(w) for w in words], cwd=self.work / "app", env={**os.environ, **(env or {})}, capture_output=True, text=True)
        self.assertEqual(ran.returncode, 0, f"{words}\n{ran.stdout}\n{ran.stderr}")
        return ran.stdout

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

    def test_sanitizers(self):
        self.check_runs(self.build("-asan", CGO_ENABLED="1"))

    def test_without_cgo(self):
        self.check_runs(self.build(CGO_ENABLED="0"))

    def test_experiment(self):
        self.check_runs(self.build(GOEXPERIMENT="greenteagc"))


if __name__ == "__main__":
    unittest.main()
