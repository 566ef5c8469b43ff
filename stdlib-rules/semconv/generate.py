#!/usr/bin/env python3
"""Writes stdlib-rules/semconv/<version>.json: one version of the OpenTelemetry semantic conventions, as facts.

    generate.py v1.37.0            writes v1.37.0.json next to this script
    generate.py --check v1.37.0    fails when the file in the repository is not what would be written

The facts come from two official packages, because neither has all of them:
  * the Go module go.opentelemetry.io/otel, package semconv/<version>: value types, enum members, stability, and for
    metrics the instrument, the unit and the attributes;
  * the npm package @opentelemetry/semantic-conventions: the deprecated names and values, and what replaced them.
Which attributes stand on which span is published in neither as code. That small table, <version>.spans.json, is written
by hand from the specification's pages (https://opentelemetry.io/docs/specs/semconv/) and merged here.

Both packages are fetched with their own clients (go, npm) and need the network; instc itself only reads the result.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
GO_MODULE = "go.opentelemetry.io/otel@v1.38.0"  # the first release that carries semconv/v1.37.0
NPM_PACKAGE = "@opentelemetry/semantic-conventions"

# What the Go package calls Enum is a string or an int; the members tell which.
TYPES = {"string", "int", "double", "boolean", "string[]", "int[]", "double[]", "boolean[]", "any", "Enum"}
INSTRUMENTS = {"Counter": "counter", "UpDownCounter": "updowncounter", "Histogram": "histogram", "Gauge": "gauge"}
STABILITIES = {"development", "alpha", "beta", "release_candidate", "stable"}
# The pages say "Replaced by `new.name`." for a plain rename; anything longer is advice, not a rename.
RENAME = re.compile(r"^Replaced by `([^`]+)`[.,]?( instead\.)?$")


def run(*command, cwd=None):
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout


def go_package(version):
    info = json.loads(run("go", "mod", "download", "-json", GO_MODULE, cwd=tempfile.gettempdir()))
    folder = pathlib.Path(info["Dir"]) / "semconv" / version
    if not folder.is_dir():
        sys.exit(f"{GO_MODULE} has no semconv/{version}; change GO_MODULE to a release that has it")
    return folder


def npm_package(version, folder):
    run("npm", "pack", "--silent", f"{NPM_PACKAGE}@{version.removeprefix('v')}", cwd=folder)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data") if hasattr(tarfile, "data_filter") else archive.extractall(folder)
    return folder / "package" / "build" / "esnext"


def one_line(text, limit=160):
    """The first sentence of a comment, as one line of plain text."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\[([^\]]+)\](\([^)]*\))?", r"\1", text).replace("**", "")
    sentence = re.match(r"(.*?[a-z)`0-9])\.( |$)", text)
    text = sentence.group(1) if sentence else text.rstrip(".")
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " ..."


# ---------------------------------------------------------------- the Go module


def comment_text(block):
    return "\n".join(line.strip().removeprefix("//").strip() for line in block.strip().splitlines())


def go_attributes(source):
    """name -> {type, stability, template, members}"""
    found, by_key = {}, {}
    key = re.compile(r"((?:^\t//.*\n)+)^\t(\w+)Key = attribute\.Key\(\"([^\"]+)\"\)", re.M)
    for block, ident, name in key.findall(source):
        text = comment_text(block)
        kind = re.search(r"^Type: (\S+)$", text, re.M).group(1)
        assert kind in TYPES, (name, kind)
        stability = re.search(r"^Stability: (\S+)$", text, re.M).group(1).lower()
        assert stability in STABILITIES, (name, stability)
        found[name] = {"type": kind, "stability": stability}
        by_key[ident] = name
    for ident, kind, value in re.findall(r"^\t\w+ = (\w+)Key\.(String|Int)\(\"?([^\")]+)\"?\)$", source, re.M):
        entry = found[by_key[ident]]
        assert entry["type"] in ("Enum", "string" if kind == "String" else "int"), ident
        entry["type"] = kind.lower()
        entry.setdefault("members", []).append(value)
    assert not [n for n, e in found.items() if e["type"] == "Enum"]

    template = re.compile(r"((?:^//.*\n)+)^func \w+\(key string, val (\.\.\.)?(\w+)\) attribute\.KeyValue \{\n"
                          r"\treturn attribute\.\w+\(\"([^\"]+)\.\"\+key, val\)", re.M)
    for _, many, element, name in template.findall(source):
        kind = {"string": "string", "int": "int", "float64": "double", "bool": "boolean"}[element]
        found[name] = {"type": kind + ("[]" if many else ""), "stability": "development", "template": True}
    return found


def split_structs(source):
    """One piece of text per metric type, from its `type X struct` to the next one."""
    starts = [m.start() for m in re.finditer(r"^type \w+ struct \{\n\tmetric\.", source, re.M)]
    return [source[a:b] for a, b in zip(starts, starts[1:] + [len(source)])]


# The Go packages do not tell opt-in attributes of metrics from recommended ones; these are from the text of the conventions. They stay off a metric
# unless a rule asks for them: clients choose their values, and each combination of values is a series.
OPT_IN = {
    "http.server.": {"server.address", "server.port", "user_agent.synthetic.type"},
    "http.client.": {"url.scheme", "url.template", "user_agent.synthetic.type"},
    "db.client.": {"db.query.text"},
}


def requirement(metric, attribute, optional):
    if any(metric.startswith(prefix) and attribute in names for prefix, names in OPT_IN.items()):
        return "opt_in"
    return "recommended" if attribute in optional else "required"


def go_metrics(folder):
    found = {}
    for path in sorted(folder.glob("*conv/metric.go")):
        for piece in split_structs(path.read_text()):
            number, instrument = re.match(r".*\n\tmetric\.(Int64|Float64)(?:Observable)?(\w+)\n", piece).groups()
            name = re.search(r"\) Name\(\) string \{\n\treturn \"([^\"]+)\"", piece).group(1)
            unit = re.search(r"\) Unit\(\) string \{\n\treturn \"([^\"]*)\"", piece)
            brief = re.search(r"\) Description\(\) string \{\n\treturn \"((?:[^\"\\]|\\.)*)\"", piece)
            optional = set(re.findall(r"\) Attr\w+\([^)]*\) attribute\.KeyValue \{\n\treturn attribute\.\w+\(\"([^\"]+)\"", piece))
            every = set(re.findall(r"attribute\.\w+\(\"([^\"]+)\", ", piece))
            found[name] = {
                "type": "int" if number == "Int64" else "double",
                "instrument": INSTRUMENTS[instrument],
                "unit": unit.group(1) if unit else "",
                "brief": one_line(json.loads(f'"{brief.group(1)}"')) if brief else "",
                "attributes": [{"name": a, "requirement": requirement(name, a, optional)} for a in sorted(every)],
            }
    return found


# ---------------------------------------------------------------- the npm package


def doc_blocks(source, prefix):
    """(doc, identifier, value) of every exported constant; a template's value loses its `.${key}`."""
    pattern = re.compile(r"(?:^/\*\*\n((?: \*.*\n)*?) \*/\n)?^export const (" + prefix + r"\w+) = (?:\(key\) => )?"
                         r"(?:'([^']*)'|\"([^\"]*)\"|`([^`]*)`|(\d+));", re.M)
    for doc, ident, a, b, c, d in pattern.findall(source):
        text = "\n".join(line.strip().removeprefix("*").strip() for line in doc.splitlines())
        yield text, ident, (a or b or c or d).removesuffix(".${key}"), bool(c)


def deprecation(text):
    note = re.search(r"@deprecated (.*?)(?:\n\s*\n|\n@|\Z)", text, re.S)
    if not note:
        return None
    line = re.sub(r"\s+", " ", note.group(1)).strip()
    rename = RENAME.match(line)
    return {"note": line.rstrip("."), **({"renamed_to": rename.group(1)} if rename else {})}


def summary(text):
    lead = re.split(r"\n\s*\n|\n@|^@", text, maxsplit=1)[0]
    return one_line(lead)


def npm_names(folder, files, prefix):
    """name -> {brief, stable, deprecated, template, members: {value: deprecated?}}"""
    found = {}
    for file, stable in files:
        source = (folder / file).read_text()
        by_ident = {}
        for text, ident, name, template in doc_blocks(source, prefix):
            found[name] = {"brief": summary(text), "stable": stable, "deprecated": deprecation(text), "template": template,
                           "members": {}}
            by_ident[ident.removeprefix("ATTR_")] = name
        for text, ident, value, _ in doc_blocks(source, r"[A-Z0-9_]+_VALUE_"):
            owner = by_ident.get(ident.split("_VALUE_")[0])
            if owner:
                found[owner]["members"][value] = bool(deprecation(text))
    return found


# ---------------------------------------------------------------- both together


def foreign_rename(entry, go):
    """Whether the new name is one that the registry leaves out. `http.request.header.x` stands for its template."""
    target = entry["deprecated"].get("renamed_to")
    return target and target not in go and not go.get(target.rsplit(".", 1)[0], {}).get("template")


def merge_attributes(go, npm):
    """Every current name of the Go package, and every deprecated name of the npm package.

    Current names that the Go package leaves out belong to other languages' runtimes (jvm.*, nodejs.*, aspnetcore.*).
    """
    merged = {}
    for name, entry in go.items():
        other = npm.get(name, {})
        out = {"type": entry["type"], "stability": "stable" if other.get("stable") else entry["stability"]}
        if other.get("brief"):
            out["brief"] = other["brief"]
        if entry.get("template"):
            out["template"] = True
        members = set(entry.get("members", [])) | set(other.get("members", {}))
        if members:
            order = sorted(members, key=lambda v: (len(v), v) if entry["type"] == "int" else (0, v))
            old = sorted(v for v, deprecated in other.get("members", {}).items() if deprecated)
            out["members"] = order
            if old:
                out["deprecated_members"] = old
        merged[name] = out
    for name, entry in npm.items():
        if not entry["deprecated"] or name in merged or foreign_rename(entry, go):
            continue
        target = go.get(entry["deprecated"].get("renamed_to", ""))
        merged[name] = {"type": target["type"] if target else "unknown", "stability": "development",
                        "deprecated": entry["deprecated"]}
        if entry["template"]:
            merged[name]["template"] = True
    return merged


def merge_metrics(go, npm):
    merged = {}
    for name, entry in go.items():
        merged[name] = dict(entry, stability="stable" if npm.get(name, {}).get("stable") else "development")
    for name, entry in npm.items():
        if not entry["deprecated"] or foreign_rename(entry, go):
            continue
        target = go.get(entry["deprecated"].get("renamed_to", ""), {})
        merged[name] = {"type": target.get("type", "double"), "instrument": target.get("instrument", "histogram"),
                        "unit": target.get("unit", ""), "attributes": [],
                        "stability": "development", "deprecated": entry["deprecated"]}
    return merged


def checked_spans(spans, attributes, metrics):
    """The hand-written table may not name anything that the registry does not have."""
    for group, body in spans.items():
        for requirement, names in body["attributes"].items():
            for name in names:
                plain = name.removesuffix("!")
                entry = attributes.get(plain)
                if not entry or "deprecated" in entry:
                    sys.exit(f"span group {group}: no current attribute {plain}")
        if body.get("metric") and body["metric"] not in metrics:
            sys.exit(f"span group {group}: no metric {body['metric']}")
    out = {}
    for group, body in spans.items():
        uses = [{"name": n.removesuffix("!"), "requirement": requirement, **({"sampling": True} if n.endswith("!") else {})}
                for requirement, names in body["attributes"].items() for n in names]
        out[group] = {"kinds": body["kinds"], "attributes": sorted(uses, key=lambda u: u["name"])}
        if body.get("metric"):
            out[group]["metric"] = body["metric"]
    return out


def render(document):
    """Sorted keys, one entry a line: small, and a diff between two versions reads well."""
    def line(value):
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    lines = ["{", f'"schema":{document["schema"]},', f'"version":{line(document["version"])},']
    sections = ["attributes", "metrics", "spans"]
    for section in sections:
        rows = [f"{line(name)}:{line(document[section][name])}" for name in sorted(document[section])]
        lines += [f'"{section}":{{', ",\n".join(rows), "}" + ("," if section != sections[-1] else "")]
    return "\n".join(lines + ["}"]) + "\n"


def build(version):
    go = go_package(version)
    with tempfile.TemporaryDirectory() as scratch:
        npm = npm_package(version, pathlib.Path(scratch))
        names = npm_names(npm, [("stable_attributes.js", True), ("experimental_attributes.js", False)], "ATTR_")
        metric_names = npm_names(npm, [("stable_metrics.js", True), ("experimental_metrics.js", False)], "METRIC_")
    attributes = merge_attributes(go_attributes((go / "attribute_group.go").read_text()), names)
    metrics = merge_metrics(go_metrics(go), metric_names)
    spans = json.loads((HERE / f"{version}.spans.json").read_text())["spans"]
    return render({"schema": 1, "version": version, "attributes": attributes, "metrics": metrics,
                   "spans": checked_spans(spans, attributes, metrics)})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("version", help="for example v1.37.0")
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    arguments = parser.parse_args()
    text, path = build(arguments.version), HERE / f"{arguments.version}.json"
    if arguments.check:
        if not path.exists() or path.read_text() != text:
            sys.exit(f"{path.name} differs from the published packages: run generate.py {arguments.version}")
        return
    path.write_text(text)
    print(f"wrote {path.name}: {len(text)} bytes")


if __name__ == "__main__":
    main()
