// Command oracle says what Go's own packages know about source code, in the text form that instc-go-dump prints, so that
// a test can compare the two.
//
//	oracle decls DIR...              declarations of all files, by go/parser
//	oracle types LISTING PATH...     what go/types knows about packages; LISTING is what `go list -deps -json` printed
//	oracle files MINOR TAGS DIR...   which files go/build chooses
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: oracle decls DIR... | oracle types LISTING PATH... | oracle files MINOR TAGS DIR...")
		os.Exit(2)
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	err := run(out, os.Args[1], os.Args[2:])
	out.Flush()
	if err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, mode string, args []string) error {
	switch mode {
	case "decls":
		return dumpDecls(out, args)
	case "types":
		return dumpTypes(out, args[0], args[1:])
	case "files":
		return dumpFiles(out, args)
	default:
		return fmt.Errorf("unknown mode %q", mode)
	}
}
