"""The patch of the Go runtime on one or more Go toolchains: python3 gls_test.py TOOLEXEC [GO...].

Builds gls/ with the backend alone, without `instc go`: the patch must hold by itself."""
import hashlib, json, os, pathlib, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
PATCHES = HERE.parents[2] / "stdlib-rules" / "runtime"


def plans(session):
    """One plan per patched package; their digests by package."""
    digests = {}
    for path in sorted(PATCHES.glob("*.patch.json")):
        patch = json.loads(path.read_text())
        files = [{"name": f["name"], "text": (PATCHES / f["from"]).read_text()} for f in patch["files"]]
        plan = {"backend": 1, "package": patch["package"], "main": False, "fields": [], "hooks": [],
                "wrappers": [], "calls": [], "edits": patch["edits"], "files": files}
        text = json.dumps(plan)
        digest = hashlib.sha256(text.encode()).hexdigest()[:24]
        (session / f"{digest}.plan.json").write_text(text)
        digests[patch["package"]] = digest
    (session / "overlay.json").write_text("{}")
    return digests


def run(*words, **options):
    return subprocess.run(words, capture_output=True, text=True, **options)


def check(go, toolexec):
    with tempfile.TemporaryDirectory() as directory:
        session, binary = pathlib.Path(directory), f"{directory}/gls"
        flags = [f"-gcflags={package}=-instc={digest}" for package, digest in plans(session).items()]
        built = run(go, "build", "-o", binary, f"-toolexec={toolexec}", *flags, ".", cwd=HERE / "gls",
                    env={**os.environ, "INSTC_PLAN": directory, "GOTOOLCHAIN": "local", "GOFLAGS": ""})
        assert built.returncode == 0, built.stderr
        checks = run(binary)
        assert checks.returncode == 0 and checks.stdout.startswith("ok ") and checks.stdout.endswith("at exit\n"), checks
        ended = run(binary, "exit")
        assert (ended.returncode, ended.stdout) == (4, "at exit\n"), ended
        ended = run(binary, "return")
        assert (ended.returncode, ended.stdout) == (0, "at exit\n"), ended
        ended = run(binary, "panic")
        assert ended.returncode == 2 and "ends the program" in ended.stderr, ended
        print(checks.stdout.splitlines()[0])


if __name__ == "__main__":
    for go in sys.argv[2:] or ["go"]:
        check(go, os.path.abspath(sys.argv[1]))
