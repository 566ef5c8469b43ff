package rt

import "encoding/binary"

// sampler decides about roots and about children of remote parents; a local child always follows its parent's span.
type sampler struct {
	parentBased bool
	threshold   uint64 // of 1<<63: a trace whose low 63 id bits are below it is sampled
}

const sampleAll = uint64(1) << 63

func ratioSampler(ratio float64) sampler {
	switch {
	case ratio >= 1:
		return sampler{threshold: sampleAll}
	case ratio <= 0:
		return sampler{}
	}
	return sampler{threshold: uint64(ratio * float64(sampleAll))}
}

// sample has the decision for a span of this trace; remote is its remote parent's sampled flag, if there is such a parent.
func (s sampler) sample(traceID *[16]byte, hasRemote, remoteSampled bool) bool {
	if hasRemote && s.parentBased {
		return remoteSampled
	}
	return binary.BigEndian.Uint64(traceID[8:])>>1 < s.threshold
}
