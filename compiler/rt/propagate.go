package rt

import (
	"strings"
	"unsafe"

	"instc.dev/rt/internal/legacy"
	"instc.dev/rt/internal/w3c"
)

// remote is what a carrier says about the caller.
type remote struct {
	w3c.Parent
	valid      bool
	deferred   bool // the caller has left the sampling decision to us
	tracestate string
	baggage    string
}

// The names of the headers, as http.Header and as lower-case carriers (gRPC metadata) spell them.
const (
	headerParent  = "Traceparent"
	headerState   = "Tracestate"
	headerBaggage = "Baggage"
	lowerParent   = "traceparent"
	lowerState    = "tracestate"
	lowerBaggage  = "baggage"
)

// header looks up one header; a carrier without the canonical spelling may have the lower-case one.
func header(h map[string][]string, canonical, lower string) []string {
	if v := h[canonical]; len(v) > 0 {
		return v
	}
	return h[lower]
}

// otherFormat is a propagator beside the W3C's. Of several callers that a message names, the one of the propagator that was named last counts.
type otherFormat struct {
	*legacy.Format
	canonical []string // the fields as http.Header spells them
	wins      bool     // over a traceparent
}

func newOtherFormat(f *legacy.Format, afterTraceContext bool) otherFormat {
	o := otherFormat{Format: f, wins: afterTraceContext}
	for _, field := range f.Fields {
		o.canonical = append(o.canonical, canonicalHeader(field))
	}
	return o
}

// canonicalHeader is http.CanonicalHeaderKey for the keys of package legacy; net/http is not for this package.
func canonicalHeader(key string) string {
	text := []byte(key)
	for i, c := range text {
		if (i == 0 || text[i-1] == '-') && 'a' <= c && c <= 'z' {
			text[i] = c - 'a' + 'A'
		}
	}
	return string(text)
}

func (o *otherFormat) extract(r *remote, field func(i int) string) {
	if r.valid && !o.wins {
		return
	}
	p, ok := o.Extract(field)
	if !ok {
		return
	}
	r.Parent = w3c.Parent{TraceID: p.TraceID, SpanID: p.SpanID}
	if p.Sampled {
		r.Flags = w3c.Sampled
	}
	r.valid, r.deferred, r.tracestate = true, p.Deferred, ""
}

// othersFromHeader and othersFromGet look for callers in the other formats.
func othersFromHeader(r *remote, h map[string][]string) {
	for i := range settings.otherFormats {
		o := &settings.otherFormats[i]
		o.extract(r, func(i int) string {
			if v := header(h, o.canonical[i], o.Fields[i]); len(v) == 1 {
				return strings.Trim(v[0], " \t")
			}
			return ""
		})
	}
}

func othersFromGet(r *remote, get func(key string) string) {
	for i := range settings.otherFormats {
		o := &settings.otherFormats[i]
		o.extract(r, func(i int) string { return strings.Trim(get(o.Fields[i]), " \t") })
	}
}

func (n *node) asLegacy() legacy.Parent {
	return legacy.Parent{TraceID: n.traceID, SpanID: n.spanID, Sampled: n.flags&w3c.Sampled != 0}
}

// fromHeader reads a header map; a canonical one has no name in lower case.
func fromHeader(r *remote, h map[string][]string, canonical bool) {
	state, baggage := headerState, headerBaggage
	parents := h[headerParent]
	if len(parents) == 0 && !canonical {
		if parents = h[lowerParent]; len(parents) > 0 {
			state, baggage = lowerState, lowerBaggage
		}
	}
	if settings.traceContext && len(parents) == 1 {
		if r.valid = r.Parse(parents[0]); r.valid {
			r.tracestate = w3c.Tracestate(h[state])
		}
	}
	if len(settings.otherFormats) > 0 {
		othersFromHeader(r, h)
	}
	if settings.baggage {
		all := h[baggage]
		if len(parents) == 0 && len(all) == 0 && !canonical {
			all = h[lowerBaggage]
		}
		if len(all) > 0 {
			r.baggage = w3c.Baggage(all)
		}
	}
}

func fromGet(r *remote, get func(key string) string) {
	if get == nil {
		return
	}
	if settings.traceContext {
		if parent := strings.Trim(get(lowerParent), " \t"); parent != "" {
			if r.valid = r.Parse(parent); r.valid {
				r.tracestate = w3c.Tracestate([]string{get(lowerState)})
			}
		}
	}
	if len(settings.otherFormats) > 0 {
		othersFromGet(r, get)
	}
	if settings.baggage {
		if all := get(lowerBaggage); all != "" {
			r.baggage = w3c.Baggage([]string{all})
		}
	}
}

// carried is one traceparent header: text and value list in one allocation.
type carried struct {
	values [1]string
	text   [55]byte
}

func (n *node) traceparent() []string {
	c := new(carried)
	w3c.AppendTraceparent(c.text[:0], n.traceID, n.spanID, n.flags)
	c.values[0] = *(*string)(unsafe.Pointer(&struct {
		text *byte
		size int
	}{&c.text[0], len(c.text)}))
	return c.values[:1:1]
}

// injectHeader is port.injectHeader. A traceparent that is there is replaced, with the tracestate that belonged to it; baggage of the user's stays.
func injectHeader(p unsafe.Pointer, h map[string][]string) {
	if p == nil || h == nil {
		return
	}
	n, _ := nodeOf(p)
	if n.suppressed() {
		return
	}
	if settings.traceContext {
		delete(h, lowerParent)
		h[headerParent] = n.traceparent()
		delete(h, lowerState)
		if n.tracestate != "" {
			h[headerState] = []string{n.tracestate}
		} else {
			delete(h, headerState)
		}
	}
	for i := range settings.otherFormats {
		o := &settings.otherFormats[i]
		for j, field := range o.Fields {
			delete(h, field)
			delete(h, o.canonical[j])
		}
		o.Inject(n.asLegacy(), func(j int, value string) { h[o.canonical[j]] = []string{value} })
	}
	if settings.baggage && n.baggage != "" && len(header(h, headerBaggage, lowerBaggage)) == 0 {
		h[headerBaggage] = []string{n.baggage}
	}
}

// injectSet is port.injectSet, for carriers that are not header maps.
func injectSet(p unsafe.Pointer, set func(key, value string)) {
	if p == nil || set == nil {
		return
	}
	n, _ := nodeOf(p)
	if n.suppressed() {
		return
	}
	if settings.traceContext {
		set(lowerParent, n.traceparent()[0])
		if n.tracestate != "" {
			set(lowerState, n.tracestate)
		}
	}
	for i := range settings.otherFormats {
		o := &settings.otherFormats[i]
		o.Inject(n.asLegacy(), func(j int, value string) { set(o.Fields[j], value) })
	}
	if settings.baggage && n.baggage != "" {
		set(lowerBaggage, n.baggage)
	}
}
