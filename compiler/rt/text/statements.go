package text

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// A program runs the same few statements over and over, and reading one costs more than the rest of its span. So what was found out is kept: a
// place in a table for each hash of a statement, in which the latest one stays. A statement with its data in it pushes out another one, no more.
type statements struct {
	read   func(query string) facts
	places [256]atomic.Pointer[statement]
}

// facts are what is known of a statement: its verb, its table and the two of them, or the text without data.
type facts struct{ first, second, both string }

type statement struct {
	query string
	facts
}

const maxStatement = 1 << 10 // bytes of one that is kept

var statementSeed = maphash.MakeSeed()

func (s *statements) of(query string) facts {
	if len(query) > maxStatement {
		return s.read(query)
	}
	place := &s.places[maphash.String(statementSeed, query)%uint64(len(s.places))]
	if known := place.Load(); known != nil && known.query == query {
		return known.facts
	}
	query = strings.Clone(query) // it may be a small part of something large
	known := &statement{query, s.read(query)}
	place.Store(known)
	return known.facts
}
