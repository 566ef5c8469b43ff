#!/usr/bin/env python3
"""The libraries' own tests, plain and with their plugin: what passes plain must pass instrumented. Part of `make test-plugins`.

    suites.py INSTC [--work DIR] [NAME...]

The tests are those of the newest version that the plugin's lock file knows, in a copy of the module as the proxy has it. Some modules leave their tests'
files out, or need servers and networks that are not here: those packages are not named, and a name in `skip` is a test that depends on time or on the network,
or that does harm: TestSaveUpload of gin, as root, takes everybody's access to `/`. Four more kinds ask for what instrumentation changes on purpose: that a call allocates
nothing (TestAllocation... of fasthttp), that a request is these bytes and no header more (its TestSingleEchoConn), that a line of the log is this text and has no ids behind it
(LoggerToWriter of fiber v3), and that no goroutine runs that was not there before the first call (StatusDetails of grpc): the exporter's begin with it.

What is left of go-redis is what needs no server: tests that empty the database at the usual port of localhost are skipped, and those that wait long for it where there is
none. A few others write keys there when somebody answers.
The folders of mongo-driver's tests that need a server are named integration, and are not named here.
"""
import dataclasses
import pathlib
import subprocess
import sys

from compat import Compat, Failure, command_line, folder

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass
class Suite:
    lock: str
    packages: list  # as patterns from the top of the module
    skip: str = "^$"
    is_library, files = True, {}

    @property
    def name(self):
        return self.lock.split("/")[1]

    @property
    def tests(self):
        return ["-short", "-timeout=10m", "-skip", self.skip, *(self.module + pattern.removeprefix(".") for pattern in self.packages)]

    def locked(self):
        """Module and newest version."""
        words = [line.split() for line in (ROOT / self.lock).read_text().splitlines()]
        return next(w[1] for w in words if w[0] == "library"), [w[1] for w in words if w[0] == "version"][-1]

    @property
    def module(self):
        return self.locked()[0]

    @property
    def version(self):
        return self.locked()[1]


SUITES = [
    Suite("plugins/chi/chi.lock", ["./..."]),
    Suite("plugins/gorilla-mux/mux.lock", ["."]),
    Suite("plugins/gin/gin.lock", [".", "./binding", "./render"], skip="TestRun|TestUnixSocket|TestFileDescriptor|TestBadListener|TestConcurrentHandleContext|TestSaveUpload"),
    Suite("plugins/echo-v4/echo.lock", [".", "./middleware"], skip="TestEchoStart|TestEchoListen|TestEcho_"),
    Suite("plugins/echo-v5/echo.lock", ["./..."], skip="TestEcho_Start|TestStartConfig"),
    Suite("plugins/zap/zap.lock", [".", "./zapcore", "./zaptest/...", "./buffer"]),
    Suite("plugins/logrus/logrus.lock", ["."]),
    Suite("plugins/zerolog/zerolog.lock", ["./..."]),
    Suite("plugins/fasthttp/fasthttp.lock", [".", "./fasthttputil"], skip="TestServer.*Concurren|Timeout|TestDialer|TestTCP|TestClient.*Many|TestAllocation|TestSingleEchoConn"),
    Suite("plugins/fiber-v2/fiber.lock", [".", "./middleware/..."], skip="Listen|Prefork|Test_Proxy"),
    Suite("plugins/fiber-v3/fiber.lock", ["./..."], skip="Listen|Prefork|Test_Proxy|LoggerToWriter"),
    Suite("plugins/gorm/gorm.lock", ["."]),
    Suite("plugins/redis-v9/redis.lock", [".", "./auth", "./helper", "./internal/...", "./logging", "./maintnotifications", "./push"], skip="TestGinkgoSuite|Example|FullDuplex|AutoPipeline|TestFD|TestAP|TestCSC|TestTruth|TestPipeline|PipelinePool|Face|TestOrderedMode|TestTLS|TestDoBypasses|TestAdaptiveDelay|TestSearchCommands"),
    Suite("plugins/mongo-v1/mongo.lock", ["./bson/...", "./event", "./mongo", "./mongo/address", "./mongo/description", "./mongo/options", "./mongo/readpref", "./tag", "./x/bsonx/...", "./x/mongo/driver", "./x/mongo/driver/auth/...", "./x/mongo/driver/connstring", "./x/mongo/driver/operation", "./x/mongo/driver/session", "./x/mongo/driver/topology", "./x/mongo/driver/wiremessage"]),
    Suite("plugins/mongo-v2/mongo.lock", ["./bson/...", "./event", "./mongo/...", "./tag", "./x/bsonx/...", "./x/mongo/driver", "./x/mongo/driver/auth/...", "./x/mongo/driver/connstring", "./x/mongo/driver/session", "./x/mongo/driver/topology", "./x/mongo/driver/wiremessage", "./x/mongo/driver/xoptions"]),
    Suite("plugins/kafka-go/kafka.lock", ["./protocol/...", "./compress/...", "./sasl/plain"]),
    Suite("plugins/ants-v2/ants.lock", ["./..."]),
    Suite("plugins/grpc/grpc.lock", [".", "./metadata", "./status", "./encoding/...", "./internal/transport"], skip="Keepalive|KeepAlive|Stress|Test/StatusDetails"),
]


def main():
    arguments = command_line(__doc__)
    failed = []
    with folder(arguments.work, "instc-suites-") as work:
        compat = Compat(arguments.instc, work)
        for suite in SUITES:
            if arguments.names and suite.name not in arguments.names:
                continue
            try:
                passed, lost = compat.tests(suite)
            except (Failure, subprocess.TimeoutExpired) as failure:
                passed, lost = 0, [str(failure)]
            print(f"{suite.name} {suite.version}: {passed} tests pass plain, {len(lost)} of them not instrumented", flush=True)
            for test in lost:
                print(f"  {test}", flush=True)
            if lost:
                failed.append(suite.name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
