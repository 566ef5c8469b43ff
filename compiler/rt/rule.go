package rt

import (
	"strconv"
	"strings"
	"sync/atomic"
	"unsafe"
)

// rule is one rule of one target package, as generated code holds it: switch, scope and option values.
type rule struct {
	number  int // on the switchboard
	scope   uint16
	plugin  string
	id      string // "plugin.rule"
	options []optionValue
	metrics []*instrument // nil when none of the plugin's is recorded
	yields  []string      // the tracers that it leaves calls to
}

// optionValue has the field of its type filled.
type optionValue struct {
	flag bool
	text string
	num  int64
	list []string
}

// NewPort gives the table that a target package's injected code uses. Nil when nothing of this package can be on: the code then behaves as
// if it had not been touched.
func NewPort(infos []RuleInfo) *Port {
	if settings.disabled {
		return nil
	}
	rules, recovered, made := make([]unsafe.Pointer, len(infos)), make([]func(), len(infos)), make([]*rule, len(infos))
	for i := range infos {
		made[i] = newRule(&infos[i])
		rules[i], recovered[i] = unsafe.Pointer(made[i]), made[i].recovered()
	}
	if on := register(made); !on && settings.file == nil { // a file may switch a rule on at any time
		return nil
	}
	return &Port{
		rules: rules, on: ruleOn, recovered: recovered,
		begin: begin, beginHeader: beginHeader, beginGet: beginGet,
		context: withNode, recording: recording, open: openBody, close: closeBody, end: endSpan, left: left, finish: finishSpan, enter: enter, leave: leave,
		constant: constant, str: str, integer: integer, boolean: boolean, float: float, strs: strs,
		setStr: setStr, setInteger: setInteger, setBoolean: setBoolean, setFloat: setFloat, setStrs: setStrs,
		name: rename, status: setStatus, fail: fail,
		aside: openAside, event: event, link: link, linkHeader: linkHeader, linkGet: linkGet, began: began, endAt: endAt, now: now,
		elapsed: elapsed, measure: measure, sample: sample, discard: discard,
		injectHeader: injectHeader, injectSet: injectSet, enrich: enrich, ids: ids, once: once, panicDepth: panicDepth(), panicValue: panicValue,
		detach: detach, resume: resume, keep: keep, find: find, forget: forget, ambient: ambient, measureFor: measureFor,
		suppress: suppress, suppressIn: suppressIn, record: newRecord, fields: fields, emit: emit,
		current: current, adopt: adopt,
		observe: observe, unobserve: unobserve,
		optBool: optBool, optString: optString, optInt: optInt, optStrings: optStrings,
	}
}

func newRule(info *RuleInfo) *rule {
	name := strings.TrimPrefix(info.Rule, info.Plugin+".")
	known.mu.Lock()
	known.names[info.Plugin], known.names[info.Plugin+"."+name] = true, true
	known.mu.Unlock()
	r := &rule{plugin: info.Plugin, id: info.Plugin + "." + name, scope: scopes.index(info)}
	r.metrics, r.yields = instruments.of(info), noteYields(info.Yields)
	for _, o := range info.Options {
		r.options = append(r.options, optionOf(info.Plugin, o))
	}
	return r
}

func panicDepth() func() int {
	if host.PanicDepth != nil {
		return host.PanicDepth
	}
	return func() int { return 0 }
}

// ruleOn is port.on.
func ruleOn(p unsafe.Pointer) bool { return live.Load().on[(*rule)(p).number] }

// recovered makes the rule's function of port.recovered. It is deferred itself, so it has to be the function that calls recover; a panic of the
// user's that is in flight while an exit function returns normally is none of its business, and recover does not see it.
func (r *rule) recovered() func() {
	return func() {
		if cause := recover(); cause != nil {
			r.panicked(cause)
		}
	}
}

// left is port.left.
func left(r, node unsafe.Pointer) {
	if cause := recover(); cause != nil {
		(*rule)(r).panicked(cause)
	}
	endSpan(node)
}

func (r *rule) panicked(cause any) {
	stats.panics.Add(1)
	warn("rule "+r.id, "injected code of rule %s panicked, the call went on without it: %v", r.id, cause)
}

// offList is INSTC_DISABLE: plugins and rules that are switched off when the program starts.
type offList []string

func (l offList) matches(plugin, rule string) bool {
	for _, name := range l {
		if name == plugin || name == rule || name == "*" {
			return true
		}
	}
	return false
}

// optionOf takes an option's default, or the value of INSTC_OPT_<PLUGIN>_<OPTION>.
func optionOf(plugin string, o Option) (value optionValue) {
	switch v := o.Value.(type) {
	case bool:
		value.flag = v
	case string:
		value.text = v
	case int:
		value.num = int64(v)
	case int64:
		value.num = v
	case []string:
		value.list = v
	}
	variable := optionVariable(plugin, o.Name)
	text, ok := settings.env.lookup(variable)
	if !ok {
		return value
	}
	switch o.Value.(type) {
	case bool:
		if parsed, err := strconv.ParseBool(text); err == nil {
			value.flag = parsed
		} else {
			settings.env.invalid(variable, text, "true or false")
		}
	case string:
		value.text = text
	case int, int64:
		if parsed, err := strconv.ParseInt(text, 10, 64); err == nil {
			value.num = parsed
		} else {
			settings.env.invalid(variable, text, "an integer")
		}
	case []string:
		value.list = splitList(text)
	}
	return value
}

// optionVariable: letters and digits in upper case, everything else an underscore.
func optionVariable(plugin, option string) string {
	return "INSTC_OPT_" + strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z':
			return c - 'a' + 'A'
		case 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
			return c
		}
		return '_'
	}, plugin+"_"+option)
}

func (r *rule) option(i int) (value optionValue) {
	if i >= 0 && i < len(r.options) {
		value = r.options[i]
	}
	return value
}

func optBool(p unsafe.Pointer, i int) bool        { return (*rule)(p).option(i).flag }
func optString(p unsafe.Pointer, i int) string    { return (*rule)(p).option(i).text }
func optInt(p unsafe.Pointer, i int) int64        { return (*rule)(p).option(i).num }
func optStrings(p unsafe.Pointer, i int) []string { return (*rule)(p).option(i).list }

// once is port.once: true for the first that asks, of any goroutine.
func once(done *uint32) bool { return atomic.CompareAndSwapUint32(done, 0, 1) }
