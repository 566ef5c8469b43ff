"""What plain go says and does, `instc go` says and does: python3 sameness_test.py INSTC [unittest arguments].

Each case runs both over the same files and compares exit code, standard output and standard error byte for byte, but for
what must differ: times, addresses, and the lines in which instc says what it did."""
import os, pathlib, re, shutil, unittest

from matrix import HERE, INSTC, MARKS, Matrix

GREET = "enter demolib.greet"
PACKAGE = 'package pkg\n\nimport "example.com/lib"\n\nfunc P() string { return lib.Greet("p") }\n'
MAIN_TEST = 'package main\n\nimport (\n\t"testing"\n\n\t"example.com/lib"\n)\n\nfunc TestGreet(t *testing.T) { lib.Greet("a") }\n'


def package_test(statement):
    return f'package pkg\n\nimport "testing"\n\nfunc TestX(t *testing.T) {{ {statement} }}\n'


class Sameness(Matrix):
    def write(self, **files):
        """Keys are paths with __ for / and no suffix .go."""
        for name, text in files.items():
            path = self.app / (name.replace("__", "/") + ".go")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    def vendor(self):
        self.go("mod", "vendor")

    @staticmethod
    def steady(text):
        text = "".join(line for line in text.splitlines(keepends=True) if not re.match(r"instc: |(enter|exit) demo", line))
        text = re.sub(r'"(Time|Elapsed)":[^,}]*', "", text)
        return re.sub(r"/tmp/go-build\d+|127\.0\.0\.1:\d+|(\t|\\t)(\(cached\)|[\d.]+s)(\n|\\n)|\([\d.]+s\)", "~", text)

    def same(self, *words, between=lambda: None, **options):
        """Both ways; the instrumented one is returned."""
        plain = self.go(*words, code=None, **options)
        between()
        ran = self.instc(*words, code=None, **options)
        order = sorted if "-json" in words or "./..." in words else list  # packages that are tested at once
        seen = lambda r: (r.returncode, order(self.steady(r.stdout).splitlines()), self.steady(r.stderr))
        self.assertEqual(seen(ran), seen(plain), words)
        return ran

    def refused(self, *words, **options):
        self.assertNotEqual(self.same(*words, **options).returncode, 0, words)

    # ---- Programs that are wrong ----

    def test_programs_that_cannot_be_loaded(self):
        self.write(syntax__a="package syntax\nfunc {\n", quote__a='package quote\nimport fmt"\n', mixed__a="package mixed\n", mixed__b="package other\n",
                   embed__a='package embed\nimport _ "embed"\n//go:embed none.txt\nvar s string\n', never__a="//go:build never\npackage never\n",
                   one__a='package one\nimport _ "example.com/app/two"\n', two__a='package two\nimport _ "example.com/app/one"\n',
                   lost__a='package lost\nimport _ "example.com/none"\n')
        (self.app / "empty").mkdir()
        for package in "./syntax", "./quote", "./mixed", "./embed", "./never", "./one", "./lost", "./empty", "./none", "none.go", "./a b", "./...":
            self.refused("build", package)
        self.refused("build", "-json", "./lost")
        self.same("build", "./none/...")

    def test_programs_that_do_not_compile(self):
        self.write(types__a='package main\nimport "example.com/lib"\nfunc main() { lib.Greet(1); lib.Nope(); var x int = lib.Greet("")\n y := 2\n}\n',
                   unused__a='package main\nimport "os"\nfunc main() {}\n', nomain__a="package main\nfunc f() {}\n", twice__a="package main\nfunc main() {}\n",
                   twice__b="package main\nfunc main() {}\n", link__a="package main\nfunc f()\nfunc main() { f() }\n", c__a='package main\n// #include <none.h>\nimport "C"\nfunc main() {}\n')
        (self.app / "link/x.s").write_text("")
        for package in "./types", "./unused", "./nomain", "./twice", "./link", "./c":
            self.refused("build", "-o", os.devnull, package)
        self.refused("build", "-json", "-o", os.devnull, "./types")

    def test_module_files(self):
        original = (self.app / "go.mod").read_text()
        for old, new in ("go 1.23", "go 1.99"), ("go 1.23", "go banana"), ("go 1.23", "frobnicate 1.23"), ("module example.com/app", ""), ("v1.2.3", "v9.9.9"):
            (self.app / "go.mod").write_text(original.replace(old, new))
            self.refused("build", ".")
        (self.app / "go.mod").write_text(original)
        sums = (self.app / "go.sum").read_text()
        for text in "", sums.replace("h1:", "h1:A"):
            (self.app / "go.sum").write_text(text)
            self.refused("build", ".")
        (self.app / "go.sum").write_text(sums)
        (self.work / "go.work").write_text("go 1.23\n\nuse ./none\n")
        self.refused("build", ".")
        (self.work / "go.work").unlink()
        self.vendor()
        (self.app / "vendor/example.com/lib/lib.go").unlink()
        self.refused("build", ".")
        (self.app / "vendor/modules.txt").write_text("")
        self.refused("build", ".")

    def test_module_files_of_other_shapes(self):
        original = (self.app / "go.mod").read_text()
        for text in original.replace("\n", "\r\n"), original.replace("go 1.23", "go 1.23\n\ntoolchain go1.23.1\n\ngodebug default=go1.21"), original.rstrip("\n"), \
                original.replace("example.com/app", "Example.com/App"), original.replace("go 1.23\n", ""):
            (self.app / "go.mod").write_bytes(text.encode())
            self.assert_instrumented(self.build_and_run("."))

    # ---- Command lines that are wrong, or odd ----

    def test_flags(self):
        self.write(pkg__p=PACKAGE)
        for words in (["-race=maybe"], ["-p", "0"], ["-mod=zork"], ["-overlay=none.json"], ["-modfile=none.mod"], ["-modfile=none"], ["-buildmode=zork"], ["-pgo=none"],
                      ["-tags=a b,c"], ["-gcflags=-zork"], ["-ldflags=-zork"], ["-ldflags=-X 'main.a"], ["-C", "/nonexistent"], ["-v", "-C", "."], ["-mod=vendor"], ["-h"]):
            self.refused("build", *words, ".")
        (self.app / "broken.json").write_text("{")
        self.refused("build", "-overlay=broken.json", ".")
        self.refused("run", "./pkg")
        self.refused("build", "-o", "out-one", "./pkg", "./none")
        self.refused("install", "example.com/tool/cmd/hello@v1.0.0", ".")
        self.refused("install", "example.com/lib@v1.2.3")
        self.assertIn("E1004", self.instc("build", "-compiler=gccgo", ".", code=2).stderr)

    def test_environment(self):
        for env in {"GOFLAGS": "-modcacherw '-ldflags=-X"}, {"GOFLAGS": "-zork"}, {"GOFLAGS": "zork"}, {"GOOS": "beos"}, {"GOEXPERIMENT": "zork"}, {"GOCACHE": "off"}, \
                {"GOCACHE": "relative"}, {"TMPDIR": "/nonexistent"}:
            self.refused("build", ".", env=env)

    def test_directory_before_the_command(self):
        for flag in ["-C", str(self.app)], [f"-C={self.app}"]:
            self.assertIn("enter demohttp.server", self.instc(*flag, "run", ".", cwd=self.root).stderr)
        self.same("-C", str(self.app), "env", "GOMOD", cwd=self.root)

    def test_downloads_are_told_once(self):
        modules = self.work / "out-mod"
        ran = self.same("build", "-o", os.devnull, ".", env={"GOMODCACHE": str(modules)}, between=lambda: shutil.rmtree(modules))
        self.assertIn("go: downloading example.com/lib v1.2.3\n", ran.stderr)
        self.assertNotIn("downloading", self.instc("build", "-o", os.devnull, ".", env={"GOMODCACHE": str(modules)}).stderr)

    def test_requirements_that_go_adds(self):
        self.go("mod", "edit", "-droprequire=example.com/lib")
        original = (self.app / "go.mod").read_text()
        plain = self.go("build", "-mod=mod", "-o", os.devnull, ".").stderr
        wanted = (self.app / "go.mod").read_text()
        (self.app / "go.mod").write_text(original)
        ran = self.run_words([*INSTC, "build", "-mod=mod", "-o", "out-x", "."])
        self.assertEqual(self.steady(ran.stderr), plain)
        self.assertEqual((self.app / "go.mod").read_text(), wanted)
        self.assert_instrumented(self.program(self.app / "out-x"))

    # ---- Machines ----

    def test_no_home(self):
        """The build cache of this machine, seen at another place, so that instc's own folder in it is a new one."""
        cache = self.work / "out-gocache"
        cache.mkdir()
        for entry in pathlib.Path(self.go("env", "GOCACHE").stdout.strip()).iterdir():
            if entry.name != "instc":
                (cache / entry.name).symlink_to(entry)
        for home in "", "/proc/none":
            env = {"GOCACHE": str(cache), "GOPATH": str(self.work), "HOME": home, "XDG_CACHE_HOME": "", "INSTC_CACHE": ""}
            self.assert_instrumented(self.build_and_run(".", env=env))
        self.assertTrue((cache / "instc/session").is_dir())

    # ---- go test ----

    def test_named_files(self):
        self.write(main_test=MAIN_TEST)
        self.assertIn(GREET, self.same("test", "-v", "main_test.go", "main.go").stdout)
        self.refused("run", "main_test.go")

    def test_arguments_of_tests(self):
        self.write(main_test=MAIN_TEST)
        for words in (["-zork=1", "."], [".", "-zork", "1", "-v"], [".", "-args", "-zork"]):
            self.refused("test", *words)
        for words in ([".", "-run", "Greet", "x", "-v"], [".", "-args", "x", "-v"], ["-list=.", "."]):
            self.assertEqual(self.same("test", *words).returncode, 0)

    def test_of_vendored_packages(self):
        self.write(main_test=MAIN_TEST, pkg__p=PACKAGE)
        self.vendor()
        for statement, flags, fails in (
            ('t.Log(P())', [], False), ('t.Log(P())', ["-vet=all"], False), ('t.Logf("%d", "x")', [], True), ('t.Logf("%d", "x")', ["-vet=bools"], False),
            ('t.Logf("%d", "x")', ["-vet=printf", "-json"], True), ('var x int = "x"', [], True), ("t.Log(P())", ["-vet=zork"], True),
        ):
            self.write(pkg__p_test=package_test(statement))
            ran = self.same("test", "-v", *flags, "./...")
            self.assertEqual(ran.returncode != 0, fails, (statement, flags))
            if not fails:
                self.assertEqual(ran.stdout.count(GREET), 2 if "P()" in statement else 1, ran.stdout)

    def test_tests_that_fail(self):
        self.write(main_test=MAIN_TEST, pkg__p=PACKAGE)
        for statement in 't.Fatal("no")', 'var x int = "x"', 't.Fatalf("%d", "x")', "t.FailNow()":
            self.write(pkg__p_test=package_test(statement))
            self.refused("test", "./...")


if __name__ == "__main__":
    unittest.main()
