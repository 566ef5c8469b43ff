package rt

import (
	"sort"
	"unsafe"

	"instc.dev/rt/internal/wire"
)

// Log records. What a rule gives to `log` becomes the OTLP bytes of a LogRecord at once: attributes are written into a pooled body as those of a
// span are, and what stands around them is known when the record is emitted. From there on it is a queue, a loop and an exporter as for spans.
// Nothing of it happens unless OTEL_LOGS_EXPORTER asks for it.

// logRecords is the loop of log records; nil when nobody wants them.
var logRecords *exportLoop

// Field keys of LogRecord.
const (
	tagLogTime         = 0x09
	tagLogSeverity     = 0x10
	tagLogSeverityText = 0x1a
	tagLogBody         = 0x2a
	tagLogAttributes   = 0x32
	tagLogDropped      = 0x38
	tagLogFlags        = 0x45
	tagLogTrace        = 0x4a
	tagLogSpan         = 0x52
	tagLogObserved     = 0x59
)

const (
	maxLogText  = 32 << 10 // bytes of a record's body
	maxSeverity = 24
)

func logSignal() signalKind {
	return signalKind{"log record", &stats.logsSent, &stats.logsFailed, &stats.logsDropped}
}

// LogsExported says whether there is an exporter of log records, for rules that have to prepare what `log` is given.
func LogsExported() bool { return logRecords != nil }

// LogMark makes a mark that all copies of a record share, and LogFirst is true for the first who asks: handlers hand records on to several others,
// of which one exports it. A record without a mark is always the first.
func LogMark() any { return new(uint32) }

func LogFirst(mark any) bool {
	done, ok := mark.(*uint32)
	return !ok || once(done)
}

// newRecord is port.record: a record of the span that code with this context works for. Nil when nobody wants it, and for what the exporter's own
// goroutines have to say.
func newRecord(p unsafe.Pointer, ctx any) unsafe.Pointer {
	if logRecords == nil {
		return nil
	}
	n := currentNode(ctx)
	if n != nil && n.suppressed() {
		return nil
	}
	b := takeBody()
	b.rule, b.limits, b.logged = (*rule)(p), &settings.logs.limits, n
	return unsafe.Pointer(b)
}

// fields is port.fields: attributes that the program names itself, in a []any of names and values in turn or in a map[string]any. Of two with the
// same name the later counts.
func fields(p unsafe.Pointer, from any) {
	b := bodyOf(p)
	if b == nil {
		return
	}
	switch list := from.(type) {
	case []any:
		for i := 0; i+1 < len(list); i += 2 {
			if name, ok := list[i].(string); ok {
				b.field(name, list[i+1])
			}
		}
	case map[string]any:
		names := make([]string, 0, len(list))
		for name := range list {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			b.field(name, list[name])
		}
	}
}

func (b *body) field(name string, value any) {
	if name == "" {
		return
	}
	key := wire.Key(clean(name, maxName))
	if from, to := b.find(key); from >= 0 {
		b.buf = append(b.buf[:from], b.buf[to:]...)
		b.attributes--
	}
	b.appendPlain(key, value)
}

// emit is port.emit. A time of 0 is now, a severity of 0 is not known, others are from 1 to 24.
func emit(p unsafe.Pointer, unix, severity int64, severityText, text string) {
	b := bodyOf(p)
	if b == nil || logRecords == nil {
		return
	}
	observed := now()
	if unix <= 0 {
		unix = observed
	}
	buf := wire.AppendFixed64(b.aside.buf[:0], tagLogTime, uint64(unix))
	buf = wire.AppendFixed64(buf, tagLogObserved, uint64(observed))
	if severity != 0 {
		buf = append(buf, tagLogSeverity, clampSeverity(severity))
	}
	if severityText != "" {
		buf = wire.AppendString(buf, tagLogSeverityText, clean(severityText, maxName))
	}
	text = clean(cutBytes(text, maxLogText), maxLogText)
	buf = wire.AppendVarint(append(buf, tagLogBody), uint64(wire.FieldLen(len(text))))
	buf = wire.AppendString(buf, tagString, text)
	buf = appendLogSpan(buf, b.logged)
	retag(b.buf, tagLogAttributes)
	buf = append(buf, b.buf...)
	if b.droppedAttributes > 0 {
		buf = wire.AppendVarint(append(buf, tagLogDropped), uint64(b.droppedAttributes))
	}
	b.aside.buf = buf
	logRecords.queue.push(logRecords.queue.shardOf(b.shard), record{scope: b.rule.scope, bytes: buf})
	b.release()
}

func appendLogSpan(buf []byte, n *node) []byte {
	if n == nil {
		return buf
	}
	buf = append(append(buf, tagLogTrace, 16), n.traceID[:]...)
	buf = append(append(buf, tagLogSpan, 8), n.spanID[:]...)
	return append(buf, tagLogFlags, n.flags, 0, 0, 0)
}

func clampSeverity(severity int64) byte {
	switch {
	case severity < 1:
		return 1
	case severity > maxSeverity:
		return maxSeverity
	}
	return byte(severity)
}

// cutBytes keeps at most limit bytes, and no half character at their end.
func cutBytes(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && s[limit]&0xc0 == 0x80 {
		limit--
	}
	return s[:limit]
}
