package box

// Put has other names for the type parameters, and this file does not import their constraints.
func (b *Box[Key, Value]) Put(key Key, value Value) (old Value, found bool) {
	old, found = b.held[key]
	b.held[key], b.last = value, Pair[Key, Value]{key, value}
	if top := b.top.Load(); top == nil || top.Second < value {
		b.top.Store(&Pair[Key, Value]{key, value})
	}
	return old, found
}

// Len does not name them at all.
func (b *Box[_, _]) Len() int { return len(b.held) }

// Holds says whether it is there.
func (b *Box[K, _]) Holds(key K) bool { _, found := b.held[key]; return found }

// Drop names one of them.
func (b *Box[K, _]) Drop(keys ...K) {
	for _, key := range keys {
		delete(b.held, key)
	}
}

// Each calls f, until it fails.
func (b *Box[K, _]) Each(f func(key K) error) error {
	if b.Len() == 0 {
		return nil
	}
	for key := range b.held {
		if err := f(key); err != nil {
			return err
		}
	}
	return nil
}

// Swap has a value as its receiver.
func (p Pair[A, B]) Swap() Pair[B, A] { return Pair[B, A]{p.Second, p.First} }

// Close ends it.
func (b *Box[K, V]) Close() { b.held = nil }

// Log is not generic itself.
type Log struct{ lines []string }

// Add calls a generic function.
func (l *Log) Add(line string) bool {
	known := Has(l.lines, line)
	l.lines = append(l.lines, line)
	return !known
}

// Shelf has an instance, and its methods.
type Shelf struct {
	*Box[string, int]
	row int
}

// Fill is a method beside those.
func (s *Shelf) Fill(n int) {
	s.Put("filled", n)
	s.row++
}
