// Command gopackages loads packages with their types as golang.org/x/tools/go/packages does, for comparison of time.
package main

import (
	"fmt"
	"os"

	"golang.org/x/tools/go/packages"
)

func main() {
	mode := packages.NeedName | packages.NeedImports | packages.NeedDeps | packages.NeedTypes
	loaded, err := packages.Load(&packages.Config{Mode: mode}, os.Args[1:]...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(len(loaded), "packages")
}
