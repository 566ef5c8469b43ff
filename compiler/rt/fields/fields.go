// Package fields reads what log libraries keep of a record's attributes as JSON text, for the exporter of log records: names and values in turn, nested
// objects flattened with dots. A logger encodes the attributes of With when they are given; reading that text back says what the line will say, without
// calling the program's methods once more and without looking at values that may have changed since.
package fields

import (
	"bytes"
	"encoding/json"
	"sort"
	"strings"
)

const (
	maxFields = 256
	maxVisits = 2000 // of members, objects included
	maxDepth  = 16   // of objects
	maxText   = 64 << 10
)

// Members reads members without the braces around them, of which the last `open` objects are not closed yet. What is in then, a map[string]any or
// nothing, comes behind, below those open objects.
func Members(members []byte, open int64, then any) []any {
	r := &reader{}
	if open < 0 || open > 1000 {
		open = 0
	}
	if len(members) > 0 {
		r.object("{"+string(members)+strings.Repeat("}", int(open)+1), nil)
	}
	if more, ok := then.(map[string]any); ok {
		prefix := ""
		if int(open) <= len(r.path) {
			for _, name := range r.path[:open] {
				prefix += name + "."
			}
		}
		r.nested(prefix, more, 0)
	}
	return r.out
}

// Object reads a whole object but for the members named in leave.
func Object(object []byte, leave []string) []any {
	r := &reader{}
	r.object(string(object), leave)
	return r.out
}

// Without gives a map[string]any without two of its names; an empty one leaves nothing out.
func Without(fields any, one, other string) []any {
	r := &reader{}
	if members, ok := fields.(map[string]any); ok {
		r.nested("", members, 0)
	}
	kept := r.out[:0]
	for i := 0; i < len(r.out); i += 2 {
		if name := r.out[i]; name != one && name != other {
			kept = append(kept, name, r.out[i+1])
		}
	}
	return kept
}

// TextOf is the first member of that name when it is a text. Objects inside are not looked at.
func TextOf(object []byte, key string) (text string) {
	raw, _ := member(object, key)
	value, _ := plain(raw).(string)
	return value
}

// Names says whether members, the object's brace before them or not, have one of that name at their top. Most lines do not even have the text of it.
func Names(members []byte, key string) bool {
	quoted := []byte(`"` + key + `":`)
	if !bytes.Contains(members, quoted) {
		return false
	}
	if len(members) == 0 || members[0] != '{' {
		members = append([]byte("{"), members...)
	}
	_, found := member(members, key)
	return found
}

// member may be given an object that is not closed.
func member(object []byte, key string) (json.RawMessage, bool) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if _, err := decoder.Token(); err != nil {
		return nil, false
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, name == key
		}
		if name == key {
			return value, true
		}
	}
	return nil, false
}

type reader struct {
	out    []any
	path   []string // the objects around the last member that was read, outermost first
	visits int
}

func (r *reader) room() bool { return len(r.out) < 2*maxFields && r.visits < maxVisits }

func (r *reader) add(name string, value any) {
	if r.room() {
		r.out = append(r.out, name, value)
	}
}

func (r *reader) object(text string, leave []string) {
	decoder := json.NewDecoder(strings.NewReader(text))
	if _, err := decoder.Token(); err == nil {
		r.members(decoder, "", leave, 0)
	}
}

// members reads the members of an object whose brace has been read, in their order.
func (r *reader) members(decoder *json.Decoder, prefix string, leave []string, depth int) (ok bool) {
	for decoder.More() {
		key, err := decoder.Token()
		name, isName := key.(string)
		if r.visits++; err != nil || !isName || !r.room() {
			return false
		}
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return false
		}
		r.path = r.path[:depth]
		if len(value) > 0 && value[0] == '{' && depth < maxDepth {
			r.path = append(r.path, name)
			inner := json.NewDecoder(bytes.NewReader(value))
			inner.Token()
			if !r.members(inner, prefix+name+".", nil, depth+1) {
				return false
			}
			continue
		}
		if !contains(leave, name) {
			r.add(prefix+name, plain(value))
		}
	}
	return true
}

func (r *reader) nested(prefix string, members map[string]any, depth int) {
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if r.visits++; !r.room() {
			return
		}
		inner, isObject := members[name].(map[string]any)
		if isObject && depth < maxDepth {
			r.nested(prefix+name+".", inner, depth+1)
		} else {
			r.add(prefix+name, members[name])
		}
	}
}

// plain is a number, a text, a boolean or nil; lists, and objects that are too deep, are their JSON.
func plain(value json.RawMessage) any {
	var decoded any
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	if decoder.Decode(&decoded) != nil {
		return cut(string(value))
	}
	switch v := decoded.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
	case string:
		return cut(v)
	case bool, nil:
		return v
	}
	return cut(string(value))
}

func contains(list []string, name string) bool {
	for _, one := range list {
		if one == name {
			return true
		}
	}
	return false
}

func cut(s string) string {
	if len(s) > maxText {
		return s[:maxText]
	}
	return s
}
