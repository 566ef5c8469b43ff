package rt

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"instc.dev/rt/internal/otlpjson"
	"instc.dev/rt/internal/wire"
)

// consoleTarget writes one line per span or log record to standard error, for a person or, as JSON, for a program. It reads them back from their wire form.
type consoleTarget struct {
	json  bool
	write func([]byte) error
	read  func(message []byte, scope string) shown
}

// shown is what was read back: it has a text, and marshals as JSON.
type shown interface{ text() string }

func newConsole(asJSON bool, signal otlpjson.Signal) *consoleTarget {
	t := &consoleTarget{json: asJSON, write: func(b []byte) error { _, err := os.Stderr.Write(b); return err }}
	t.read = func(message []byte, scope string) shown {
		s := readSpan(message)
		s.Scope = scope
		return &s
	}
	if signal == otlpjson.Logs {
		t.read = func(message []byte, scope string) shown { return readLog(message, scope) }
	}
	return t
}

func (t *consoleTarget) name() string { return "the console" }

func (t *consoleTarget) export(b *batch, _ <-chan struct{}) (int64, error) {
	var out []byte
	for _, s := range b.spans {
		line := t.read(s.bytes, b.scopes[s.scope].name)
		if t.json {
			text, err := json.Marshal(line)
			if err != nil {
				return 0, err
			}
			out = append(out, text...)
		} else {
			out = append(out, line.text()...)
		}
		out = append(out, '\n')
	}
	return 0, t.write(out)
}

// shownSpan is a decoded span; its JSON form is the console's output format.
type shownSpan struct {
	Name          string         `json:"name"`
	Kind          string         `json:"kind"`
	TraceID       string         `json:"trace_id"`
	SpanID        string         `json:"span_id"`
	ParentSpanID  string         `json:"parent_span_id,omitempty"`
	Start         uint64         `json:"start_unix_nano"`
	End           uint64         `json:"end_unix_nano"`
	Status        string         `json:"status,omitempty"`
	StatusMessage string         `json:"status_message,omitempty"`
	Scope         string         `json:"scope"`
	Attributes    map[string]any `json:"attributes,omitempty"`
	Events        []shownEvent   `json:"events,omitempty"`
	keys          []string       // in the order of the wire
}

type shownEvent struct {
	Name       string         `json:"name"`
	Time       uint64         `json:"time_unix_nano"`
	Attributes map[string]any `json:"attributes,omitempty"`
}

var (
	kindNames   = [...]string{"unspecified", "internal", "server", "client", "producer", "consumer"}
	statusNames = [...]string{"", "ok", "error"}
)

func nameOf(names []string, i uint64) string {
	if i < uint64(len(names)) {
		return names[i]
	}
	return strconv.FormatUint(i, 10)
}

func readSpan(message []byte) (s shownSpan) {
	s.Attributes = map[string]any{}
	for f, rest, ok := wire.Next(message); ok; f, rest, ok = wire.Next(rest) {
		switch f.Number {
		case 1:
			s.TraceID = hex.EncodeToString(f.Bytes)
		case 2:
			s.SpanID = hex.EncodeToString(f.Bytes)
		case 4:
			s.ParentSpanID = hex.EncodeToString(f.Bytes)
		case 5:
			s.Name = string(f.Bytes)
		case 6:
			s.Kind = nameOf(kindNames[:], f.Value)
		case 7:
			s.Start = f.Value
		case 8:
			s.End = f.Value
		case 9:
			key, value := readPair(f.Bytes)
			s.keys = append(s.keys, key)
			s.Attributes[key] = value
		case 11:
			s.Events = append(s.Events, readEvent(f.Bytes))
		case 15:
			s.Status, s.StatusMessage = readStatus(f.Bytes)
		}
	}
	return s
}

func readStatus(message []byte) (status, text string) {
	for f, rest, ok := wire.Next(message); ok; f, rest, ok = wire.Next(rest) {
		switch f.Number {
		case 2:
			text = string(f.Bytes)
		case 3:
			status = nameOf(statusNames[:], f.Value)
		}
	}
	return status, text
}

func readEvent(message []byte) (e shownEvent) {
	e.Attributes = map[string]any{}
	for f, rest, ok := wire.Next(message); ok; f, rest, ok = wire.Next(rest) {
		switch f.Number {
		case 1:
			e.Time = f.Value
		case 2:
			e.Name = string(f.Bytes)
		case 3:
			key, value := readPair(f.Bytes)
			e.Attributes[key] = value
		}
	}
	return e
}

func readPair(message []byte) (key string, value any) {
	for f, rest, ok := wire.Next(message); ok; f, rest, ok = wire.Next(rest) {
		switch f.Number {
		case 1:
			key = string(f.Bytes)
		case 2:
			value = readValue(f.Bytes)
		}
	}
	return key, value
}

// readValue reads an AnyValue that the runtime wrote, so that it is nested no deeper than anyvalue.go allows.
func readValue(message []byte) any {
	f, _, ok := wire.Next(message)
	if !ok {
		return nil
	}
	switch f.Number {
	case 1:
		return string(f.Bytes)
	case 2:
		return f.Value != 0
	case 3:
		return int64(f.Value)
	case 4:
		return shownFloat(math.Float64frombits(f.Value))
	case 5:
		list := []any{}
		for f, rest, ok := wire.Next(f.Bytes); ok; f, rest, ok = wire.Next(rest) {
			list = append(list, readValue(f.Bytes))
		}
		return list
	case 6:
		pairs := map[string]any{}
		for f, rest, ok := wire.Next(f.Bytes); ok; f, rest, ok = wire.Next(rest) {
			key, value := readPair(f.Bytes)
			pairs[key] = value
		}
		return pairs
	case 7:
		return f.Bytes
	}
	return nil
}

// shownFloat keeps values that JSON has no number for.
func shownFloat(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return v
}

func (s *shownSpan) text() string {
	var b strings.Builder
	duration := time.Duration(int64(s.End - s.Start)).Round(time.Microsecond)
	fmt.Fprintf(&b, "span %s %s %v trace=%s span=%s", s.Kind, quoted(s.Name), duration, s.TraceID, s.SpanID)
	if s.ParentSpanID != "" {
		b.WriteString(" parent=" + s.ParentSpanID)
	}
	if s.Status != "" {
		b.WriteString(" status=" + s.Status)
	}
	if s.StatusMessage != "" {
		b.WriteString(" message=" + quoted(s.StatusMessage))
	}
	for _, key := range s.keys {
		fmt.Fprintf(&b, " %s=%s", key, quoted(fmt.Sprint(s.Attributes[key])))
	}
	for _, e := range s.Events {
		fmt.Fprintf(&b, " event=%s", e.Name)
	}
	return b.String()
}

// quoted quotes what would not read as one word; control characters never reach the terminal.
func quoted(s string) string {
	for _, c := range s {
		if c <= ' ' || c == '"' || c == '=' || !strconv.IsPrint(c) {
			return strconv.Quote(s)
		}
	}
	if s == "" {
		return `""`
	}
	return s
}
