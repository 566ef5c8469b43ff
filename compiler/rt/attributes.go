package rt

import (
	"encoding/binary"
	"math"
	"unsafe"

	"instc.dev/rt/internal/wire"
)

// Attributes of a span, or of a log record, whose key and type the compiler knows: written to the body at once, in the usual case by a few instructions
// that a call would double.

// find gives the extent of the attribute with this pre-encoded key in buf, or -1.
func (b *body) find(key string) (from, to int) {
	for at := b.headLen; at < len(b.buf); {
		tag := b.buf[at]
		size, n := uvarint(b.buf[at+1:])
		content := at + 1 + n
		if tag == tagAttributes && size >= len(key) && string(b.buf[content:content+len(key)]) == key {
			return at, content + size
		}
		at = content + size
	}
	return -1, -1
}

// uvarint reads a length that this package wrote: below maxBody.
func uvarint(b []byte) (value, n int) {
	for shift := uint(0); ; shift += 7 {
		c := b[n]
		n++
		value |= int(c&0x7f) << shift
		if c < 0x80 {
			return value, n
		}
	}
}

// admit says whether an attribute of about this size may be appended, and counts it as kept or dropped.
func (b *body) admit(key string, size int) bool {
	if b.enriched && !b.guest {
		if from, _ := b.find(key); from >= 0 {
			return false // what an enricher said stays
		}
	}
	if b.attributes >= b.limits.attributes || len(b.buf)+size > maxBody {
		b.droppedAttributes++
		return false
	}
	b.attributes++
	return true
}

// attribute writes the outer shell of an attribute whose AnyValue has the given size.
func (b *body) attribute(key string, value int) []byte {
	buf := wire.AppendVarint(append(b.buf, tagAttributes), uint64(len(key)+wire.FieldLen(value)))
	buf = append(buf, key...)
	return wire.AppendVarint(append(buf, tagKeyValueValue), uint64(value))
}

func (b *body) appendString(key, value string) {
	value = clean(value, b.limits.valueLength)
	if b.admit(key, len(key)+len(value)+12) {
		b.buf = wire.AppendString(b.attribute(key, wire.FieldLen(len(value))), tagString, value)
	}
}

// appendShort is appendString for the usual case, and the most frequent call of all: ASCII, every length fits one byte, and nothing to cut, to
// yield to or to grow. It is room written out, because a call costs a tenth of it.
func (b *body) appendShort(key, value string) bool {
	at, size := len(b.buf), len(key)+4+len(value)
	to := at + 2 + size
	if size >= 0x80 || to > cap(b.buf) || to > maxBody || b.enriched || b.attributes >= b.limits.attributes || len(value) > b.limits.valueLength {
		return false
	}
	buf := b.buf[:to]
	buf[at], buf[at+1] = tagAttributes, byte(size)
	copyWords(buf[at+2:], key)
	at += 2 + len(key)
	buf[at], buf[at+1], buf[at+2], buf[at+3] = tagKeyValueValue, byte(len(value)+2), tagString, byte(len(value))
	if copyWords(buf[at+4:], value)&notASCII != 0 {
		return false // what has been written lies beyond the buffer's end
	}
	b.buf = buf
	b.attributes++
	return true
}

// room is attribute and admit in one for an attribute whose lengths all fit one byte: it gives the buffer with the shell of the attribute written
// and space for an AnyValue of this size at its end. The caller commits it; nil when the long way has to be taken.
func (b *body) room(key string, value int) (buf []byte, at int) {
	size := len(key) + 2 + value
	at = len(b.buf)
	to := at + 2 + size
	if size >= 0x80 || to > cap(b.buf) || to > maxBody || b.enriched || b.attributes >= b.limits.attributes {
		return nil, 0
	}
	buf = b.buf[:to]
	buf[at], buf[at+1] = tagAttributes, byte(size)
	copyWords(buf[at+2:], key)
	at += 2 + len(key)
	buf[at], buf[at+1] = tagKeyValueValue, byte(value)
	return buf, at + 2
}

// notASCII is the bit of each byte of a word that ASCII does not use.
const notASCII = 0x8080808080808080

// copyWords copies s to the start of a longer or equally long slice and gives all its bytes or'ed together in the lanes of a word, so that one walk both
// copies and looks. It takes eight bytes at a time, of which the last may overlap those before, and for texts as short as those of attributes it is
// faster than the call of memmove.
func copyWords(to []byte, s string) (seen uint64) {
	switch n := len(s); {
	case n >= 8:
		to = to[:n]
		for at := 0; at < n-8; at += 8 {
			w := word(s[at : at+8])
			seen |= w
			binary.LittleEndian.PutUint64(to[at:at+8], w)
		}
		w := word(s[n-8:])
		seen |= w
		binary.LittleEndian.PutUint64(to[n-8:], w)
	case n >= 4:
		first, last := half(s[:4]), half(s[n-4:])
		binary.LittleEndian.PutUint32(to, first)
		binary.LittleEndian.PutUint32(to[n-4:n], last)
		seen = uint64(first | last)
	case n > 0:
		to[0], to[n/2], to[n-1] = s[0], s[n/2], s[n-1]
		seen = uint64(s[0] | s[n/2] | s[n-1])
	}
	return seen
}

func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func half(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func (b *body) appendInt(key string, value int64) {
	if size := wire.VarintLen(uint64(value)); size <= 2 {
		if buf, at := b.room(key, 1+size); buf != nil {
			buf[at], buf[at+1] = tagInt, byte(value)
			if size == 2 {
				buf[at+1], buf[at+2] = byte(value)|0x80, byte(value>>7)
			}
			b.buf = buf
			b.attributes++
			return
		}
	}
	if b.admit(key, len(key)+20) {
		buf := append(b.attribute(key, 1+wire.VarintLen(uint64(value))), tagInt)
		b.buf = wire.AppendVarint(buf, uint64(value))
	}
}

func (b *body) appendBool(key string, value bool) {
	if b.admit(key, len(key)+10) {
		var bit byte
		if value {
			bit = 1
		}
		b.buf = append(b.attribute(key, 2), tagBool, bit)
	}
}

func (b *body) appendFloat(key string, value float64) {
	if b.admit(key, len(key)+18) {
		b.buf = wire.AppendFixed64(b.attribute(key, 9), tagDouble, math.Float64bits(value))
	}
}

func (b *body) appendStrings(key string, values []string) {
	if len(values) > maxBody/4 {
		values = values[:maxBody/4]
	}
	size := 0
	for _, v := range values {
		if size <= maxBody { // beyond it the attribute is dropped anyway
			size += wire.FieldLen(wire.FieldLen(len(clean(v, b.limits.valueLength))))
		}
	}
	if !b.admit(key, len(key)+size+16) {
		return
	}
	buf := wire.AppendVarint(append(b.attribute(key, wire.FieldLen(size)), tagArray), uint64(size))
	for _, v := range values {
		v = clean(v, b.limits.valueLength)
		buf = wire.AppendVarint(append(buf, 0x0a), uint64(wire.FieldLen(len(v))))
		buf = wire.AppendString(buf, tagString, v)
	}
	b.buf = buf
}

// replace makes room for a new value of key: the old one goes, and from now on the owner's appends yield to what is there.
func (b *body) replace(key string) {
	b.waitNoMore()
	b.enriched = true
	if from, to := b.find(key); from >= 0 {
		b.buf = append(b.buf[:from], b.buf[to:]...)
		b.attributes--
	}
}

// set runs one of the appends as a replacement.
func (b *body) set(key string, write func()) {
	guest := b.guest
	b.replace(key)
	b.guest = true
	write()
	b.guest = guest
}

// constant is port.constant.
func constant(p unsafe.Pointer, attributes string, count int) {
	b := bodyOf(p)
	if b == nil {
		return
	}
	if !b.enriched && b.attributes+count <= b.limits.attributes && len(b.buf)+len(attributes) <= maxBody {
		b.buf = append(b.buf, attributes...)
		b.attributes += count
		return
	}
	for len(attributes) > 0 {
		size, n := uvarint([]byte(attributes[1:min(len(attributes), 6)]))
		content := attributes[1+n : 1+n+size]
		keySize, m := uvarint([]byte(content[1:min(len(content), 6)]))
		if b.admit(content[:1+m+keySize], size+6) {
			b.buf = append(b.buf, attributes[:1+n+size]...)
		}
		attributes = attributes[1+n+size:]
	}
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func str(p unsafe.Pointer, key, value string) {
	b := bodyOf(p)
	if b == nil {
		return
	}
	if b.undecided != nil && key == keyURLPath {
		b.decide(value)
	}
	if !b.appendShort(key, value) {
		b.appendString(key, value)
	}
}

func integer(p unsafe.Pointer, key string, value int64) {
	if b := bodyOf(p); b != nil {
		b.appendInt(key, value)
	}
}

func boolean(p unsafe.Pointer, key string, value bool) {
	if b := bodyOf(p); b != nil {
		b.appendBool(key, value)
	}
}

func float(p unsafe.Pointer, key string, value float64) {
	if b := bodyOf(p); b != nil {
		b.appendFloat(key, value)
	}
}

func strs(p unsafe.Pointer, key string, value []string) {
	if b := bodyOf(p); b != nil {
		b.appendStrings(key, value)
	}
}

func setStr(p unsafe.Pointer, key, value string) {
	if b := bodyOf(p); b != nil {
		b.set(key, func() { b.appendString(key, value) })
	}
}

func setInteger(p unsafe.Pointer, key string, value int64) {
	if b := bodyOf(p); b != nil {
		b.set(key, func() { b.appendInt(key, value) })
	}
}

func setBoolean(p unsafe.Pointer, key string, value bool) {
	if b := bodyOf(p); b != nil {
		b.set(key, func() { b.appendBool(key, value) })
	}
}

func setFloat(p unsafe.Pointer, key string, value float64) {
	if b := bodyOf(p); b != nil {
		b.set(key, func() { b.appendFloat(key, value) })
	}
}

func setStrs(p unsafe.Pointer, key string, value []string) {
	if b := bodyOf(p); b != nil {
		b.set(key, func() { b.appendStrings(key, value) })
	}
}
