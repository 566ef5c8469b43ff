"""The programs: what to build, how to see that it works, and which of its own tests to run.

A smoke run of a server is `serve`: arguments ({port}: a free port, {dir}: an empty directory), the path to ask for and a
text in the answer. One of a command is `run`: argument lists ({url}: a server that answers "hello") and a text in what
the last one prints. Tests are package patterns of the program's own module; those must pass instrumented that pass plain.
`files` are what a program needs and its module lacks, such as what its own build writes: name and text. Such a program is built from a copy of its module.
"""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Program:
    name: str
    module: str
    version: str
    package: str = ""  # below the module
    serve: tuple = ()  # (arguments, path, text)
    run: tuple = ()  # (argument lists, text)
    tests: tuple = ()
    environment: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    is_library = False


PROGRAMS = [
    Program("hey", "github.com/rakyll/hey", "v0.1.4", run=([["-n", "20", "-c", "2", "{url}"]], "[200]"), tests=("./requester",)),
    Program("node_exporter", "github.com/prometheus/node_exporter", "v1.9.1", serve=(["--web.listen-address=127.0.0.1:{port}", "--collector.disable-defaults", "--collector.loadavg"], "/metrics", "node_load1")),
    Program("pushgateway", "github.com/prometheus/pushgateway", "v1.11.1", serve=(["--web.listen-address=127.0.0.1:{port}"], "/-/ready", "OK"), tests=("./handler", "./storage")),
    Program("nats-server", "github.com/nats-io/nats-server/v2", "v2.11.4", serve=(["-a", "127.0.0.1", "-p", "-1", "-m", "{port}"], "/varz", "server_id"), tests=("./internal/...", "./logger")),
    Program("grpcurl", "github.com/fullstorydev/grpcurl", "v1.9.3", "cmd/grpcurl", run=([["-help"]], ""), tests=(".",)),
    Program("restic", "github.com/restic/restic", "v0.18.0", "cmd/restic", environment={"RESTIC_PASSWORD": "x"},
            run=([["init", "-r", "{dir}/repo"], ["-r", "{dir}/repo", "backup", "/etc/hostname"], ["-r", "{dir}/repo", "check"]], "no errors were found"),
            tests=("./internal/backend/rest", "./internal/backend/limiter", "./internal/repository/index")),
    Program("caddy", "github.com/caddyserver/caddy/v2", "v2.10.0", "cmd/caddy", serve=(["respond", "--listen", "127.0.0.1:{port}", "hello"], "/", "hello"),
            tests=("./modules/caddyhttp/headers", "./modules/caddyhttp/reverseproxy", "./modules/caddyhttp/encode", "./caddyconfig/caddyfile")),
    Program("etcd", "go.etcd.io/etcd/server/v3", "v3.6.1", serve=(["--data-dir", "{dir}/data", "--listen-client-urls", "http://127.0.0.1:{port}", "--advertise-client-urls", "http://127.0.0.1:{port}",
            "--listen-peer-urls", "http://127.0.0.1:0"], "/version", "etcdserver"), tests=("./etcdserver/api/etcdhttp", "./proxy/tcpproxy", "./lease")),
    Program("dlv", "github.com/go-delve/delve", "v1.25.0", "cmd/dlv", run=([["version"]], "Delve Debugger"), tests=("./pkg/config", "./service/api")),
    Program("yq", "github.com/mikefarah/yq/v4", "v4.54.1", run=([["-n", "-o=json", "-I=0", ".a.b = 1"]], '{"a":{"b":1}}'), tests=("./pkg/yqlib",)),
    Program("statsd_exporter", "github.com/prometheus/statsd_exporter", "v0.31.0",
            serve=(["--web.listen-address=127.0.0.1:{port}", "--statsd.listen-udp=127.0.0.1:0", "--statsd.listen-tcp=127.0.0.1:0"], "/metrics", "statsd_exporter_build_info"),
            tests=("./pkg/mapper/...", "./pkg/line", "./pkg/registry")),
    Program("hugo", "github.com/gohugoio/hugo", "v0.147.8", run=([["new", "site", "{dir}/site"], ["-s", "{dir}/site", "--logLevel", "info"]], "Total in"), tests=("./common/paths", "./helpers")),
    Program("pocketbase", "github.com/pocketbase/pocketbase", "v0.28.3", "examples/base", serve=(["serve", "--http=127.0.0.1:{port}", "--dir={dir}"], "/api/health", "healthy"),
            tests=("./tools/router", "./tools/filesystem/...")),
    Program("FerretDB", "github.com/FerretDB/FerretDB", "v1.24.2", "cmd/ferretdb",  # makes a database in SQLite; asked whether it is ready, it asks itself with MongoDB's driver
            serve=(["--handler=sqlite", "--sqlite-url=file:{dir}/", "--state-dir={dir}", "--listen-addr=", "--listen-unix={dir}/ferretdb.sock", "--debug-addr=127.0.0.1:{port}", "--telemetry=disable",
                    "--setup-database=compat", "--setup-username=compat", "--setup-password=x", "--test-enable-new-auth"], "/debug/readyz", ""),
            tests=("./internal/types", "./internal/handler/handlerparams", "./internal/handler/sjson", "./internal/backends/sqlite/..."), files={"build/version/version.txt": "v1.24.2\n", ".git": ""}),
]
