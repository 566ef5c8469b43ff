package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

func dumpDecls(out io.Writer, dirs []string) error {
	w := bufio.NewWriter(out)
	defer w.Flush()
	for _, dir := range dirs {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			return err
		}
		sort.Strings(names)
		for _, name := range names {
			if err := dumpFile(w, name); err != nil {
				return err
			}
		}
	}
	return nil
}

type fileDumper struct {
	w    io.Writer
	fset *token.FileSet
	text []byte
}

func dumpFile(w io.Writer, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	d := &fileDumper{w, fset, text}
	fmt.Fprintf(w, "file %s package %s @%d-%d\n", filepath.Base(name), file.Name.Name, d.at(file.Package), d.at(file.Name.End()))
	for _, spec := range file.Imports {
		local := ""
		if spec.Name != nil {
			local = spec.Name.Name
		}
		fmt.Fprintf(w, "import %s %s @%d\n", local, spec.Path.Value, d.at(spec.Path.Pos()))
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.GenDecl:
			d.general(decl)
		case *ast.FuncDecl:
			d.function(decl)
		}
	}
	return nil
}

func (d *fileDumper) at(pos token.Pos) int { return d.fset.PositionFor(pos, false).Offset }

func (d *fileDumper) source(n ast.Node) string {
	return strings.Join(strings.Fields(string(d.text[d.at(n.Pos()):d.at(n.End())])), " ")
}

func (d *fileDumper) general(decl *ast.GenDecl) {
	for index, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			fmt.Fprintf(d.w, "%s", decl.Tok)
			if decl.Tok == token.CONST {
				fmt.Fprintf(d.w, " iota=%d", index)
			}
			for _, name := range spec.Names {
				fmt.Fprintf(d.w, " %s@%d", name.Name, d.at(name.Pos()))
			}
			fmt.Fprintf(d.w, " values=%d\n", len(spec.Values))
		case *ast.TypeSpec:
			d.typeSpec(spec)
		}
	}
}

func (d *fileDumper) typeSpec(spec *ast.TypeSpec) {
	fmt.Fprintf(d.w, "type %s@%d", spec.Name.Name, d.at(spec.Name.Pos()))
	if spec.TypeParams != nil {
		fmt.Fprintf(d.w, " params=%s", d.list(spec.TypeParams))
	}
	if spec.Assign.IsValid() {
		fmt.Fprint(d.w, " alias")
	}
	fmt.Fprintf(d.w, " %s", d.source(spec.Type))
	if s, ok := spec.Type.(*ast.StructType); ok {
		fmt.Fprintf(d.w, " braces=%d-%d fields=%d", d.at(s.Fields.Opening), d.at(s.Fields.Closing), s.Fields.NumFields())
	}
	fmt.Fprintln(d.w)
}

// Groups of a parameter list with the place of each name and each type.
func (d *fileDumper) list(list *ast.FieldList) string {
	if list == nil {
		return "none"
	}
	var b strings.Builder
	if list.Opening.IsValid() {
		fmt.Fprintf(&b, "%d-%d", d.at(list.Opening), d.at(list.Closing))
	} else {
		b.WriteString("bare")
	}
	for _, group := range list.List {
		b.WriteString("[")
		for _, name := range group.Names {
			fmt.Fprintf(&b, "%s@%d ", name.Name, d.at(name.Pos()))
		}
		fmt.Fprintf(&b, ":%d-%d]", d.at(group.Type.Pos()), d.at(group.Type.End()))
	}
	return b.String()
}

func (d *fileDumper) function(decl *ast.FuncDecl) {
	fmt.Fprintf(d.w, "func @%d %s@%d recv=%s", d.at(decl.Pos()), decl.Name.Name, d.at(decl.Name.Pos()), d.list(decl.Recv))
	if decl.Type.TypeParams != nil {
		fmt.Fprintf(d.w, " tparams=%s", d.list(decl.Type.TypeParams))
	}
	fmt.Fprintf(d.w, " params=%s results=%s", d.list(decl.Type.Params), d.list(decl.Type.Results))
	if decl.Body != nil {
		f := bodyFacts{}
		f.walk(decl.Body, false)
		fmt.Fprintf(d.w, " body=%d-%d defers=%d returns=%d loop=%t goto=%t", d.at(decl.Body.Lbrace), d.at(decl.Body.Rbrace),
			f.defers, f.returns, f.deferInLoop, f.hasGoto)
	}
	fmt.Fprintln(d.w)
}

type bodyFacts struct {
	defers, returns      int
	deferInLoop, hasGoto bool
}

func (f *bodyFacts) walk(n ast.Node, inLoop bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt:
			f.walk(n.Body, true)
			return false
		case *ast.RangeStmt:
			f.walk(n.Body, true)
			return false
		case *ast.DeferStmt:
			f.defers++
			f.deferInLoop = f.deferInLoop || inLoop
		case *ast.ReturnStmt:
			f.returns++
		case *ast.BranchStmt:
			f.hasGoto = f.hasGoto || n.Tok == token.GOTO
		}
		return true
	})
}
