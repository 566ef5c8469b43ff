"""Writes a rule pack by hand, for tests of the build that need no rules compiler: python3 demo_pack.py PATCH_DIR OUT."""
import hashlib, json, pathlib, sys


def hook(rule, func, params, results, receiver=None, exit_writes=()):
    symbol = rule.replace(".", "_")
    code = f"""type instcState_{symbol} struct {{
	on bool
}}

func instcEnter_{symbol}(@{{params}}) (instcS instcState_{symbol}) {{
	instcRule := instcPort.rules[@{{rule}}]
	if !instcPort.on(instcRule) {{
		return
	}}
	defer instcPort.recovered[@{{rule}}]()
	println("enter {rule}")
	instcS.on = true
	return
}}

func instcExit_{symbol}(instcS instcState_{symbol}{', ' if receiver or params else ''}@{{params}}@{{results}}) {{
	println("exit {rule}")
}}
"""
    return {
        "rule": rule, "symbol": symbol, "order": 1, "origin": {"file": "demo.hook", "line": 1},
        "receiver": receiver, "func": func, "params": params, "results": results, "imports": [],
        "uses_context": False, "enter_writes": [], "has_exit": True, "exit_writes": list(exit_writes), "code": code,
    }


def plugin(name, path, is_std, first, last, packages, rules, low="v1.0.0"):
    return {
        "name": name, "title": name, "file": name + ".hook", "semconv": "v1.37.0",
        "library": {"path": path, "std": is_std, "range": [{"op": ">=", "version": low}]},
        "go": [{"op": ">=", "version": "v1.23.0"}],
        "options": [{"name": "list", "type": "[]string", "default": ["a", "b\n"], "doc": ""}],
        "rules": [{"id": rule, "line": 1} for rule in rules],
        "variants": [{"first": first, "last": last, "packages": packages}],
    }


def patches(directory):
    for path in sorted(pathlib.Path(directory).glob("*.patch.json")):
        patch = json.loads(path.read_text())
        patch["files"] = [{"name": f["name"], "text": (path.parent / f["from"]).read_text()} for f in patch["files"]]
        yield patch


def write(out, patch_directory, plugins, change=lambda body: None):
    """`change` may do to the document what it likes: the digest fits afterwards."""
    body = {"schema": 3, "instc": "0.1.0", "sources": [], "plugins": plugins, "patches": list(patches(patch_directory))}
    change(body)
    dump = lambda d: json.dumps(d, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    body["digest"] = "sha256:" + hashlib.sha256(dump(body).encode()).hexdigest()
    pathlib.Path(out).write_text(dump(body))


def demo_plugins(marker=""):
    server = hook("demohttp.server", "ServeHTTP", ["rw", "req"], [], {"type": "serverHandler", "pointer": False, "name": "sh"})
    server["code"] += marker
    http = {"path": "net/http", "fields": [{"type": "Request", "text": "instcDemo int"}],
            "externs": [], "hooks": [server]}
    value = lambda pointer: {"type": "counter", "pointer": pointer, "name": "_"}
    lib = {"path": "example.com/lib", "fields": [{"type": "counter", "text": "instcDemo int"}], "externs": [], "hooks": [
        hook("demolib.greet", "Greet", ["name"], ["text"]),
        hook("demolib.unnamed", "Unnamed", ["_", "_"], ["n", "err"], value(False)),
        hook("demolib.blank", "Blank", ["_", "_", "_"], ["err"], value(True)),
    ]}
    return [
        plugin("demohttp", "net/http", True, "v1.23.0", "v1.99.0", [http], ["demohttp.server"]),
        plugin("demolib", "example.com/lib", False, "v1.0.0", "v1.2.3", [lib], ["demolib.greet", "demolib.unnamed", "demolib.blank"]),
        plugin("demofuture", "os", True, "v9.0.0", "v9.9.0", [], [], low="v9.0.0"),
    ]


if __name__ == "__main__":
    write(sys.argv[2], sys.argv[1], demo_plugins())
