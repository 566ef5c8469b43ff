// Package target stands for an instrumented library: it reaches the runtime as generated code does, through the port alone.
package target

import (
	"context"
	"unsafe"
)

//go:linkname instcPort
var instcPort *instcPortTable

// instcPortTable is how injected code reaches the instc runtime. Nil: not linked, or switched off.
type instcPortTable struct {
	rules        []unsafe.Pointer
	on           func(rule unsafe.Pointer) bool
	recovered    []func()
	begin        func(rule unsafe.Pointer, kind uint8, ctx any, name string) (node, body unsafe.Pointer)
	beginHeader  func(rule unsafe.Pointer, kind uint8, ctx any, header map[string][]string, name string) (node, body unsafe.Pointer)
	beginGet     func(rule unsafe.Pointer, kind uint8, ctx any, get func(key string) string, name string) (node, body unsafe.Pointer)
	context      func(parent context.Context, node unsafe.Pointer) context.Context
	recording    func(node unsafe.Pointer) bool
	open         func(node unsafe.Pointer) (body unsafe.Pointer)
	close        func(body unsafe.Pointer)
	end          func(node unsafe.Pointer)
	left         func(rule, node unsafe.Pointer)
	finish       func(node, body unsafe.Pointer)
	enter        func(node unsafe.Pointer) (slot unsafe.Pointer)
	leave        func(node, slot unsafe.Pointer)
	constant     func(body unsafe.Pointer, attributes string, count int)
	str          func(body unsafe.Pointer, key, value string)
	integer      func(body unsafe.Pointer, key string, value int64)
	boolean      func(body unsafe.Pointer, key string, value bool)
	float        func(body unsafe.Pointer, key string, value float64)
	strs         func(body unsafe.Pointer, key string, value []string)
	setStr       func(body unsafe.Pointer, key, value string)
	setInteger   func(body unsafe.Pointer, key string, value int64)
	setBoolean   func(body unsafe.Pointer, key string, value bool)
	setFloat     func(body unsafe.Pointer, key string, value float64)
	setStrs      func(body unsafe.Pointer, key string, value []string)
	name         func(body unsafe.Pointer, name string)
	status       func(body unsafe.Pointer, code uint8, message string)
	fail         func(node unsafe.Pointer, err error)
	aside        func(body unsafe.Pointer)
	event        func(body unsafe.Pointer, name string)
	link         func(node unsafe.Pointer, ctx any)
	linkHeader   func(node unsafe.Pointer, header map[string][]string)
	linkGet      func(node unsafe.Pointer, get func(key string) string)
	began        func(body unsafe.Pointer, unix int64)
	endAt        func(node unsafe.Pointer, unix int64)
	now          func() int64
	elapsed      func(body unsafe.Pointer) float64
	measure      func(body unsafe.Pointer, metric int, value float64)
	sample       func(rule unsafe.Pointer) (body unsafe.Pointer)
	discard      func(body unsafe.Pointer)
	injectHeader func(node unsafe.Pointer, header map[string][]string)
	injectSet    func(node unsafe.Pointer, set func(key, value string))
	enrich       func(ctx any, which uint8) (node unsafe.Pointer)
	ids          func(ctx any) (traceID, spanID string)
	once         func(done *uint32) bool
	panicDepth   func() int
	panicValue   func() any
	optBool      func(rule unsafe.Pointer, option int) bool
	optString    func(rule unsafe.Pointer, option int) string
	optInt       func(rule unsafe.Pointer, option int) int64
	optStrings   func(rule unsafe.Pointer, option int) []string
	detach       func(rule unsafe.Pointer, name string, parent context.Context, node unsafe.Pointer) context.Context
	resume       func(rule unsafe.Pointer, name string, ctx any) (node unsafe.Pointer)
	keep         func(rule unsafe.Pointer, name string, key any, node unsafe.Pointer) (entry unsafe.Pointer)
	find         func(rule unsafe.Pointer, name string, key any) (node, entry unsafe.Pointer)
	forget       func(entry unsafe.Pointer)
	ambient      func() any
	measureFor   func(rule, body unsafe.Pointer, metric int, value float64)
	suppress     func(what string, kind uint8) (slot unsafe.Pointer)
	suppressIn   func(what string, kind uint8, parent context.Context) context.Context
	record       func(rule unsafe.Pointer, ctx any) (body unsafe.Pointer)
	fields       func(body unsafe.Pointer, fields any)
	emit         func(body unsafe.Pointer, unix, severity int64, severityText, text string)
	current      func(ctx any) (current unsafe.Pointer)
	adopt        func(current unsafe.Pointer) (slot unsafe.Pointer)
	observe      func(body unsafe.Pointer, metric int, at **byte, owner unsafe.Pointer, read func(owner unsafe.Pointer) (value float64, ok bool))
	unobserve    func(at **byte)
}
