// Package slogs reads records of log/slog for the exporter of log records: attributes as names and values, groups flattened with dots, values resolved.
// It is a package of its own so that programs without log/slog do not link it.
//
// A record says what the line says. So the handler's ReplaceAttr is asked, attributes that With gave are read back from the text that the handler keeps
// of them, and no method of a value is called that the handler does not call itself: a value that cannot hurt the program by being logged cannot hurt
// it by being exported.
package slogs

import (
	"encoding"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strconv"
	"strings"

	"instc.dev/rt/fields"
)

const (
	maxFields = 256
	maxVisits = 2000 // of attributes, groups included
	maxDepth  = 16   // of groups
	maxText   = 64 << 10
	panicked  = "!PANIC"
)

// RecordFields gives names and values in turn. groups are the handler's open ones; formatted is what it keeps of the attributes of With, with the first
// `open` of the groups left open; replace is its ReplaceAttr.
func RecordFields(groups []string, formatted []byte, open int64, asJSON bool, replace, record any) []any {
	w := &walker{json: asJSON}
	w.replace, _ = replace.(func([]string, slog.Attr) slog.Attr)
	if len(formatted) > 0 && asJSON {
		w.out = fields.Members(formatted, open, nil)
	} else if len(formatted) > 0 {
		w.fromText(string(formatted))
	}
	r, ok := record.(slog.Record)
	if !ok {
		return w.out
	}
	prefix := ""
	for _, group := range groups {
		prefix += group + "."
	}
	groups = groups[:len(groups):len(groups)] // what is appended is a copy
	r.Attrs(func(a slog.Attr) bool {
		w.attr(prefix, groups, a, 0)
		return w.room()
	})
	return w.out
}

// RecordMessage is the message as ReplaceAttr leaves it.
func RecordMessage(replace any, message string) (text string) {
	call, ok := replace.(func([]string, slog.Attr) slog.Attr)
	if !ok || call == nil {
		return message
	}
	defer func() {
		if recover() != nil {
			text = panicked
		}
	}()
	replaced := call(nil, slog.String(slog.MessageKey, message))
	if isEmpty(replaced) {
		return ""
	}
	return replaced.Value.Resolve().String()
}

type walker struct {
	replace func([]string, slog.Attr) slog.Attr
	json    bool
	out     []any
	visits  int
}

func (w *walker) room() bool { return len(w.out) < 2*maxFields && w.visits < maxVisits }

func (w *walker) add(name string, value any) {
	if w.room() {
		w.out = append(w.out, name, value)
	}
}

func isEmpty(a slog.Attr) bool {
	return a.Key == "" && a.Value.Kind() == slog.KindAny && a.Value.Any() == nil
}

func (w *walker) attr(prefix string, groups []string, a slog.Attr, depth int) {
	if w.visits++; !w.room() || depth > maxDepth {
		return
	}
	a, ok := w.resolved(groups, a)
	if !ok {
		w.add(prefix+a.Key, panicked)
		return
	}
	if isEmpty(a) {
		return
	}
	if a.Value.Kind() != slog.KindGroup {
		w.add(prefix+a.Key, w.plain(a.Value))
		return
	}
	if a.Key != "" {
		prefix += a.Key + "."
		groups = append(groups[:len(groups):len(groups)], a.Key)
	}
	for _, inner := range a.Value.Group() {
		w.attr(prefix, groups, inner, depth+1)
	}
}

// resolved asks LogValue methods and ReplaceAttr, which are the program's.
func (w *walker) resolved(groups []string, a slog.Attr) (result slog.Attr, ok bool) {
	defer func() {
		if recover() != nil {
			result, ok = a, false
		}
	}()
	a.Value = a.Value.Resolve()
	if w.replace == nil || a.Value.Kind() == slog.KindGroup {
		return a, true
	}
	result = w.replace(groups, a)
	result.Value = result.Value.Resolve()
	return result, true
}

func (w *walker) plain(v slog.Value) any {
	switch v.Kind() {
	case slog.KindString:
		return cut(v.String())
	case slog.KindAny, slog.KindLogValuer, slog.KindGroup:
		return w.anyValue(v.Any())
	}
	return v.Any() // numbers, booleans, times and durations
}

// anyValue is a value as the handler writes it, but for numbers and booleans, which stay what they are.
func (w *walker) anyValue(v any) (plain any) {
	defer func() {
		if recover() != nil {
			plain = panicked
		}
	}()
	if v == nil {
		return nil
	}
	if w.json {
		return jsonValue(v)
	}
	if m, ok := v.(encoding.TextMarshaler); ok {
		text, err := m.MarshalText()
		if err != nil {
			return "!ERROR:" + err.Error()
		}
		return cut(string(text))
	}
	if b, ok := v.([]byte); ok {
		return cut(string(b))
	}
	if list, ok := v.([]string); ok {
		return list
	}
	if basic, ok := basicValue(v); ok {
		return basic
	}
	return cut(fmt.Sprintf("%+v", v))
}

func jsonValue(v any) any {
	_, marshals := v.(json.Marshaler)
	if err, ok := v.(error); ok && !marshals {
		return cut(err.Error())
	}
	_, texts := v.(encoding.TextMarshaler)
	if !marshals && !texts {
		if list, ok := v.([]string); ok {
			return list
		}
		if kind := reflect.ValueOf(v); kind.Kind() == reflect.String {
			return cut(kind.String())
		}
		if basic, ok := basicValue(v); ok {
			return basic
		}
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		return "!ERROR:" + err.Error()
	}
	var text string
	if len(encoded) > 0 && encoded[0] == '"' && json.Unmarshal(encoded, &text) == nil {
		return cut(text)
	}
	return cut(string(encoded))
}

// basicValue is the number or boolean in a value of a type without methods.
func basicValue(v any) (any, bool) {
	r := reflect.ValueOf(v)
	if r.NumMethod() > 0 {
		return nil, false
	}
	switch r.Kind() {
	case reflect.Bool:
		return r.Bool(), true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int(), true
	case reflect.Float32, reflect.Float64:
		return r.Float(), true
	}
	return nil, false
}

func cut(s string) string {
	if len(s) > maxText {
		return s[:maxText]
	}
	return s
}

// fromText reads what a text handler keeps: key=value, either of them quoted where it has to be.
func (w *walker) fromText(formatted string) {
	for formatted != "" && w.room() {
		w.visits++
		formatted = strings.TrimLeft(formatted, " ")
		key, rest := word(formatted, "=")
		if !strings.HasPrefix(rest, "=") {
			return
		}
		var value string
		value, formatted = word(rest[1:], " ")
		w.add(key, cut(value))
	}
}

func word(text, end string) (word, rest string) {
	if quoted, err := strconv.QuotedPrefix(text); err == nil {
		if plain, err := strconv.Unquote(quoted); err == nil {
			return plain, text[len(quoted):]
		}
	}
	if i := strings.Index(text, end); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}
