package rt

import (
	"fmt"
	"math"
	"reflect"
	"unsafe"

	"instc.dev/rt/internal/wire"
)

// Attributes whose keys and types are known only while the program runs: those that it sets itself by the OpenTelemetry API. Values are encoded
// before the span is locked, since some ask foreign code what they hold.

// Field keys of AnyValue that rules have no use for.
const (
	tagMap   = 0x32
	tagBytes = 0x3a
)

const (
	maxAPIDepth = 8     // of lists and maps in each other
	maxAPIValue = 32768 // bytes of one value
)

// apiAttribute gives key and AnyValue of an attribute; both lie in the buffer, when it is large enough.
func apiAttribute(buf []byte, key string, value any) (encodedKey string, encoded []byte) {
	buf = wire.AppendString(buf, 0x0a, clean(key, maxName))
	size := len(buf)
	buf = appendAnyValue(buf, value, 0)
	front := buf[:size]
	return *(*string)(unsafe.Pointer(&front)), buf[size:]
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

// appendAnyValue encodes what attribute.Value.AsInterface gives; nothing is an empty value.
func appendAnyValue(buf []byte, value any, depth int) []byte {
	switch v := value.(type) {
	case nil:
		return buf
	case string:
		return wire.AppendString(buf, tagString, clean(v, settings.limits.valueLength))
	case bool:
		if v {
			return append(buf, tagBool, 1)
		}
		return append(buf, tagBool, 0)
	case int64:
		return wire.AppendVarint(append(buf, tagInt), uint64(v))
	case float64:
		return wire.AppendFixed64(buf, tagDouble, math.Float64bits(v))
	case []byte:
		if len(v) > settings.limits.valueLength {
			v = v[:settings.limits.valueLength]
		}
		return wire.AppendBytes(buf, tagBytes, v)
	case interface{ AsInterface() any }:
		if depth < maxAPIDepth {
			return appendAnyValue(buf, v.AsInterface(), depth+1)
		}
		return buf
	}
	if list := reflect.ValueOf(value); list.Kind() == reflect.Slice && depth < maxAPIDepth {
		return appendAnyList(buf, list, depth+1)
	}
	return wire.AppendString(buf, tagString, clean(fmt.Sprint(value), settings.limits.valueLength))
}

// appendAnyList encodes a slice: of pairs of key and value it is a map.
func appendAnyList(buf []byte, list reflect.Value, depth int) []byte {
	var content []byte
	element := list.Type().Elem()
	pairs := element.Kind() == reflect.Struct && element.NumField() == 2 && element.Field(0).Type.Kind() == reflect.String &&
		element.Field(0).PkgPath == "" && element.Field(1).PkgPath == ""
	for i := 0; i < list.Len() && len(content) < maxAPIValue; i++ {
		one := list.Index(i)
		if pairs {
			value := appendAnyValue(nil, one.Field(1).Interface(), depth)
			pair := wire.AppendBytes([]byte(wire.Key(clean(one.Field(0).String(), maxName))), tagKeyValueValue, value)
			content = wire.AppendBytes(content, 0x0a, pair)
		} else {
			content = wire.AppendBytes(content, 0x0a, appendAnyValue(nil, one.Interface(), depth))
		}
	}
	if pairs {
		return wire.AppendBytes(buf, tagMap, content)
	}
	return wire.AppendBytes(buf, tagArray, content)
}
