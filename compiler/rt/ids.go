package rt

import (
	"encoding/binary"
	"math/rand/v2"
)

// Ids come from the per-thread ChaCha8 generator of math/rand/v2: no lock, no allocation, random enough for the W3C random flag.

func newTraceID() (id [16]byte) {
	for id == [16]byte{} {
		binary.LittleEndian.PutUint64(id[:8], rand.Uint64())
		binary.LittleEndian.PutUint64(id[8:], rand.Uint64())
	}
	return id
}

func newSpanID() (id [8]byte) {
	for id == [8]byte{} {
		binary.LittleEndian.PutUint64(id[:], rand.Uint64())
	}
	return id
}
