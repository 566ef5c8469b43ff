package rt

import (
	"strings"
	"unsafe"

	"instc.dev/rt/internal/w3c"
)

// remote is what a carrier says about the caller.
type remote struct {
	w3c.Parent
	valid      bool
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

func fromHeader(r *remote, h map[string][]string) {
	state, baggage := headerState, headerBaggage
	parents := h[headerParent]
	if len(parents) == 0 {
		if parents = h[lowerParent]; len(parents) > 0 {
			state, baggage = lowerState, lowerBaggage
		}
	}
	if settings.traceContext && len(parents) == 1 {
		if r.valid = r.Parse(parents[0]); r.valid {
			r.tracestate = w3c.Tracestate(h[state])
		}
	}
	if settings.baggage {
		all := h[baggage]
		if len(parents) == 0 && len(all) == 0 {
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
	if settings.baggage && n.baggage != "" {
		set(lowerBaggage, n.baggage)
	}
}
