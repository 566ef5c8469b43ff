package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// Relations between types are asked about a pool of types that the package's declarations give, in a fixed order; which
// pairs are asked follows from the places in the pool alone, so that both sides ask the same ones.
const (
	maxPool      = 300
	maxOwn       = 60
	maxConstants = 24
)

// basics stand at the head of every pool.
func basics() []types.Type {
	pool := make([]types.Type, 0, 40)
	for kind := types.Bool; kind <= types.UntypedNil; kind++ {
		pool = append(pool, types.Typ[kind])
	}
	str, integer := types.Typ[types.String], types.Typ[types.Int]
	empty := types.NewStruct(nil, nil)
	return append(pool,
		types.Universe.Lookup("error").Type(), types.Universe.Lookup("any").Type(),
		types.NewSlice(types.Universe.Lookup("byte").Type()), types.NewSlice(types.Universe.Lookup("rune").Type()), types.NewSlice(str),
		types.NewMap(str, str), types.NewArray(integer, 2), types.NewPointer(types.NewArray(types.Typ[types.Uint8], 4)),
		types.NewChan(types.SendRecv, integer), types.NewChan(types.SendOnly, integer), types.NewChan(types.RecvOnly, integer),
		types.NewPointer(integer), types.NewSignatureType(nil, nil, nil, nil, nil, false), empty, types.NewPointer(empty))
}

type pool struct {
	types []types.Type
	seen  map[string]bool
}

func (p *pool) add(t types.Type) {
	// Constraints are no types of values. What has an error in it is anything to instc, so that no follow-up error arises. Untyped constants are asked about
	// with their values.
	if key := typeString(t); !p.seen[key] && !mentionsInvalid(t, 0) && !isUntyped(t) && (isTypeParam(t) || !constraintOnly(t)) {
		p.seen[key] = true
		p.types = append(p.types, t)
	}
}

// mentionsInvalid looks through aliases, not into what defined types consist of.
func mentionsInvalid(t types.Type, depth int) bool {
	if depth > 4 {
		return false
	}
	inVars := func(vars *types.Tuple) bool {
		for i := 0; i < vars.Len(); i++ {
			if mentionsInvalid(vars.At(i).Type(), depth+1) {
				return true
			}
		}
		return false
	}
	switch t := types.Unalias(t).(type) {
	case *types.Basic, *types.Named:
		return t.Underlying() == types.Typ[types.Invalid]
	case *types.Pointer:
		return mentionsInvalid(t.Elem(), depth+1)
	case *types.Slice:
		return mentionsInvalid(t.Elem(), depth+1)
	case *types.Array:
		return mentionsInvalid(t.Elem(), depth+1)
	case *types.Chan:
		return mentionsInvalid(t.Elem(), depth+1)
	case *types.Map:
		return mentionsInvalid(t.Key(), depth+1) || mentionsInvalid(t.Elem(), depth+1)
	case *types.Signature:
		return inVars(t.Params()) || inVars(t.Results())
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			if mentionsInvalid(t.Field(i).Type(), depth+1) {
				return true
			}
		}
	}
	return false
}

func (p *pool) addVars(vars *types.Tuple) {
	for i := 0; i < vars.Len(); i++ {
		p.add(vars.At(i).Type())
	}
}

// packagePool is what the declarations of the package mention, thinned evenly to maxPool.
func (d *dumper) packagePool() []types.Type {
	p := &pool{seen: map[string]bool{}}
	scope := d.pkg.Scope()
	for _, name := range scope.Names() {
		switch obj := scope.Lookup(name).(type) {
		case *types.Var, *types.Const:
			p.add(obj.Type())
		case *types.Func:
			if signature := obj.Type().(*types.Signature); signature.TypeParams().Len() == 0 {
				p.add(signature)
				p.addVars(signature.Params())
				p.addVars(signature.Results())
			}
		case *types.TypeName:
			if isGeneric(obj.Type()) {
				continue
			}
			p.add(obj.Type())
			p.add(types.NewPointer(obj.Type()))
			p.add(obj.Type().Underlying())
			if s, ok := obj.Type().Underlying().(*types.Struct); ok {
				for i := 0; i < s.NumFields(); i++ {
					p.add(s.Field(i).Type())
				}
			}
		}
	}
	if len(p.types) <= maxPool {
		return p.types
	}
	thinned := make([]types.Type, 0, maxPool)
	for i := 0; i < maxPool; i++ {
		thinned = append(thinned, p.types[i*len(p.types)/maxPool])
	}
	return thinned
}

// kind is what types are grouped by, so that pairs with something in common are asked.
func kind(t types.Type) int {
	switch t.Underlying().(type) {
	case *types.Basic:
		return 0
	case *types.Pointer:
		return 1
	case *types.Slice:
		return 2
	case *types.Array:
		return 3
	case *types.Map:
		return 4
	case *types.Chan:
		return 5
	case *types.Struct:
		return 6
	case *types.Signature:
		return 7
	case *types.Interface:
		return 8
	default:
		return 9
	}
}

// related says what holds between two types: identical, assignable, convertible, assertable.
func related(from, to types.Type) string {
	flags := ""
	if types.Identical(from, to) {
		flags += "i"
	}
	if types.AssignableTo(from, to) {
		flags += "a"
	}
	if types.ConvertibleTo(from, to) {
		flags += "c"
	}
	if i, ok := from.Underlying().(*types.Interface); ok && !isTypeParam(from) && types.AssertableTo(i, to) {
		flags += "t"
	}
	return flags
}

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

func (d *dumper) relations() {
	all := basics()
	first := len(all)
	all = append(all, d.packagePool()...)
	for i := first; i < len(all); i++ {
		fmt.Fprintf(d.w, "pool %d %s comparable=%t kind=%d\n", i, typeString(all[i]), types.Comparable(all[i]), kind(all[i]))
		var line strings.Builder
		for _, j := range partners(all, first, i) {
			if flags := related(all[i], all[j]); flags != "" {
				fmt.Fprintf(&line, " %d=%s", j, flags)
			}
			if flags := related(all[j], all[i]); flags != "" {
				fmt.Fprintf(&line, " %d<%s", j, flags)
			}
		}
		fmt.Fprintf(d.w, "  related%s\n", line.String())
	}
	d.constants(all, first)
}

// partners of the i-th type: the basic ones, the next of its kind, the next interfaces, and some far away.
func partners(all []types.Type, first, i int) []int {
	var list []int
	for j := 0; j < first; j++ {
		if !isUntyped(all[j]) {
			list = append(list, j)
		}
	}
	same, interfaces := 0, 0
	for j := i; j < len(all) && same < 6; j++ {
		if kind(all[j]) == kind(all[i]) {
			list = append(list, j)
			same++
		}
	}
	for j := first + (i*7)%(len(all)-first); j < len(all) && interfaces < 3; j++ {
		if kind(all[j]) == 8 {
			list = append(list, j)
			interfaces++
		}
	}
	for k := 1; k <= 3; k++ {
		list = append(list, first+(i*31+k*97)%(len(all)-first))
	}
	return list
}

func isUntyped(t types.Type) bool {
	basic, ok := types.Unalias(t).(*types.Basic)
	return ok && basic.Info()&types.IsUntyped != 0
}

// constants asks which constants of the package may become values of which types, typed and untyped ones alike.
func (d *dumper) constants(all []types.Type, first int) {
	asked := types.NewPackage("asked", "asked")
	for j := 0; j < len(all); j++ {
		name := fmt.Sprint("T", j)
		asked.Scope().Insert(types.NewTypeName(token.NoPos, asked, name, nil))
		alias := asked.Scope().Lookup(name).(*types.TypeName)
		types.NewAlias(alias, all[j])
		param := types.NewParam(token.NoPos, asked, "", all[j])
		signature := types.NewSignatureType(nil, nil, nil, types.NewTuple(param), nil, false)
		asked.Scope().Insert(types.NewFunc(token.NoPos, asked, fmt.Sprint("f", j), signature))
	}
	scope := d.pkg.Scope()
	var names []string
	for _, name := range scope.Names() {
		if _, ok := scope.Lookup(name).(*types.Const); ok {
			names = append(names, name)
		}
	}
	step := len(names)/maxConstants + 1
	for n := 0; n < len(names); n += step {
		c := scope.Lookup(names[n]).(*types.Const)
		if c.Type() == types.Typ[types.Invalid] || c.Val().Kind() == constant.Unknown {
			continue
		}
		asked.Scope().Insert(types.NewConst(token.NoPos, asked, names[n]+"_", c.Type(), c.Val()))
		fmt.Fprintf(d.w, "constant %s", names[n])
		for j := range all {
			if j >= first && (j+n)%16 != 0 || isUntyped(all[j]) {
				continue
			}
			flags := ""
			if legal(asked, "f", j, names[n]) {
				flags += "a"
			}
			if legal(asked, "T", j, names[n]) {
				flags += "c"
			}
			if flags != "" {
				fmt.Fprintf(d.w, " %d=%s", j, flags)
			}
		}
		fmt.Fprintln(d.w)
	}
}

func legal(pkg *types.Package, function string, j int, name string) bool {
	call := &ast.CallExpr{Fun: &ast.Ident{Name: fmt.Sprint(function, j)}, Args: []ast.Expr{&ast.Ident{Name: name + "_"}}}
	return types.CheckExpr(token.NewFileSet(), pkg, token.NoPos, call, nil) == nil
}

// implements lists the interfaces that T and *T implement, of the well-known ones and of the package's own; for some of
// the others, what is missing.
func (d *dumper) implements(obj *types.TypeName) {
	if mentionsInvalid(obj.Type(), 0) {
		return
	}
	interfaces := d.known
	step := len(d.own)/maxOwn + 1
	for i := 0; i < len(d.own); i += step {
		interfaces = append(interfaces[:len(interfaces):len(interfaces)], d.own[i])
	}
	for _, t := range []types.Type{obj.Type(), types.NewPointer(obj.Type())} {
		var line strings.Builder
		for n, i := range interfaces {
			wanted := i.typ.Underlying().(*types.Interface)
			if types.Implements(t, wanted) {
				fmt.Fprintf(&line, " %s", i.name)
			} else if n%5 == len(obj.Name())%5 && wanted.IsMethodSet() {
				if method, wrong := types.MissingMethod(t, wanted, true); method != nil {
					fmt.Fprintf(&line, " %s-%s", i.name, method.Name())
					if wrong {
						fmt.Fprint(&line, "!")
					}
				}
			}
		}
		fmt.Fprintf(d.w, "  implements%s\n", line.String())
	}
}

// genericRelations asks about the types in a generic signature, type parameters among them.
func (d *dumper) genericRelations(signature *types.Signature, params *types.TypeParamList) {
	p := &pool{seen: map[string]bool{}}
	for i := 0; i < params.Len(); i++ {
		p.add(params.At(i))
	}
	p.addVars(signature.Params())
	p.addVars(signature.Results())
	all := append(p.types[:min(len(p.types), 8)], basics()...)
	for i := 0; i < len(p.types) && i < 8; i++ {
		fmt.Fprintf(d.w, "  generic %s comparable=%t", typeString(all[i]), types.Comparable(all[i]))
		for j := range all {
			if isUntyped(all[j]) {
				continue
			}
			if flags := related(all[i], all[j]); flags != "" {
				fmt.Fprintf(d.w, " %d=%s", j, flags)
			}
			if flags := related(all[j], all[i]); flags != "" {
				fmt.Fprintf(d.w, " %d<%s", j, flags)
			}
		}
		fmt.Fprintln(d.w)
	}
}

// candidates are tried as type arguments.
func (d *dumper) candidates() []types.Type {
	str, integer := types.Typ[types.String], types.Typ[types.Int]
	list := []types.Type{
		integer, str, types.Typ[types.Float64], types.Typ[types.Bool], types.Universe.Lookup("error").Type(),
		types.Universe.Lookup("any").Type(), types.NewSlice(integer), types.NewSlice(types.Typ[types.Uint8]), types.NewMap(str, integer),
		types.NewPointer(integer), types.NewSignatureType(nil, nil, nil, nil, nil, false), types.NewStruct(nil, nil),
	}
	added := 0
	for _, name := range d.pkg.Scope().Names() {
		t, ok := d.pkg.Scope().Lookup(name).(*types.TypeName)
		if ok && !isGeneric(t.Type()) && added < 6 && !constraintOnly(t.Type()) {
			list = append(list, t.Type(), types.NewPointer(t.Type()))
			added++
		}
	}
	return list
}

func constraintOnly(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && !i.IsMethodSet()
}

// instances tries type arguments: which tuples satisfy the constraints, and what some of the instances are.
func (d *dumper) instances(name string, generic types.Type, params *types.TypeParamList) {
	candidates := d.candidates()
	count := len(candidates)
	tuples := count
	if params.Len() > 1 {
		tuples = count * count
	}
	shown := 0
	fmt.Fprintf(d.w, "  instances%s:", typeParams(params))
	var details []types.Type
	for n := 0; n < tuples; n++ {
		args := make([]types.Type, params.Len())
		for i := range args {
			if i%2 == 0 {
				args[i] = candidates[n%count]
			} else {
				args[i] = candidates[n/count%count]
			}
		}
		instance, err := types.Instantiate(d.context, generic, args, true)
		if err != nil {
			continue
		}
		fmt.Fprintf(d.w, " %d", n)
		if shown < 3 {
			details = append(details, instance)
			shown++
		}
	}
	fmt.Fprintln(d.w)
	for _, instance := range details {
		if named, ok := types.Unalias(instance).(*types.Named); ok {
			d.typeFacts(name, named)
		} else {
			fmt.Fprintf(d.w, "  instance %s\n", typeString(types.Unalias(instance)))
		}
	}
}
