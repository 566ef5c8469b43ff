package rt

import (
	"strings"
	"unsafe"

	"instc.dev/rt/internal/w3c"
)

// Samplers by path: health checks are not worth a trace, orders are. A span begins before its attributes are known, so one whose rule has such
// samplers begins with everything that an exported span has, decided as without them, and the attribute url.path decides anew. That comes in the
// start burst, before anybody else can see the span.
type pathSampler struct {
	prefix  string
	sampler sampler
}

const (
	maxPathSamplers = 100
	keyURLPath      = "\x0a\x08url.path"
)

// undecided is what the decision by path needs to know.
type undecided struct {
	node          *node
	paths         []pathSampler
	first         sampler // decided before
	hasRemote     bool
	remoteSampled bool
}

// pathsOf gives a rule's samplers by path; mostly there are none.
func pathsOf(r *rule) []pathSampler {
	b := live.Load()
	if b.paths == nil {
		return nil
	}
	return b.paths[r.number]
}

// undecided begins the span of a root, or of the child of a remote caller.
func (n *node) undecided(r *rule, from *remote, name string, paths []pathSampler) (unsafe.Pointer, unsafe.Pointer) {
	b := takeBody()
	b.begin(r, name)
	u := &undecided{node: n, paths: paths, first: samplerOf(r)}
	parent, remote := [8]byte{}, from != nil && from.valid
	if remote {
		parent = from.SpanID
		u.hasRemote, u.remoteSampled = !from.deferred, from.Flags&w3c.Sampled != 0
	}
	sampled := n.flags&w3c.Sampled != 0
	n.flags |= w3c.Sampled // of the head: one that is not sampled is not exported
	b.head(n, parent, remote)
	n.state |= stateRecorded
	n.sample(sampled)
	b.undecided, b.onlyMeasures = u, !sampled
	n.firstBody(b)
	return unsafe.Pointer(n), unsafe.Pointer(b)
}

func (n *node) sample(sampled bool) {
	if sampled {
		n.flags |= w3c.Sampled
		n.state &^= stateMeasured
	} else {
		n.flags &^= w3c.Sampled
		n.state |= stateMeasured
	}
}

// decide is told the path. Later bursts change nothing: others have seen the span by then.
func (b *body) decide(path string) {
	u := b.undecided
	b.undecided = nil
	if b.locked {
		return
	}
	for i := range u.paths {
		p := &u.paths[i]
		if !strings.HasPrefix(path, p.prefix) {
			continue
		}
		if u.node.flags&w3c.Sampled != 0 {
			u.first.giveBack(u.hasRemote)
		}
		u.node.sample(p.sampler.sample(&u.node.traceID, u.hasRemote, u.remoteSampled))
		b.onlyMeasures = u.node.measured()
		return
	}
}

// giveBack undoes a decision for a trace that is somebody else's to decide: it does not count against the limit.
func (s sampler) giveBack(hasRemote bool) {
	if s.limit != nil && !(hasRemote && s.parentBased) {
		s.limit.next.Add(-s.limit.interval)
	}
}
