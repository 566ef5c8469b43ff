// Package legacy reads and writes the propagation headers that were in use before the W3C's: Zipkin's B3, as one header or as several, and
// Jaeger's. They come from the network: ids are hex digits of a known length or the header is as good as none.
package legacy

import (
	"encoding/binary"
	"strconv"
	"strings"

	"instc.dev/rt/internal/w3c"
)

// Parent is what a header says about the caller.
type Parent struct {
	TraceID  [16]byte
	SpanID   [8]byte
	Sampled  bool
	Deferred bool // B3 only: the caller leaves the decision to us
}

// Format is one way to write a parent.
type Format struct {
	Name string
	// Fields are the keys that are read and written, in the spelling of HTTP/2 and of message headers.
	Fields []string
	// Extract asks for the fields by index.
	Extract func(field func(i int) string) (Parent, bool)
	// Inject sets the fields by index.
	Inject func(p Parent, set func(i int, value string))
}

// Formats by the names of OTEL_PROPAGATORS.
var Formats = []*Format{
	{Name: "b3", Fields: []string{"b3"}, Extract: extractB3, Inject: injectB3},
	{Name: "b3multi", Fields: []string{"x-b3-traceid", "x-b3-spanid", "x-b3-sampled", "x-b3-flags"}, Extract: extractB3Multi, Inject: injectB3Multi},
	{Name: "jaeger", Fields: []string{"uber-trace-id"}, Extract: extractJaeger, Inject: injectJaeger},
}

// ByName gives the format with this name, or nil.
func ByName(name string) *Format {
	for _, f := range Formats {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// extractB3 reads {trace id}-{span id}[-{sampling state}[-{parent span id}]]. A lone sampling state names no caller.
func extractB3(field func(int) string) (p Parent, ok bool) {
	parts := strings.SplitN(field(0), "-", 5)
	if len(parts) < 2 || len(parts) > 4 {
		return p, false
	}
	state := ""
	if len(parts) > 2 {
		state = parts[2]
	}
	return p, p.ids(parts[0], parts[1], 32) && p.b3State(state)
}

func extractB3Multi(field func(int) string) (p Parent, ok bool) {
	state := strings.ToLower(field(2))
	switch state { // some old senders write booleans
	case "true":
		state = "1"
	case "false":
		state = "0"
	}
	if field(3) == "1" {
		state = "d"
	}
	return p, p.ids(field(0), field(1), 32) && p.b3State(state)
}

// b3State: 1 sampled, 0 not, d debug, which is more than sampled; none: the decision is ours.
func (p *Parent) b3State(state string) bool {
	p.Sampled, p.Deferred = state == "1" || state == "d", state == ""
	return p.Sampled || p.Deferred || state == "0"
}

// ids takes a trace id of 16 or 32 digits and a span id of 16; Jaeger leaves out leading zeros, so for it any shorter length will do too.
func (p *Parent) ids(trace, span string, exact int) bool {
	if exact != 0 && (len(trace) != 16 && len(trace) != exact || len(span) != 16) || len(trace) > 32 || len(span) > 16 {
		return false
	}
	low := trace
	var high uint64
	if len(trace) > 16 {
		var err error
		if high, err = hex(trace[:len(trace)-16]); err != nil {
			return false
		}
		low = trace[len(trace)-16:]
	}
	rest, err := hex(low)
	if err != nil || high|rest == 0 {
		return false
	}
	id, err := hex(span)
	if err != nil || id == 0 {
		return false
	}
	binary.BigEndian.PutUint64(p.TraceID[:8], high)
	binary.BigEndian.PutUint64(p.TraceID[8:], rest)
	binary.BigEndian.PutUint64(p.SpanID[:], id)
	return true
}

// hex is strconv's, without the signs, prefixes and underscores that it would take.
func hex(s string) (uint64, error) {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return 0, strconv.ErrSyntax
		}
	}
	return strconv.ParseUint(s, 16, 64)
}

// extractJaeger reads {trace id}:{span id}:{parent span id}:{flags}; a proxy may have percent-encoded the colons.
func extractJaeger(field func(int) string) (p Parent, ok bool) {
	text := field(0)
	if len(text) > 128 {
		return p, false
	}
	if strings.Contains(text, "%") {
		text = strings.NewReplacer("%3A", ":", "%3a", ":").Replace(text)
	}
	parts := strings.SplitN(text, ":", 5)
	if len(parts) != 4 || parts[0] == "" || parts[1] == "" || parts[3] == "" || len(parts[3]) > 2 {
		return p, false
	}
	flags, err := hex(parts[3])
	if err != nil {
		return p, false
	}
	p.Sampled = flags&1 != 0
	return p, p.ids(parts[0], parts[1], 0)
}

func injectB3(p Parent, set func(int, string)) {
	set(0, text(p.TraceID[:])+"-"+text(p.SpanID[:])+"-"+p.bit())
}

func injectB3Multi(p Parent, set func(int, string)) {
	set(0, text(p.TraceID[:]))
	set(1, text(p.SpanID[:]))
	set(2, p.bit())
}

func injectJaeger(p Parent, set func(int, string)) {
	set(0, text(p.TraceID[:])+":"+text(p.SpanID[:])+":0:"+p.bit())
}

func (p Parent) bit() string {
	if p.Sampled {
		return "1"
	}
	return "0"
}

func text(id []byte) string { return string(w3c.AppendHex(nil, id)) }
