#!/usr/bin/env python3
"""The text functions in Go and their twins in C++ give the same answers to corpus.py.

    twins_test.py ANSWERS_PROGRAM
"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    corpus = subprocess.run([sys.executable, os.path.join(HERE, "corpus.py")], stdout=subprocess.PIPE, check=True).stdout
    copied = subprocess.run([sys.argv[1]], input=corpus, stdout=subprocess.PIPE, check=True).stdout.splitlines()
    original = subprocess.run(["go", "run", "."], cwd=os.path.join(HERE, "original"), input=corpus, stdout=subprocess.PIPE, check=True).stdout.splitlines()
    questions = corpus.splitlines()
    assert len(questions) == len(copied) == len(original), (len(questions), len(copied), len(original))
    wrong = [(q, a, b) for q, a, b in zip(questions, original, copied) if a != b]
    for question, go, cpp in wrong[:20]:
        function, *args = question.decode().split("\t")
        print(function, [bytes.fromhex(a.strip("-")) for a in args], "\n  Go: ", bytes.fromhex(go.decode()), "\n  C++:", bytes.fromhex(cpp.decode()))
    print(f"{len(questions)} answers, {len(wrong)} differ")
    return 1 if wrong or not questions else 0


if __name__ == "__main__":
    sys.exit(main())
