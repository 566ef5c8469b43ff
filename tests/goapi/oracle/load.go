package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// listed is what `go list -deps -json` says about a package.
type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	CgoFiles   []string
	ImportMap  map[string]string
}

// loader type-checks packages from source: declarations only, and every error is passed over, so that what is left can
// be compared.
type loader struct {
	fset     *token.FileSet
	listed   map[string]*listed
	packages map[string]*types.Package
	errors   []error
}

func newLoader(listing string) (*loader, error) {
	file, err := os.Open(listing)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	l := &loader{fset: token.NewFileSet(), listed: map[string]*listed{}, packages: map[string]*types.Package{"unsafe": types.Unsafe}}
	for decoder := json.NewDecoder(bufio.NewReader(file)); ; {
		p := new(listed)
		if err := decoder.Decode(p); err == io.EOF {
			return l, nil
		} else if err != nil {
			return nil, err
		}
		l.listed[p.ImportPath] = p
	}
}

type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }

func (l *loader) load(path string) (*types.Package, error) {
	if pkg, ok := l.packages[path]; ok {
		if pkg == nil {
			return nil, fmt.Errorf("import cycle through %s", path)
		}
		return pkg, nil
	}
	from, ok := l.listed[path]
	if !ok {
		return nil, fmt.Errorf("package %s is not listed", path)
	}
	l.packages[path] = nil
	config := types.Config{
		IgnoreFuncBodies: true,
		FakeImportC:      true,
		Sizes:            types.SizesFor("gc", goarch()),
		Error:            func(err error) { l.errors = append(l.errors, err) },
		Importer: importer(func(path string) (*types.Package, error) {
			if mapped, ok := from.ImportMap[path]; ok {
				path = mapped
			}
			return l.load(path)
		}),
	}
	pkg, _ := config.Check(path, l.fset, l.parse(from), nil)
	l.packages[path] = pkg
	return pkg, nil
}

func goarch() string {
	if arch := os.Getenv("GOARCH"); arch != "" {
		return arch
	}
	return runtime.GOARCH
}

func (l *loader) parse(p *listed) []*ast.File {
	names := append(append([]string(nil), p.GoFiles...), p.CgoFiles...)
	files := make([]*ast.File, len(names))
	var group sync.WaitGroup
	for i, name := range names {
		group.Add(1)
		go func() {
			defer group.Done()
			files[i], _ = parser.ParseFile(l.fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		}()
	}
	group.Wait()
	return files
}
