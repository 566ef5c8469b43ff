// Package w3c reads and checks the propagation headers of the W3C: traceparent, tracestate and baggage. Everything here comes from the network,
// so parsing is strict where the recommendation is, bounded, and an invalid header is as good as none.
package w3c

import (
	"encoding/binary"
	"strings"
)

const (
	maxTracestate        = 512 // bytes that are passed on
	maxTracestateMembers = 32
	largeMember          = 128 // members above it are the first to go when a tracestate is too long
	maxTracestateInput   = 8192
	maxBaggage           = 8192
	maxBaggageMembers    = 64
)

// Trace flags that are defined and passed on.
const (
	Sampled = 0x01
	Random  = 0x02
)

// Parent is a parsed traceparent.
type Parent struct {
	TraceID [16]byte
	SpanID  [8]byte
	Flags   byte
}

// Parse reads a traceparent of version 00, or the known prefix of a later version. What it leaves in p is of no use when it refuses.
func (p *Parent) Parse(s string) bool {
	if len(s) < 55 || s[2] != '-' || s[35] != '-' || s[52] != '-' {
		return false
	}
	version, ok := hexByte(s[0], s[1])
	if !ok || version == 0xff || version == 0 && len(s) != 55 || len(s) > 55 && s[55] != '-' {
		return false
	}
	flags, ok := hexByte(s[53], s[54])
	p.Flags = flags & (Sampled | Random)
	return p.ParseIDs(s[3:35], s[36:52]) && ok
}

// ParseIDs reads the two ids, 32 and 16 digits that are not all 0.
func (p *Parent) ParseIDs(traceID, spanID string) bool {
	if len(traceID) != 32 || len(spanID) != 16 {
		return false
	}
	bad := decodeHex(p.TraceID[:], traceID) | decodeHex(p.SpanID[:], spanID)
	return bad == 0 && p.TraceID != [16]byte{} && p.SpanID != [8]byte{}
}

// decodeHex reads lower-case digits, twice as many as the bytes they stand for, eight at a time; not 0: something else was among them. In each lane of
// a word a digit is 0x30 to 0x39 and a letter 0x61 to 0x66: bit 6 tells them apart, and a letter's value is its lower half plus 9. What then does not
// fit four bits, or is not written as it was read, was no digit.
func decodeHex(to []byte, s string) (bad uint64) {
	const lanes = 0x0101010101010101
	for ; len(s) >= 8 && len(to) >= 4; s, to = s[8:], to[4:] {
		w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		letter := w >> 6 & lanes
		digits := w&(0x0f*lanes) + letter*9
		written := digits + 0x30*lanes + (digits+6*lanes)>>4&lanes*('a'-'0'-10)
		bad |= written ^ w | digits&(0xf0*lanes)
		pairs := (digits<<4 | digits>>8) & 0x00ff00ff00ff00ff
		quads := (pairs | pairs>>8) & 0x0000ffff0000ffff
		binary.LittleEndian.PutUint32(to, uint32(quads|quads>>16))
	}
	return bad
}

func hexByte(high, low byte) (byte, bool) {
	h, l := hexDigits[high], hexDigits[low]
	return h<<4 | l&0x0f, (h|l)&0x80 == 0
}

// hexDigits gives the value of a lower-case hex digit, 0xff for every other byte: upper case is not allowed in a traceparent.
var hexDigits = func() (table [256]byte) {
	for i := range table {
		table[i] = 0xff
	}
	for i := byte(0); i < 16; i++ {
		table["0123456789abcdef"[i]] = i
	}
	return table
}()

// AppendTraceparent writes a version 00 traceparent: 55 bytes.
func AppendTraceparent(b []byte, traceID [16]byte, spanID [8]byte, flags byte) []byte {
	b = append(b, "00-"...)
	b = AppendHex(b, traceID[:])
	b = append(b, '-')
	b = AppendHex(b, spanID[:])
	b = append(b, '-')
	return AppendHex(b, []byte{flags})
}

// AppendHex writes bytes in lower-case hex, four at a time: each half of a byte gets a lane of a word, as decodeHex reads them.
func AppendHex(b, from []byte) []byte {
	const lanes = 0x0101010101010101
	for ; len(from) >= 4; from = from[4:] {
		w := uint64(binary.LittleEndian.Uint32(from))
		w = (w | w<<16) & 0x0000ffff0000ffff
		w = (w | w<<8) & 0x00ff00ff00ff00ff
		digits := (w>>4 | w<<8) & (0x0f * lanes)
		letters := (digits + 6*lanes) >> 4 & lanes
		b = binary.LittleEndian.AppendUint64(b, digits+0x30*lanes+letters*('a'-'0'-10))
	}
	const digits = "0123456789abcdef"
	for _, c := range from {
		b = append(b, digits[c>>4], digits[c&15])
	}
	return b
}

// Tracestate joins the tracestate headers of a message and checks them; "" when there is none or one member is malformed. A list that is
// longer than 512 bytes loses its large members first and then members from its end, as the recommendation says.
func Tracestate(headers []string) string {
	total := 0
	for _, h := range headers {
		total += len(h)
	}
	if total == 0 || total > maxTracestateInput || len(headers) > maxTracestateMembers {
		return ""
	}
	joined := headers[0]
	if len(headers) > 1 {
		joined = strings.Join(headers, ",")
	}
	members, ok := splitTracestate(joined)
	if !ok || len(members) == 0 {
		return ""
	}
	if len(joined) <= maxTracestate {
		return strings.Trim(joined, " \t,")
	}
	return shorten(members)
}

func splitTracestate(s string) (members []string, ok bool) {
	for len(s) > 0 {
		var member string
		member, s = cut(s, ',')
		member = strings.Trim(member, " \t")
		if member == "" {
			continue
		}
		key, value := cut(member, '=')
		if len(key) == len(member) || !validKey(key) || !validValue(value) || len(members) == maxTracestateMembers {
			return nil, false
		}
		for _, other := range members {
			if strings.HasPrefix(other, key) && other[len(key)] == '=' {
				return nil, false
			}
		}
		members = append(members, member)
	}
	return members, true
}

func cut(s string, separator byte) (before, after string) {
	if i := strings.IndexByte(s, separator); i >= 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

// validKey: a simple key, or tenant@system.
func validKey(key string) bool {
	tenant, system := cut(key, '@')
	if len(tenant) == len(key) {
		return len(key) > 0 && len(key) <= 256 && isLower(key[0]) && keyChars(key)
	}
	return len(tenant) > 0 && len(tenant) <= 241 && (isLower(tenant[0]) || isDigit(tenant[0])) && keyChars(tenant) &&
		len(system) > 0 && len(system) <= 14 && isLower(system[0]) && keyChars(system)
}

func keyChars(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isLower(c) && !isDigit(c) && c != '_' && c != '-' && c != '*' && c != '/' {
			return false
		}
	}
	return true
}

// validValue: 1 to 256 printable characters without comma and equals sign; trailing blanks are gone already.
func validValue(value string) bool {
	if len(value) == 0 || len(value) > 256 {
		return false
	}
	for i := 0; i < len(value); i++ {
		if c := value[i]; c < 0x20 || c > 0x7e || c == '=' {
			return false
		}
	}
	return true
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func shorten(members []string) string {
	size := len(members) - 1
	for _, m := range members {
		size += len(m)
	}
	kept := members[:0]
	for _, m := range members {
		if size > maxTracestate && len(m) > largeMember {
			size -= len(m) + 1
			continue
		}
		kept = append(kept, m)
	}
	for size > maxTracestate {
		size -= len(kept[len(kept)-1]) + 1
		kept = kept[:len(kept)-1]
	}
	return strings.Join(kept, ",")
}

// Baggage checks a baggage header, which is passed on as it is; "" when it is malformed or too large.
func Baggage(headers []string) string {
	joined := strings.Join(headers, ",")
	if len(joined) == 0 || len(joined) > maxBaggage {
		return ""
	}
	members := 0
	for rest := joined; len(rest) > 0; {
		var member string
		member, rest = cut(rest, ',')
		member = strings.Trim(member, " \t")
		if member == "" {
			continue
		}
		if members++; members > maxBaggageMembers || !validBaggageMember(member) {
			return ""
		}
	}
	if members == 0 {
		return ""
	}
	return joined
}

// validBaggageMember: token = value, then properties; all of it printable ASCII.
func validBaggageMember(member string) bool {
	pair, _ := cut(member, ';')
	key, value := cut(pair, '=')
	if len(key) == len(pair) {
		return false
	}
	key = strings.Trim(key, " \t")
	if len(key) == 0 || strings.ContainsAny(key, " \t\"(),/:;<=>?@[\\]{}") {
		return false
	}
	for i := 0; i < len(member); i++ {
		if c := member[i]; c != '\t' && (c < 0x20 || c > 0x7e) {
			return false
		}
	}
	return !strings.ContainsAny(strings.Trim(value, " \t"), " \t\"\\")
}
