package main

import (
	"fmt"
	"go/build"
	"io"
	"sort"
	"strconv"
	"strings"
)

// dumpFiles prints which Go files of folders go/build chooses for Go 1.MINOR with the tags (separated by commas, "-" for
// none); GOOS, GOARCH and CGO_ENABLED of the environment are go/build's own defaults.
func dumpFiles(out io.Writer, args []string) error {
	minor, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	context := build.Default
	if args[1] != "-" {
		context.BuildTags = strings.Split(args[1], ",")
	}
	if minor < len(context.ReleaseTags) {
		context.ReleaseTags = context.ReleaseTags[:minor]
		context.ToolTags = nil // those of the Go that runs this; the dump knows none for Go 1.20 and before
	}
	for _, dir := range args[2:] {
		pkg, _ := context.ImportDir(dir, 0) // what is wrong with the files is not asked
		files := append(append([]string(nil), pkg.GoFiles...), pkg.CgoFiles...)
		sort.Strings(files)
		fmt.Fprintf(out, "package %s\nfiles %s\n", dir, strings.Join(files, " "))
	}
	return nil
}
