package rt

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
	"unsafe"

	"instc.dev/rt/internal/wire"
)

// Attributes whose keys and types are known only while the program runs: those of log records, and those that a program sets by the OpenTelemetry
// API. Numbers, booleans, texts, bytes and lists of these stay what they are, and values of the API are what they hold; everything else becomes a
// text: by its own method when it has one, as JSON otherwise, which unlike fmt survives a map that holds itself. Methods are foreign code: what
// panics becomes a text that says so, and a span is not locked meanwhile.

// Field keys of AnyValue that rules have no use for.
const (
	tagMap   = 0x32
	tagBytes = 0x3a
)

const (
	maxAnyText  = 16 << 10 // bytes of a text before its characters are counted
	maxAnyList  = 32 << 10 // bytes of a list
	maxAnyDepth = 8        // of lists and maps in each other
	valuePanics = "!PANIC"
)

// encodeKey writes the key of an attribute to an empty buffer and gives what is left of the buffer, for the value.
func encodeKey(buf []byte, key string) (encoded string, rest []byte) {
	buf = wire.AppendString(buf, 0x0a, clean(key, maxName))
	return *(*string)(unsafe.Pointer(&buf)), buf[len(buf):]
}

// appendPlain appends an attribute with a pre-encoded key.
func (b *body) appendPlain(key string, value any) {
	var room [192]byte // most values fit, and then nothing is allocated for them
	b.appendAny(key, anyValue(room[:0], value, b.limits.valueLength))
}

// appendAny appends an attribute whose AnyValue is encoded.
func (b *body) appendAny(key string, value []byte) {
	if b.admit(key, len(key)+len(value)+12) {
		b.buf = appendAttribute(b.buf, key, value)
	}
}

// appendAttribute writes a Span.attributes field.
func appendAttribute(buf []byte, key string, value []byte) []byte {
	buf = wire.AppendVarint(append(buf, tagAttributes), uint64(len(key)+wire.FieldLen(len(value))))
	return wire.AppendBytes(append(buf, key...), tagKeyValueValue, value)
}

// anyValue appends an AnyValue; nothing is an empty one. limit is of characters. What is not a scalar gets a buffer of its own, because foreign
// code and recursion would move the caller's to the heap.
func anyValue(buf []byte, value any, limit int) []byte {
	if encoded, ok := appendScalar(buf, value, limit); ok {
		return encoded
	}
	return append(buf, composite(value, limit)...)
}

func composite(value any, limit int) (encoded []byte) {
	defer func() {
		if recover() != nil {
			stats.panics.Add(1)
			encoded = wire.AppendString(nil, tagString, valuePanics)
		}
	}()
	return anyEncoder{limit}.append(nil, value, 0)
}

func appendScalar(buf []byte, value any, limit int) (_ []byte, ok bool) {
	switch v := value.(type) {
	case nil:
		return buf, true
	case string:
		return appendAnyText(buf, v, limit), true
	case bool:
		return appendAnyBool(buf, v), true
	case int64:
		return appendAnyInt(buf, v), true
	case int:
		return appendAnyInt(buf, int64(v)), true
	case time.Duration:
		return appendAnyInt(buf, int64(v)), true
	case float64:
		return wire.AppendFixed64(buf, tagDouble, math.Float64bits(v)), true
	case []byte:
		return appendAnyBytes(buf, v, limit), true
	}
	return buf, false
}

func appendAnyText(buf []byte, text string, limit int) []byte {
	return wire.AppendString(buf, tagString, clean(cutBytes(text, maxAnyText), limit))
}

func appendAnyBool(buf []byte, value bool) []byte {
	if value {
		return append(buf, tagBool, 1)
	}
	return append(buf, tagBool, 0)
}

func appendAnyInt(buf []byte, value int64) []byte {
	return wire.AppendVarint(append(buf, tagInt), uint64(value))
}

func appendAnyBytes(buf, value []byte, limit int) []byte {
	if len(value) > limit {
		value = value[:limit]
	}
	return wire.AppendBytes(buf, tagBytes, value)
}

// anyEncoder is for values that hold others or have methods.
type anyEncoder struct{ limit int }

// apiValue is what the OpenTelemetry API keeps the values of attributes in.
type apiValue interface{ AsInterface() any }

func (e anyEncoder) append(buf []byte, value any, depth int) []byte {
	if depth > maxAnyDepth {
		return buf
	}
	if encoded, ok := appendScalar(buf, value, e.limit); ok {
		return encoded
	}
	switch v := value.(type) {
	case apiValue:
		return e.append(buf, v.AsInterface(), depth+1)
	case time.Time:
		return appendAnyText(buf, v.Format(time.RFC3339Nano), e.limit)
	case error:
		return appendAnyText(buf, v.Error(), e.limit)
	case encoding.TextMarshaler:
		if text, err := v.MarshalText(); err == nil {
			return appendAnyText(buf, string(text), e.limit)
		}
	case json.Marshaler:
		return e.appendJSON(buf, value)
	case fmt.Stringer:
		return appendAnyText(buf, v.String(), e.limit)
	}
	return e.appendKind(buf, reflect.ValueOf(value), depth)
}

func (e anyEncoder) appendKind(buf []byte, v reflect.Value, depth int) []byte {
	switch v.Kind() {
	case reflect.String:
		return appendAnyText(buf, v.String(), e.limit)
	case reflect.Bool:
		return appendAnyBool(buf, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return appendAnyInt(buf, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if v.Uint() > math.MaxInt64 {
			return appendAnyText(buf, strconv.FormatUint(v.Uint(), 10), e.limit)
		}
		return appendAnyInt(buf, int64(v.Uint()))
	case reflect.Float32, reflect.Float64:
		return wire.AppendFixed64(buf, tagDouble, math.Float64bits(v.Float()))
	case reflect.Slice:
		switch element := v.Type().Elem(); {
		case element.Kind() == reflect.Uint8:
			return appendAnyBytes(buf, v.Bytes(), e.limit)
		case isPair(element):
			return e.appendMap(buf, v, depth+1)
		case isBasic(element.Kind()) || element.Implements(reflect.TypeOf((*apiValue)(nil)).Elem()):
			return e.appendList(buf, v, depth+1)
		}
	}
	return e.appendJSON(buf, v.Interface())
}

func isBasic(k reflect.Kind) bool {
	return reflect.Bool <= k && k <= reflect.Float64 || k == reflect.String
}

// isPair: an attribute as the API has it, a key and a value.
func isPair(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 2 && t.Field(0).Type.Kind() == reflect.String && t.Field(0).PkgPath == "" &&
		t.Field(1).PkgPath == "" && t.Field(1).Type.Implements(reflect.TypeOf((*apiValue)(nil)).Elem())
}

func (e anyEncoder) appendList(buf []byte, list reflect.Value, depth int) []byte {
	var content []byte
	for i := 0; i < list.Len() && len(content) < maxAnyList; i++ {
		content = wire.AppendBytes(content, 0x0a, e.append(nil, list.Index(i).Interface(), depth))
	}
	return wire.AppendBytes(buf, tagArray, content)
}

func (e anyEncoder) appendMap(buf []byte, pairs reflect.Value, depth int) []byte {
	var content []byte
	for i := 0; i < pairs.Len() && len(content) < maxAnyList; i++ {
		one := pairs.Index(i)
		pair := wire.AppendString(nil, 0x0a, clean(one.Field(0).String(), maxName))
		pair = wire.AppendBytes(pair, tagKeyValueValue, e.append(nil, one.Field(1).Interface(), depth))
		content = wire.AppendBytes(content, 0x0a, pair)
	}
	return wire.AppendBytes(buf, tagMap, content)
}

func (e anyEncoder) appendJSON(buf []byte, value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		return appendAnyText(buf, reflect.TypeOf(value).String(), e.limit)
	}
	return appendAnyText(buf, string(text), e.limit)
}
