"""Prints what a rule pack injects: of each package the hidden fields, externs and hooks with their Go text. What depends on the
release of Go (version, digest, sources, patches of the runtime) is left out. A golden names it like a command:

    // run: instc compile --only --offline %s -o %t/pack.json
    // run: print_pack.py %t/pack.json
"""
import json
import sys


def print_hook(hook):
    receiver = hook["receiver"]
    star = "*" if receiver and receiver["pointer"] else ""
    of = f"({star}{receiver['type']})." if receiver and receiver["type"] else ""
    print(f"\nhook {hook['rule']} in {'calls of ' if 'call' in hook else ''}{of}{hook['func']}")
    for key in ("by_address", "within", "before", "after", "bypass", "directive"):
        if key in hook:
            print(key, json.dumps(hook[key]))
    for path in hook["imports"]:
        print(f"import {path['alias']} {json.dumps(path['path'])}")
    print(hook["code"].rstrip("\n"))


def main(path):
    with open(path, encoding="utf-8") as file:
        pack = json.load(file)
    for plugin in pack["plugins"]:
        print("plugin", plugin["name"])
        for option in plugin["options"]:
            print("option", json.dumps(option, sort_keys=True))
        for package in plugin["variants"][-1]["packages"]:
            print("package", package["path"])
            for field in package["fields"]:
                print("field", json.dumps(field, sort_keys=True))
            for extern in package["externs"]:
                print(f"extern {extern['symbol']} {extern['type']} is {extern['package']}.{extern['func']}")
            for metric in package["metrics"]:
                print("metric", json.dumps(metric, sort_keys=True))
            for hook in package["hooks"]:
                print_hook(hook)


if __name__ == "__main__":
    main(sys.argv[1])
