// Package text has the functions behind the language's built-ins: what telemetry says about statements, commands, URLs, methods and addresses.
// They are called with whatever the program holds, so each is bounded, none panics, and none returns what could be a secret or personal data
// where its name promises to keep that out.
package text

import (
	"errors"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Itoa is the decimal form.
func Itoa(value int64) string { return strconv.FormatInt(value, 10) }

// Atoi reads a decimal number; anything else is 0.
func Atoi(s string) int64 {
	value, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return value
}

// ErrorIs is errors.Is. Methods of foreign errors may panic: then the answer is no.
func ErrorIs(err, target error) (is bool) {
	defer func() {
		if recover() != nil {
			is = false
		}
	}()
	return errors.Is(err, target)
}

// Lower is strings.ToLower.
func Lower(s string) string { return strings.ToLower(s) }

// Upper is strings.ToUpper.
func Upper(s string) string { return strings.ToUpper(s) }

// Words joins two words by one space; an empty one is left out.
func Words(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + " " + b
}

// Join joins the first max values; max 0 or less: all of them.
func Join(values []string, separator string, max int) string {
	if max > 0 && len(values) > max {
		values = values[:max]
	}
	size := 0
	for i, v := range values {
		if size += len(v) + len(separator); size > maxText {
			return cutText(strings.Join(values[:i+1], separator), maxText)
		}
	}
	return strings.Join(values, separator)
}

// Text is the text of a string, []byte, error, fmt.Stringer or basic value, at most 4096 bytes; "" for everything else and when the value's own
// method panics.
func Text(value any) (text string) {
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return cutText(v, maxText)
	case []byte:
		if len(v) > maxText {
			v = v[:maxText]
		}
		return cutText(string(v), maxText)
	case error:
		return cutText(v.Error(), maxText)
	case fmt.Stringer:
		return cutText(v.String(), maxText)
	}
	return basicText(reflect.ValueOf(value))
}

// CutText is Text of what is known to be a string.
func CutText(value string) string { return cutText(value, maxText) }

func basicText(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return cutText(v.String(), maxText)
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	}
	return ""
}

// TypeName is the Go type of a value, as in error.type; "" for nil.
func TypeName(value any) string {
	if value == nil {
		return ""
	}
	return reflect.TypeOf(value).String()
}

// cutText keeps at most limit bytes, on a rune boundary.
func cutText(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// KeepFirst puts s into a sorted list that keeps its first max texts.
func KeepFirst(list []string, s string, max int) []string {
	at := sort.SearchStrings(list, s)
	if at >= max {
		return list
	}
	if len(list) < max {
		list = append(list, "")
	}
	copy(list[at+1:], list[at:])
	list[at] = s
	return list
}

// AttributeKey is the name of an attribute whose last part is computed, as the port takes names: a field of an OTLP KeyValue. It is empty when
// there is no part, or one too long for a name.
func AttributeKey(prefix, part string, lower bool) string {
	if part == "" || len(part) > maxKeyPart {
		return ""
	}
	if lower {
		part = strings.ToLower(part)
	}
	size := len(prefix) + len(part)
	field := make([]byte, 0, size+4)
	field = append(field, 0x0a)
	for ; size > 0x7f; size >>= 7 {
		field = append(field, byte(size)|0x80)
	}
	field = append(field, byte(size))
	return string(append(append(field, prefix...), part...))
}

const maxKeyPart = 255
