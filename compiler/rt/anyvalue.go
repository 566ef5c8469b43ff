package rt

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"

	"instc.dev/rt/internal/wire"
)

// Values of any type as attributes. Numbers, booleans, texts, bytes and lists of strings stay what they are; everything else becomes a text: by its
// own method when it has one, as JSON otherwise, which unlike fmt survives a map that holds itself. Methods are foreign code: what panics becomes
// a text that says so.

const (
	maxAnyText  = 16 << 10 // bytes
	valuePanics = "!PANIC"
)

// appendPlain appends an attribute with a pre-encoded key.
func (b *body) appendPlain(key string, value any) {
	switch v := plainValue(value).(type) {
	case nil:
		if b.admit(key, len(key)+8) {
			b.buf = b.attribute(key, 0)
		}
	case string:
		b.appendString(key, cutBytes(v, maxAnyText))
	case bool:
		b.appendBool(key, v)
	case int64:
		b.appendInt(key, v)
	case float64:
		b.appendFloat(key, v)
	case []string:
		b.appendStrings(key, v)
	case []byte:
		if len(v) > b.limits.valueLength {
			v = v[:b.limits.valueLength]
		}
		if b.admit(key, len(key)+len(v)+12) {
			b.buf = wire.AppendBytes(b.attribute(key, wire.FieldLen(len(v))), tagBytes, v)
		}
	}
}

// plainValue gives nil, or a string, bool, int64, float64, []string or []byte.
func plainValue(value any) (plain any) {
	defer func() {
		if recover() != nil {
			stats.panics.Add(1)
			plain = valuePanics
		}
	}()
	switch v := value.(type) {
	case nil:
		return nil
	case string, bool, int64, float64, []string, []byte:
		return v
	case int:
		return int64(v)
	case time.Duration:
		return int64(v)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case error:
		return v.Error()
	case encoding.TextMarshaler:
		if text, err := v.MarshalText(); err == nil {
			return string(text)
		}
	case json.Marshaler:
	case fmt.Stringer:
		return v.String()
	}
	return kindValue(reflect.ValueOf(value))
}

func kindValue(v reflect.Value) any {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if v.Uint() > math.MaxInt64 {
			return strconv.FormatUint(v.Uint(), 10)
		}
		return int64(v.Uint())
	case reflect.Float32, reflect.Float64:
		return v.Float()
	}
	text, err := json.Marshal(v.Interface())
	if err != nil {
		return v.Type().String()
	}
	return string(text)
}
