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
// yield to or to grow.
func (b *body) appendShort(key, value string) bool {
	to, size := b.shell(key, 2+len(value))
	if to == nil || len(value) > b.limits.valueLength {
		return false
	}
	*(*[2]byte)(to) = [2]byte{tagString, byte(len(value))}
	if copyText(unsafe.Add(to, 2), value)&notASCII != 0 {
		return false // what has been written lies beyond the buffer's end
	}
	b.buf = b.buf[:len(b.buf)+2+size]
	b.attributes++
	return true
}

// shell is attribute and admit in one for an attribute whose lengths all fit one byte: it writes everything of the attribute, of so many bytes behind
// its own head, but the AnyValue, and gives the place for that, which is inside of the buffer even for an empty one. The caller commits it; nil when the
// long way has to be taken.
func (b *body) shell(key string, value int) (to unsafe.Pointer, size int) {
	size = len(key) + 2 + value
	at := len(b.buf)
	if size >= 0x80 || at+2+size >= cap(b.buf) || at >= maxBody-0x82 || b.enriched || b.attributes >= b.limits.attributes {
		return nil, 0
	}
	to = unsafe.Add(*(*unsafe.Pointer)(unsafe.Pointer(&b.buf)), at)
	*(*[2]byte)(to) = [2]byte{tagAttributes, byte(size)}
	if to = unsafe.Add(to, 2); len(key) >= 16 && len(key) <= 32 { // nearly all keys: two moves, which overlap
		from, last := *(*unsafe.Pointer)(unsafe.Pointer(&key)), len(key)-16
		*(*[16]byte)(to) = *(*[16]byte)(from)
		*(*[16]byte)(unsafe.Add(to, last)) = *(*[16]byte)(unsafe.Add(from, last))
	} else {
		copyText(to, key)
	}
	to = unsafe.Add(to, len(key))
	*(*[2]byte)(to) = [2]byte{tagKeyValueValue, byte(value)}
	return unsafe.Add(to, 2), size
}

// notASCII is the bit of each byte of a word that ASCII does not use.
const notASCII = 0x8080808080808080

// copyText copies s to where there is room for it and gives all its bytes or'ed together in the lanes of a word, so that one walk both copies and looks.
// It takes eight bytes at a time, of which the last may overlap those before, and for texts as short as those of attributes it is faster than the
// call of memmove.
func copyText(to unsafe.Pointer, s string) (seen uint64) {
	from, n := *(*unsafe.Pointer)(unsafe.Pointer(&s)), len(s)
	switch {
	case n >= 8:
		for at := 0; at < n-8; at += 8 {
			seen |= copyWord(unsafe.Add(to, at), unsafe.Add(from, at))
		}
		seen |= copyWord(unsafe.Add(to, n-8), unsafe.Add(from, n-8))
	case n >= 4:
		first, last := (*[4]byte)(from)[:], (*[4]byte)(unsafe.Add(from, n-4))[:]
		seen = uint64(binary.LittleEndian.Uint32(first) | binary.LittleEndian.Uint32(last))
		*(*[4]byte)(to), *(*[4]byte)(unsafe.Add(to, n-4)) = *(*[4]byte)(first), *(*[4]byte)(last)
	case n > 0:
		for i := 0; i < n; i++ {
			seen |= uint64(s[i])
			*(*byte)(unsafe.Add(to, i)) = s[i]
		}
	}
	return seen
}

func copyWord(to, from unsafe.Pointer) uint64 {
	w := binary.LittleEndian.Uint64((*[8]byte)(from)[:])
	binary.LittleEndian.PutUint64((*[8]byte)(to)[:], w)
	return w
}

func (b *body) appendInt(key string, value int64) {
	varint := wire.VarintLen(uint64(value))
	if to, size := b.shell(key, 1+varint); to != nil {
		*(*byte)(to) = tagInt
		b.buf = wire.AppendVarint(b.buf[:len(b.buf)+2+size-varint], uint64(value))
		b.attributes++
		return
	}
	if b.admit(key, len(key)+20) {
		buf := append(b.attribute(key, 1+varint), tagInt)
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
