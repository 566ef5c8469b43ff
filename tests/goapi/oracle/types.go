package main

import (
	"bufio"
	"fmt"
	"go/constant"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"math"
	"strconv"
	"strings"
)

// dumpTypes prints packages as go/types sees them. With -dir DIR, imports are resolved from that directory's module.
func dumpTypes(out io.Writer, args []string) error {
	w := bufio.NewWriter(out)
	defer w.Flush()
	dir := "."
	if args[0] == "-dir" {
		dir, args = args[1], args[2:]
	}
	source := importer.ForCompiler(token.NewFileSet(), "source", nil).(types.ImporterFrom)
	for _, path := range args {
		pkg, err := source.ImportFrom(path, dir, 0)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "package %s %s\n", pkg.Path(), pkg.Name())
		for _, name := range pkg.Scope().Names() {
			dumpObject(w, pkg.Scope().Lookup(name))
		}
	}
	return nil
}

func byPath(p *types.Package) string { return p.Path() }

func typeString(t types.Type) string { return types.TypeString(t, byPath) }

func dumpObject(w io.Writer, obj types.Object) {
	switch obj := obj.(type) {
	case *types.Const:
		fmt.Fprintf(w, "const %s %s = %s\n", obj.Name(), typeString(obj.Type()), value(obj.Val()))
	case *types.Var:
		fmt.Fprintf(w, "var %s %s\n", obj.Name(), typeString(obj.Type()))
	case *types.Func:
		fmt.Fprintf(w, "func %s %s\n", obj.Name(), typeString(obj.Type()))
	case *types.TypeName:
		dumpTypeName(w, obj)
	}
}

func dumpTypeName(w io.Writer, obj *types.TypeName) {
	if alias, ok := obj.Type().(*types.Alias); ok {
		fmt.Fprintf(w, "type %s = %s\n", obj.Name(), typeString(alias.Rhs()))
		return
	}
	fmt.Fprintf(w, "type %s %s comparable=%t\n", typeString(obj.Type()), typeString(obj.Type().Underlying()), types.Comparable(obj.Type()))
	for _, t := range []types.Type{obj.Type(), types.NewPointer(obj.Type())} {
		set := types.NewMethodSet(t)
		lines := make([]string, 0, set.Len())
		for i := 0; i < set.Len(); i++ {
			sel := set.At(i)
			lines = append(lines, fmt.Sprintf("%s%s embedded=%d", sel.Obj().Name(), strings.TrimPrefix(typeString(sel.Type()), "func"), len(sel.Index())-1))
		}
		star := ""
		if _, ok := t.(*types.Pointer); ok {
			star = "*"
		}
		for _, line := range sorted(lines) {
			fmt.Fprintf(w, "  method (%s%s) %s\n", star, obj.Name(), line)
		}
	}
	dumpSelectors(w, obj)
}

// Fields and methods that one level of embedding brings up, found the way a selector finds them.
func dumpSelectors(w io.Writer, obj *types.TypeName) {
	s, ok := obj.Type().Underlying().(*types.Struct)
	if !ok {
		return
	}
	names := map[string]bool{}
	for i := 0; i < s.NumFields(); i++ {
		if s.Field(i).Embedded() {
			t := s.Field(i).Type()
			if p, ok := t.Underlying().(*types.Pointer); ok {
				t = p.Elem()
			}
			if inner, ok := t.Underlying().(*types.Struct); ok {
				for j := 0; j < inner.NumFields(); j++ {
					names[inner.Field(j).Name()] = true
				}
			}
		}
	}
	var lines []string
	for name := range names {
		found, index, indirect := types.LookupFieldOrMethod(obj.Type(), true, obj.Pkg(), name)
		if found == nil {
			lines = append(lines, fmt.Sprintf("%s none ambiguous=%t", name, index != nil))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s %s embedded=%d indirect=%t", name, typeString(found.Type()), len(index)-1, indirect))
	}
	for _, line := range sorted(lines) {
		fmt.Fprintf(w, "  selector %s\n", line)
	}
}

func sorted(lines []string) []string {
	for i := range lines {
		for j := i; j > 0 && lines[j] < lines[j-1]; j-- {
			lines[j], lines[j-1] = lines[j-1], lines[j]
		}
	}
	return lines
}

// value prints constants as instc does: what does not fit 64 bits is unknown.
func value(v constant.Value) string {
	switch v.Kind() {
	case constant.Bool:
		return strconv.FormatBool(constant.BoolVal(v))
	case constant.String:
		return fmt.Sprintf("%x", constant.StringVal(v))
	case constant.Int:
		if constant.BitLen(v) > 64 {
			return "unknown"
		}
		return v.ExactString()
	case constant.Float:
		f, _ := constant.Float64Val(v)
		if math.IsInf(f, 0) {
			return "unknown"
		}
		return fmt.Sprintf("%.17g", f)
	default:
		return "unknown"
	}
}
