package main

import "io"

func dumpTypes(out io.Writer, paths []string) error { return nil }
