package dsn

import (
	"reflect"
	"sync"
)

// Endpoint says what the handle below a pool is about: a *sql.DB, whose hidden fields the rules of database/sql have filled when it was opened, or a
// Tx, a Conn, or what an ORM puts around one of these. The fields belong to another package, so they are looked up; where they are is remembered for each type.
func Endpoint(pool any) (system, address, name string) {
	v := reflect.ValueOf(pool)
	for depth := 0; depth < 8 && v.IsValid(); depth++ {
		switch v.Kind() {
		case reflect.Ptr, reflect.Interface:
			v = v.Elem()
			continue
		case reflect.Struct:
		default:
			return "", "", ""
		}
		p := placesOf(v.Type())
		if p.handle {
			return v.Field(p.system).String(), v.Field(p.address).String(), v.Field(p.name).String()
		}
		if p.next < 0 {
			return "", "", ""
		}
		v = v.Field(p.next)
	}
	return "", "", ""
}

// places are the fields of one type: those of a handle, or the one that leads to it.
type places struct {
	handle                      bool
	system, address, name, next int
}

var placesByType sync.Map // reflect.Type -> places

func placesOf(t reflect.Type) places {
	if known, ok := placesByType.Load(t); ok {
		return known.(places)
	}
	p := places{next: -1}
	p.system, p.address, p.name = field(t, "instcSystem"), field(t, "instcAddr"), field(t, "instcName")
	p.handle = isText(t, p.system) && isText(t, p.address) && isText(t, p.name)
	for _, name := range []string{"db", "ConnPool", "Tx"} {
		if p.next < 0 {
			p.next = field(t, name)
		}
	}
	placesByType.Store(t, p)
	return p
}

// field is the index of a field of the struct itself, or -1.
func field(t reflect.Type, name string) int {
	if f, ok := t.FieldByName(name); ok && len(f.Index) == 1 {
		return f.Index[0]
	}
	return -1
}

func isText(t reflect.Type, index int) bool {
	return index >= 0 && t.Field(index).Type.Kind() == reflect.String
}
