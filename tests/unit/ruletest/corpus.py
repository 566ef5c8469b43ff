#!/usr/bin/env python3
"""Prints inputs for the functions of compiler/rt/text: one a line, `function TAB hex(argument) ...`.

Written by hand where a case has a reason; the rest are pieces of SQL, URLs and addresses, put together at random from a fixed
seed, so that every branch of the lexers is met often.
"""
import random

TEXTS = ["", "a", "-7", "+7", "007", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1_0", " 1", "x" * 5000, "\u00e9" * 4000]
METHODS = ["", "GET", "get", "QUERY", "BREW", "PATCH", "G\u00c9T"]
PROTOS = ["", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/3.0", "HTTP/2", "HTTP/1.1111", "SPDY/3", "HTTP/", "xHTTP/1.1"]
PATTERNS = ["", "/", "GET /a/{id}", "GET\t host/a/{$}", "host/x{$}", "{$}", "POST  /{rest...}", "no route", " \t/x", "/" + "\u00e9" * 3000]
ADDRESSES = ["", "h:80", "h", "[::1]:80", "::1", "[::1", "[::1]", "[::1]x", "https://u:p@h:443/x?y#z", "dns:///h:53", "unix:///tmp/s", "unix:/tmp/s", "@abstract", "/tmp/s",
             "a:1,b:2", "h:65535", "h:65536", "h:00080", "h:+80", "h:", ":80", " h:80\u00a0", "\u2003h:80", "u@h@i:9", "h:80?x", "x" * 300, "\u00e9" * 200, "a:b:c", "h:8_0"]
REDIS = [[], ["GET", "k"], ["config", "set", "x", "y"], ["auth", "secret"], ["XGROUP", "create", "a"], ["9x"], ["foo.bar", "1"], ["a" * 33], ["ACL", "\u00e9"], ["set"] + ["v"] * 12,
         ["\u017fET", "x"], ["ob ject", "x"], ["JSON.GET", "x"], ["", "x"], ["client", ""], ["cluster"]]
URLS = ["", "https://h/x?token=1&a=b", "https://u:p@h/x", "https://u:p@h@i/x", "//h/x", "/x?sig=1;b=2#frag=1&key=2", "?code=1", "#token=1", "https://h\\u@i/x", "a?b//c@d",
        "http://h?%74oken=1", "http://h?to%6Ben=1", "http://h?tok%zz=1", "http://h?TO\u212aEN=1", "http://h?to+ken=1", "http://h?=1", "http://h?token", "http://h/#token=1&x",
        "mailto:u@h", "https://h/" + "x" * 5000 + "?token=1", "https://h?AWSAccessKeyId=1&Signature=2", "https://h?s\u0130d=1", "http://h?%e2%84%aaey=1"]
SQL = ["", "select 1", "SELECT 'a''b', \"c\" FROM t WHERE x = \"y\"", "insert into t values (1,'a'),(2,'b'), (3, 'c')", "SELECT * FROM [a b] WHERE x IN (1, 2, -3)", "x in (select 1)",
       "/* a /* b */ c */ select -- x\n 1 # y\n", "select $1, $tag$ it's $tag$, $$ x $$, :name, @v, @@w, a::int", "E'\\'x' || N'y' || _utf8'z' || q'[it's]' || nq'{x}' || U&'a' || u&\"b\"",
       "select 'a\\' or 'b'", "select 'a\\' or b", "'a\\'b\\'", "select '\\\\' , x", "1e-9 0xff 1.5 .5 a.5 1_000 1e+", "select a#>b, a#-b from #tmp join ##t", "DELETE FROM ONLY public.\"us er\" where 1",
       "with x as (select 1), y as (delete from z) insert into q.w select", "WITH", "((SELECT 1", ";;update low_priority ignore t set a='b'", "CREATE TABLE IF NOT EXISTS `a`.b (x int)",
       "create unique index i on t", "DROP VIEW v", "EXEC dbo.p 1", "copy t from stdin", "\u017felect 1 from x", "tab\u0131e", "merge \u0131nto x", "explain select 1", "VALUES (1), (2)", "x" * 20000,
       "f('a', \"b\")", "insert into t(a, \"b\") values('x', \"y\")", "MATCH (a) AGAINST ('x')", "identified by \"pw\"", "like \"x\" . \"y\"", "ANY ('{1,2}')", "[a", "[1]", "a[1]", "$", "$x", "'", "\"",
       "`a\\`b`", "q'", "nq'!a!'", "(" * 80 + "\"x\"", "select a.\"b\".c.d.e.f from x", "SELECT * FROM \"\"", "select ;", "replace into ignore x", "?", "? ?? ???", "a - -1", "(1, - 2 + 3, x)", "IN(1),(2)", "values(1),x,(2)"]
PIECES = ["select", "from", "insert into", "values", "in", "(", ")", ",", "'", "''", "\"", "`", "\\", "\\'", "a", "t.b", "1", "1e", "-", "--", "/*", "*/", "#", "\n", " ", " ", "$1", "$$", "$t$", ":", "::", "@",
          "q'[", "]'", "e'", "n'", "[", "]", ".", "=", "like", "and", ";", "?", "\u00e9", "with", "as", "update", "create table", "if", "U&", "_x'", "##"]
URL_PIECES = ["http", "://", "//", "u", ":", "@", "h", "/", "?", "#", "&", ";", "=", "token", "sig", "a", "%74", "%", "+", "\\", "key", "Code", "\u00e9", "[::1]", ",", "80", " "]


def line(function, *arguments):
    print(function, *(a.encode("utf-8", "surrogateescape").hex() or "-" for a in arguments), sep="\t")


def main():
    rng = random.Random(1)
    for functions, inputs in (("Atoi Text Lower Upper", TEXTS), ("HTTPMethod", METHODS), ("HTTPVersion", PROTOS), ("HTTPRoute", PATTERNS), ("HostPort", ADDRESSES),
                              ("RedactURL RedactQuery HostPort", URLS), ("SanitizeSQL SQLOperation SQLTable SQLSummary", SQL)):
        for function in functions.split():
            for text in inputs:
                line(function, text)
    for args in REDIS:
        line("SanitizeRedis", *args)
    for method in METHODS:
        line("HTTPName", method, "/a/{b}")
        line("HTTPName", method, "")
    line("Words", "a", "b")
    line("Words", "", "b")
    line("Words", "a", "")
    for _ in range(4000):
        sql = "".join(rng.choice(PIECES) + rng.choice(["", " "]) for _ in range(rng.randrange(1, 24)))
        for function in ("SanitizeSQL", "SQLOperation", "SQLTable"):
            line(function, sql)
    for _ in range(2000):
        url = "".join(rng.choice(URL_PIECES) for _ in range(rng.randrange(1, 14)))
        for function in ("RedactURL", "RedactQuery", "HostPort", "HTTPRoute"):
            line(function, url)
    for _ in range(500):
        raw = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 40))).decode("utf-8", "surrogateescape")
        for function in ("SanitizeSQL", "RedactURL", "HostPort", "SQLSummary"):
            line(function, raw)


if __name__ == "__main__":
    main()
