// Package wire has the few protobuf rules that the runtime needs: it writes OTLP bytes directly, so there is no message tree and no library.
package wire

import "encoding/binary"

// The functions that append are not inlined: a hundred copies of them in the runtime cost more, in the size of a program and in code that the
// processor has to fetch, than their calls do.

// AppendVarint appends v in base 128.
//
//go:noinline
func AppendVarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// VarintLen is the number of bytes that AppendVarint appends.
func VarintLen(v uint64) int {
	n := 1
	for v >= 0x80 {
		n++
		v >>= 7
	}
	return n
}

// AppendString appends a length-delimited field; tag is the one-byte field key.
//
//go:noinline
func AppendString(b []byte, tag byte, s string) []byte {
	b = append(b, tag)
	b = AppendVarint(b, uint64(len(s)))
	return append(b, s...)
}

// AppendBytes is AppendString for bytes.
//
//go:noinline
func AppendBytes(b []byte, tag byte, s []byte) []byte {
	b = append(b, tag)
	b = AppendVarint(b, uint64(len(s)))
	return append(b, s...)
}

// AppendFixed64 appends a fixed64 field; tag is the one-byte field key.
//
//go:noinline
func AppendFixed64(b []byte, tag byte, v uint64) []byte {
	return append(b, tag, byte(v), byte(v>>8), byte(v>>16), byte(v>>24), byte(v>>32), byte(v>>40), byte(v>>48), byte(v>>56))
}

// FieldLen is the size of a length-delimited field with a one-byte key and n bytes of content.
func FieldLen(n int) int { return 1 + VarintLen(uint64(n)) + n }

// Key gives the pre-encoded key field of an OTLP KeyValue, as the compiler emits it.
func Key(name string) string { return string(AppendString(nil, 0x0a, name)) }

// Field is one field of a message, as Next reads it.
type Field struct {
	Number uint64
	Type   uint8 // 0 varint, 1 fixed64, 2 length-delimited, 5 fixed32
	Value  uint64
	Bytes  []byte
}

// Next splits the first field off a message; ok is false at the end and on malformed bytes.
func Next(b []byte) (f Field, rest []byte, ok bool) {
	key, n := binary.Uvarint(b)
	if n <= 0 {
		return f, nil, false
	}
	b = b[n:]
	f.Number, f.Type = key>>3, uint8(key&7)
	switch f.Type {
	case 0:
		if f.Value, n = binary.Uvarint(b); n <= 0 {
			return f, nil, false
		}
		return f, b[n:], true
	case 1:
		if len(b) < 8 {
			return f, nil, false
		}
		f.Value = binary.LittleEndian.Uint64(b)
		return f, b[8:], true
	case 2:
		length, n := binary.Uvarint(b)
		if n <= 0 || length > uint64(len(b)-n) {
			return f, nil, false
		}
		f.Bytes = b[n : n+int(length)]
		return f, b[n+int(length):], true
	case 5:
		if len(b) < 4 {
			return f, nil, false
		}
		f.Value = uint64(binary.LittleEndian.Uint32(b))
		return f, b[4:], true
	}
	return f, nil, false
}
