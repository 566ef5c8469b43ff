package rt

import (
	"sync"

	"instc.dev/rt/internal/wire"
)

// scopeTable numbers the instrumentation scopes, one per plugin and version. Queued spans carry the number; the exporter groups by it.
type scopeTable struct {
	mu      sync.Mutex
	numbers map[scopeKey]uint16
	heads   []scopeHead
}

type scopeKey struct{ name, version, schema string }

// scopeHead is the constant part of a ScopeSpans message: what goes before and after the spans.
type scopeHead struct {
	name   string
	before []byte // field scope
	after  []byte // field schema_url
}

var scopes scopeTable

func (t *scopeTable) index(info *RuleInfo) uint16 {
	return t.number(scopeKey{"instc.dev/plugins/" + info.Plugin, info.Version, info.SchemaURL})
}

func (t *scopeTable) number(key scopeKey) uint16 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i, ok := t.numbers[key]; ok {
		return i
	}
	if len(t.heads) == 1<<16-1 {
		return 0
	}
	if t.numbers == nil {
		t.numbers = map[scopeKey]uint16{}
	}
	i := uint16(len(t.heads))
	t.numbers[key] = i
	t.heads = append(t.heads, newScopeHead(key))
	return i
}

func newScopeHead(key scopeKey) scopeHead {
	scope := wire.AppendString(nil, 0x0a, clean(key.name, maxName))
	if key.version != "" {
		scope = wire.AppendString(scope, 0x12, clean(key.version, maxName))
	}
	head := scopeHead{name: key.name, before: wire.AppendBytes(nil, 0x0a, scope)}
	if key.schema != "" {
		head.after = wire.AppendString(nil, 0x1a, clean(key.schema, maxName))
	}
	return head
}

// snapshot gives the heads known so far; they never change.
func (t *scopeTable) snapshot() []scopeHead {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.heads[:len(t.heads):len(t.heads)]
}
