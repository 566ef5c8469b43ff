package rt

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"instc.dev/rt/internal/wire"
)

// shownLog is a decoded record; its JSON form is the console's output format.
type shownLog struct {
	Time         uint64         `json:"time_unix_nano"`
	Severity     uint64         `json:"severity_number,omitempty"`
	SeverityText string         `json:"severity_text,omitempty"`
	Body         any            `json:"body"`
	TraceID      string         `json:"trace_id,omitempty"`
	SpanID       string         `json:"span_id,omitempty"`
	Scope        string         `json:"scope"`
	Attributes   map[string]any `json:"attributes,omitempty"`
	keys         []string       // in the order of the wire
}

func readLog(message []byte, scope string) *shownLog {
	l := &shownLog{Scope: scope, Attributes: map[string]any{}}
	for f, rest, ok := wire.Next(message); ok; f, rest, ok = wire.Next(rest) {
		switch f.Number {
		case 1:
			l.Time = f.Value
		case 2:
			l.Severity = f.Value
		case 3:
			l.SeverityText = string(f.Bytes)
		case 5:
			l.Body = readValue(f.Bytes)
		case 6:
			key, value := readPair(f.Bytes)
			l.keys = append(l.keys, key)
			l.Attributes[key] = value
		case 9:
			l.TraceID = hex.EncodeToString(f.Bytes)
		case 10:
			l.SpanID = hex.EncodeToString(f.Bytes)
		}
	}
	return l
}

func (l *shownLog) text() string {
	var b strings.Builder
	b.WriteString("log " + time.Unix(0, int64(l.Time)).UTC().Format(time.RFC3339Nano))
	switch {
	case l.SeverityText != "":
		b.WriteString(" " + quoted(l.SeverityText))
	case l.Severity != 0:
		b.WriteString(" severity=" + strconv.FormatUint(l.Severity, 10))
	}
	fmt.Fprintf(&b, " %s", quoted(fmt.Sprint(l.Body)))
	if l.TraceID != "" {
		b.WriteString(" trace=" + l.TraceID + " span=" + l.SpanID)
	}
	for _, key := range l.keys {
		fmt.Fprintf(&b, " %s=%s", key, quoted(fmt.Sprint(l.Attributes[key])))
	}
	return b.String()
}
