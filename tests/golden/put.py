#!/usr/bin/env python3
"""Writes the standard input to a file: for goldens whose command changes the file it is given.

    put.py PATH
"""
import shutil
import sys

with open(sys.argv[1], "wb") as file:
    shutil.copyfileobj(sys.stdin.buffer, file)
