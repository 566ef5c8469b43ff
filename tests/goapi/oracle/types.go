package main

import (
	"fmt"
	"go/constant"
	"go/types"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"
)

// wellKnown are interfaces that every type of every package is asked about.
var wellKnown = []string{
	"io.Reader", "io.Writer", "io.Closer", "io.ReadWriteCloser", "io.ReaderFrom", "io.WriterTo", "io.StringWriter", "io.ReaderAt",
	"io.Seeker", "io/fs.FS", "io/fs.FileInfo", "fmt.Stringer", "fmt.Formatter", "fmt.Scanner", "context.Context", "sort.Interface",
	"encoding.TextMarshaler", "encoding.BinaryUnmarshaler", "encoding/json.Marshaler", "encoding/json.Unmarshaler", "net.Conn",
	"net.Error", "net.Addr", "net.Listener", "net/http.Handler", "net/http.RoundTripper", "net/http.ResponseWriter",
	"database/sql/driver.Conn", "database/sql/driver.Driver", "database/sql/driver.Valuer", "database/sql.Scanner", "sync.Locker",
	"flag.Value", "hash.Hash", "reflect.Type", "log/slog.Handler", "log/slog.LogValuer",
}

type namedInterface struct {
	name string
	typ  types.Type
}

func dumpTypes(out io.Writer, listing string, paths []string) error {
	l, err := newLoader(listing)
	if err != nil {
		return err
	}
	known := []namedInterface{{"any", types.Universe.Lookup("any").Type()}, {"error", types.Universe.Lookup("error").Type()}}
	for _, name := range wellKnown {
		dot := strings.LastIndex(name, ".")
		if _, ok := l.listed[name[:dot]]; !ok {
			return fmt.Errorf("%s is not listed", name[:dot])
		}
		pkg, err := l.load(name[:dot])
		if err != nil {
			return err
		}
		known = append(known, namedInterface{name, pkg.Scope().Lookup(name[dot+1:]).Type()})
	}
	for _, path := range paths {
		pkg, err := l.load(path)
		if err != nil {
			return err
		}
		(&dumper{w: out, pkg: pkg, known: known, context: types.NewContext()}).run()
	}
	return nil
}

// dumper prints one package: its objects first, then the relations between its types.
type dumper struct {
	w       io.Writer
	pkg     *types.Package
	known   []namedInterface
	own     []namedInterface // interfaces of the package's scope
	context *types.Context
}

func byPath(p *types.Package) string { return p.Path() }

// typeString spells the empty interface in one way: until Go 1.26 the type behind `type T any` was spelt `any`, from Go 1.27 on it is `interface{}`.
func typeString(t types.Type) string {
	if text := types.TypeString(t, byPath); text != "interface{}" {
		return text
	}
	return "any"
}

func (d *dumper) run() {
	fmt.Fprintf(d.w, "package %s %s\n", d.pkg.Path(), d.pkg.Name())
	scope := d.pkg.Scope()
	for _, name := range scope.Names() {
		if t, ok := scope.Lookup(name).(*types.TypeName); ok && !t.IsAlias() && !isGeneric(t.Type()) && types.IsInterface(t.Type()) {
			d.own = append(d.own, namedInterface{name, t.Type()})
		}
	}
	for _, name := range scope.Names() {
		d.object(scope.Lookup(name))
	}
	d.relations()
}

func isGeneric(t types.Type) bool {
	switch t := t.(type) {
	case *types.Named:
		return t.TypeParams().Len() > 0 && t.TypeArgs().Len() == 0
	case *types.Alias:
		return t.TypeParams().Len() > 0 && t.TypeArgs().Len() == 0
	}
	return false
}

func (d *dumper) object(obj types.Object) {
	switch obj := obj.(type) {
	case *types.Const:
		fmt.Fprintf(d.w, "const %s %s = %s\n", obj.Name(), typeString(obj.Type()), value(asTyped(obj.Val(), obj.Type())))
	case *types.Var:
		fmt.Fprintf(d.w, "var %s %s\n", obj.Name(), typeString(obj.Type()))
	case *types.Func:
		fmt.Fprintf(d.w, "func %s %s\n", obj.Name(), typeString(obj.Type()))
		signature := obj.Type().(*types.Signature)
		if signature.TypeParams().Len() > 0 {
			d.instances(obj.Name(), signature, signature.TypeParams())
			d.genericRelations(signature, signature.TypeParams())
		}
	case *types.TypeName:
		d.typeName(obj)
	}
}

func (d *dumper) typeName(obj *types.TypeName) {
	if alias, ok := obj.Type().(*types.Alias); ok {
		fmt.Fprintf(d.w, "type %s%s = %s\n", obj.Name(), typeParams(alias.TypeParams()), typeString(alias.Rhs()))
		if isGeneric(alias) {
			d.instances(obj.Name(), alias, alias.TypeParams())
		}
		return
	}
	if !isGeneric(obj.Type()) {
		d.typeFacts(obj.Name(), obj.Type())
		d.selectors(obj.Type())
		d.implements(obj)
		return
	}
	named := obj.Type().(*types.Named)
	d.typeFacts(obj.Name(), named)
	d.selectors(named)
	d.instances(obj.Name(), named, named.TypeParams())
	self := ownInstance(named)
	for i := 0; i < self.NumMethods(); i++ {
		d.genericRelations(self.Method(i).Type().(*types.Signature), named.TypeParams())
	}
}

// ownInstance is the generic type with its own type parameters for arguments. Its methods are in terms of those, while
// a declared method has type parameters of its own, which may be called something else.
func ownInstance(generic *types.Named) *types.Named {
	args := make([]types.Type, generic.TypeParams().Len())
	for i := range args {
		args[i] = generic.TypeParams().At(i)
	}
	instance, err := types.Instantiate(nil, generic, args, false)
	if err != nil {
		panic(err)
	}
	return instance.(*types.Named)
}

func typeParams(list *types.TypeParamList) string {
	var b strings.Builder
	for i := 0; i < list.Len(); i++ {
		fmt.Fprintf(&b, "[%s %s]", list.At(i).Obj().Name(), typeString(list.At(i).Constraint()))
	}
	return b.String()
}

// What there is to say about a defined type or an instance of one: what it is, and the method sets of T and *T.
func (d *dumper) typeFacts(name string, t types.Type) {
	fmt.Fprintf(d.w, "type %s %s comparable=%t", typeString(t), typeString(t.Underlying()), types.Comparable(t))
	if i, ok := t.Underlying().(*types.Interface); ok {
		fmt.Fprintf(d.w, " methods=%d constraint=%t", i.NumMethods(), !i.IsMethodSet())
	}
	fmt.Fprintln(d.w)
	if isGeneric(t) {
		t = ownInstance(t.(*types.Named))
	}
	for _, t := range []types.Type{t, types.NewPointer(t)} {
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
		sort.Strings(lines)
		for _, line := range lines {
			fmt.Fprintf(d.w, "  method (%s%s) %s\n", star, name, line)
		}
	}
}

// Names that embedding brings up, found the way a selector finds them.
func (d *dumper) selectors(t types.Type) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	names := map[string]bool{}
	for i := 0; i < s.NumFields(); i++ {
		if s.Field(i).Embedded() {
			reachable(s.Field(i).Type(), names, map[types.Object]bool{}, 0)
		}
	}
	lines := make([]string, 0, len(names))
	for name := range names {
		lines = append(lines, name+d.selected(t, name))
	}
	sort.Strings(lines)
	for _, line := range lines {
		fmt.Fprintf(d.w, "  selector %s\n", line)
	}
}

const maxEmbedding = 8

func reachable(t types.Type, names map[string]bool, seen map[types.Object]bool, depth int) {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		if depth > maxEmbedding || seen[named.Obj()] {
			return
		}
		seen[named.Obj()] = true
		for i := 0; i < named.NumMethods(); i++ {
			names[named.Method(i).Name()] = true
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := 0; i < u.NumFields(); i++ {
			names[u.Field(i).Name()] = true
			if u.Field(i).Embedded() {
				reachable(u.Field(i).Type(), names, seen, depth+1)
			}
		}
	case *types.Interface:
		for i := 0; i < u.NumMethods(); i++ {
			names[u.Method(i).Name()] = true
		}
	}
}

func (d *dumper) selected(t types.Type, name string) string {
	found, index, indirect := types.LookupFieldOrMethod(t, true, d.pkg, name)
	if found == nil {
		return fmt.Sprintf(" none ambiguous=%t", index != nil)
	}
	_, field := found.(*types.Var)
	return fmt.Sprintf(" %s field=%t embedded=%d indirect=%t", typeString(found.Type()), field, len(index)-1, indirect)
}

// asTyped is the value in the form of its type: 1 as a float64 is a float.
func asTyped(v constant.Value, t types.Type) constant.Value {
	basic, ok := t.Underlying().(*types.Basic)
	switch {
	case !ok:
		return constant.MakeUnknown()
	case basic.Info()&types.IsInteger != 0:
		return constant.ToInt(v)
	case basic.Info()&types.IsFloat != 0:
		return constant.ToFloat(v)
	case basic.Info()&types.IsComplex != 0:
		return constant.ToComplex(v)
	}
	return v
}

// value prints constants exactly, floats to the nearest double.
func value(v constant.Value) string {
	switch v.Kind() {
	case constant.Bool:
		return strconv.FormatBool(constant.BoolVal(v))
	case constant.String:
		return fmt.Sprintf("%x", constant.StringVal(v))
	case constant.Int:
		return v.ExactString()
	case constant.Float:
		f, _ := constant.Float64Val(v)
		if math.IsInf(f, 0) {
			return "unknown"
		}
		return fmt.Sprintf("%.17g", f)
	case constant.Complex:
		return value(constant.ToFloat(constant.Real(v))) + " " + value(constant.ToFloat(constant.Imag(v))) + "i"
	default:
		return "unknown"
	}
}
