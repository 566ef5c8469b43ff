"""What the tests of instc go's builds share: a module proxy in a directory, a program, and running commands over a copy of it.

INSTC is the first argument of the test's command line, instc-toolexec beside it. Nothing here needs a network."""
import os, pathlib, shutil, subprocess, sys, tempfile, unittest, zipfile

import demo_pack

HERE = pathlib.Path(__file__).resolve().parent
PATCHES = HERE.parents[2] / "stdlib-rules" / "runtime"
INSTC = [os.path.abspath(sys.argv.pop(1)), "go"]
MARKS = ["enter demohttp.server", "enter demolib.greet", "exit demolib.greet", "exit demohttp.server"]


TOOL = {
    "go.mod": "module example.com/tool\n\ngo 1.23\n\nrequire example.com/lib v1.2.3\n",
    "cmd/hello/hello.go": """package main

import (
\t_ "embed"
\t"fmt"
\t"os"
\t"runtime"
\t"runtime/debug"

\t"example.com/lib"
)

//go:embed motto.txt
var motto string

func main() {
\t_, file, line, _ := runtime.Caller(0)
\tinfo, _ := debug.ReadBuildInfo()
\tdirectory, _ := os.Getwd()
\tfmt.Println(lib.Greet("tool"), motto, file, line, directory)
\tfmt.Println(info.Main.Path, info.Main.Version, info.Main.Sum, info.Main.Replace)
\tif len(os.Args) > 1 {
\t\tos.Exit(len(os.Args))
\t}
}
""",
    "cmd/hello/motto.txt": "embedded",
}


def write_module(directory, path, version, files):
    """One version of a module, as a proxy serves it; `files`: name -> bytes."""
    versions = directory / path / "@v"
    versions.mkdir(parents=True)
    (versions / "list").write_text(version + "\n")
    (versions / f"{version}.info").write_text('{"Version": "%s", "Time": "2020-01-01T00:00:00Z"}' % version)
    (versions / f"{version}.mod").write_bytes(files["go.mod"])
    with zipfile.ZipFile(versions / f"{version}.zip", "w") as archive:
        for name, content in sorted(files.items()):
            archive.writestr(f"{path}@{version}/{name}", content)


def write_proxy(directory):
    write_module(directory, "example.com/lib", "v1.2.3", {path.name: path.read_bytes() for path in (HERE / "lib").iterdir()})
    write_module(directory, "example.com/tool", "v1.0.0", {name: text.encode() for name, text in TOOL.items()})


class Matrix(unittest.TestCase):
    """Every case has its own copy of the program, and whatever instc does leaves that as it is."""

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

    def other(self, *words, **options):
        """A command of instc besides `instc go`."""
        return self.run_words([INSTC[0], *words], **options)

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
