#!/usr/bin/env python3
"""What instrumentation adds to a binary, by package.

usage: sizes.py PLAIN INSTRUMENTED

Code and read-only data as `go tool nm` has them, the largest differences first: bytes more, bytes in all, package. Tables of the linker
(program counters, debug information) come on top and grow with them; the first line has the difference of the files.
"""

import collections
import os
import subprocess
import sys

SHOWN = 30


def package_of(symbol):
    """net/http of net/http.(*Client).Do; what the compiler makes itself is under its own head: type, go."""
    if symbol.startswith(("type:", "go:")):
        return symbol.split(":")[0] + ":"
    name = symbol.split("[")[0]
    dot = name.find(".", name.rfind("/") + 1)
    return name[:dot] if dot > 0 else name


def sizes(binary):
    found = collections.Counter()
    listed = subprocess.run(["go", "tool", "nm", "-size", binary], stdout=subprocess.PIPE, text=True, check=True).stdout
    for line in listed.splitlines():
        fields = line.split(maxsplit=3)
        if len(fields) == 4 and fields[1].isdigit() and fields[2] not in "bBU":
            found[package_of(fields[3])] += int(fields[1])
    return found


def main():
    plain, instrumented = sys.argv[1:]
    before, after = sizes(plain), sizes(instrumented)
    print(f"{os.path.getsize(instrumented) - os.path.getsize(plain):9} {os.path.getsize(instrumented):9} the file")
    grown = sorted(((after[name] - before[name], name) for name in after | before), key=lambda entry: (-abs(entry[0]), entry[1]))
    for more, name in grown[:SHOWN]:
        print(f"{more:9} {after[name]:9} {name}")


if __name__ == "__main__":
    main()
