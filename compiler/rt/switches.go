package rt

import (
	"sync"
	"sync/atomic"
)

// The switchboard: which rules are on, and which samplers decide about new traces. It is read through one pointer, once per call, and changed by
// swapping that pointer, so that a new configuration holds everywhere at once or not at all.
type switchboard struct {
	on       []bool          // by rule.number
	samplers []*sampler      // by rule.number; nil: the root one
	paths    [][]pathSampler // by rule.number; nil: no rule has any
	root     sampler
}

var live atomic.Pointer[switchboard]

func init() { live.Store(&switchboard{root: ratioSampler(1)}) }

// switches is what the configuration says about plugins and rules, by "plugin" or "plugin.rule"; the rule's own entry wins.
type switches struct {
	off      offList
	enabled  map[string]bool
	samplers map[string]*sampler
	paths    map[string][]pathSampler
}

func (s *switches) on(r *rule) bool {
	if s.off.matches(r.plugin, r.id) {
		return false
	}
	if on, ok := s.enabled[r.id]; ok {
		return on
	}
	on, ok := s.enabled[r.plugin]
	return on || !ok
}

func (s *switches) sampler(r *rule) *sampler {
	if own := s.samplers[r.id]; own != nil {
		return own
	}
	return s.samplers[r.plugin]
}

// registry holds the rules of all ports, in the order of their numbers.
var registry struct {
	mu    sync.Mutex
	rules []*rule
}

// register numbers new rules, puts them on the board and says whether one is on.
func register(rules []*rule) (on bool) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	for _, r := range rules {
		r.number = len(registry.rules)
		registry.rules = append(registry.rules, r)
	}
	b := newSwitchboard(&settings.switches, settings.sampler)
	live.Store(b)
	for _, r := range rules {
		on = on || b.on[r.number]
	}
	return on
}

// rewire makes another configuration the live one.
func rewire(s *switches, root sampler) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	settings.switches, settings.sampler = *s, root // under the lock: register is the only other reader
	live.Store(newSwitchboard(s, root))
}

func newSwitchboard(s *switches, root sampler) *switchboard {
	b := &switchboard{on: make([]bool, len(registry.rules)), samplers: make([]*sampler, len(registry.rules)), root: root}
	for i, r := range registry.rules {
		b.on[i], b.samplers[i] = s.on(r), s.sampler(r)
	}
	if len(s.paths) > 0 {
		b.paths = make([][]pathSampler, len(registry.rules))
		for i, r := range registry.rules {
			if b.paths[i] = s.paths[r.id]; b.paths[i] == nil {
				b.paths[i] = s.paths[r.plugin]
			}
		}
	}
	return b
}

// samplerOf decides about traces that this rule starts or continues.
func samplerOf(r *rule) sampler {
	b := live.Load()
	if own := b.samplers[r.number]; own != nil {
		return *own
	}
	return b.root
}
