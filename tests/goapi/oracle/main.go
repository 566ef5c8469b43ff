// Command oracle says what Go's own packages know about source code, in the text form that instc-go-dump prints, so that
// a test can compare the two.
//
//	oracle decls DIR...            declarations of all files, by go/parser
//	oracle types [-dir DIR] PATH   scope objects, types, fields and method sets, by go/types
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: oracle decls DIR... | oracle types PATH...")
		os.Exit(2)
	}
	var err error
	switch os.Args[1] {
	case "decls":
		err = dumpDecls(os.Stdout, os.Args[2:])
	case "types":
		err = dumpTypes(os.Stdout, os.Args[2:])
	default:
		err = fmt.Errorf("unknown mode %q", os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}
