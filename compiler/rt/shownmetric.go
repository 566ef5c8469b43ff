package rt

import (
	"encoding/binary"
	"encoding/hex"
	"math"

	"instc.dev/rt/internal/wire"
)

// Metrics for people and for Prometheus are read back from their wire form, as spans on the console are: OTLP is the one form that is written.

// shownMetric is a decoded metric; its JSON form is the console's output format.
type shownMetric struct {
	Name      string       `json:"name"`
	Kind      string       `json:"kind"` // gauge, sum, histogram
	Monotonic bool         `json:"monotonic,omitempty"`
	Delta     bool         `json:"delta,omitempty"`
	Unit      string       `json:"unit,omitempty"`
	Doc       string       `json:"description,omitempty"`
	Scope     string       `json:"scope"`
	Version   string       `json:"-"` // of the scope
	Points    []shownPoint `json:"points"`
}

type shownPoint struct {
	Attributes map[string]any  `json:"attributes,omitempty"`
	Start      uint64          `json:"start_unix_nano"`
	Time       uint64          `json:"time_unix_nano"`
	Value      any             `json:"value,omitempty"` // int64 or float64
	Count      uint64          `json:"count,omitempty"`
	Sum        *float64        `json:"sum,omitempty"`
	Min        *float64        `json:"min,omitempty"`
	Max        *float64        `json:"max,omitempty"`
	Buckets    []uint64        `json:"buckets,omitempty"`
	Bounds     []float64       `json:"bounds,omitempty"`
	Exemplars  []shownExemplar `json:"exemplars,omitempty"`
	keys       []string        // in the order of the wire
}

type shownExemplar struct {
	Value   float64 `json:"value"`
	Time    uint64  `json:"time_unix_nano"`
	TraceID string  `json:"trace_id,omitempty"`
	SpanID  string  `json:"span_id,omitempty"`
}

// shownResource is what a request says of the program.
type shownResource struct {
	keys       []string
	attributes map[string]any
}

// readMetrics decodes an ExportMetricsServiceRequest of this runtime.
func readMetrics(request []byte) (resource shownResource, all []shownMetric) {
	resource.attributes = map[string]any{}
	each(request, func(f wire.Field) { // ResourceMetrics
		each(f.Bytes, func(f wire.Field) {
			switch f.Number {
			case 1:
				each(f.Bytes, func(f wire.Field) {
					if f.Number == 1 {
						resource.keys = readInto(resource.attributes, resource.keys, f.Bytes)
					}
				})
			case 2:
				all = append(all, readScopeMetrics(f.Bytes)...)
			}
		})
	})
	return resource, all
}

func each(message []byte, use func(wire.Field)) {
	for f, rest, ok := wire.Next(message); ok; f, rest, ok = wire.Next(rest) {
		use(f)
	}
}

func readInto(attributes map[string]any, keys []string, pair []byte) []string {
	key, value := readPair(pair)
	attributes[key] = value
	return append(keys, key)
}

func readScopeMetrics(message []byte) (all []shownMetric) {
	var scope, version string
	each(message, func(f wire.Field) {
		switch f.Number {
		case 1:
			each(f.Bytes, func(f wire.Field) {
				switch f.Number {
				case 1:
					scope = string(f.Bytes)
				case 2:
					version = string(f.Bytes)
				}
			})
		case 2:
			m := readMetric(f.Bytes)
			m.Scope, m.Version = scope, version
			all = append(all, m)
		}
	})
	return all
}

func readMetric(message []byte) (m shownMetric) {
	data := func(kind string, message []byte) {
		m.Kind = kind
		each(message, func(f wire.Field) {
			switch f.Number {
			case 1:
				m.Points = append(m.Points, readPoint(f.Bytes, kind == "histogram"))
			case 2:
				m.Delta = f.Value == temporalityDelta
			case 3:
				m.Monotonic = f.Value != 0
			}
		})
	}
	each(message, func(f wire.Field) {
		switch f.Number {
		case 1:
			m.Name = string(f.Bytes)
		case 2:
			m.Doc = string(f.Bytes)
		case 3:
			m.Unit = string(f.Bytes)
		case 5:
			data("gauge", f.Bytes)
		case 7:
			data("sum", f.Bytes)
		case 9:
			data("histogram", f.Bytes)
		}
	})
	return m
}

func readPoint(message []byte, isHistogram bool) (p shownPoint) {
	p.Attributes = map[string]any{}
	float := func(f wire.Field) *float64 {
		v := math.Float64frombits(f.Value)
		return &v
	}
	each(message, func(f wire.Field) {
		switch {
		case f.Number == 2:
			p.Start = f.Value
		case f.Number == 3:
			p.Time = f.Value
		case isHistogram && f.Number == 9 || !isHistogram && f.Number == 7:
			p.keys = readInto(p.Attributes, p.keys, f.Bytes)
		case isHistogram && f.Number == 8, !isHistogram && f.Number == 5:
			p.Exemplars = append(p.Exemplars, readExemplar(f.Bytes))
		case f.Number == 4 && isHistogram:
			p.Count = f.Value
		case f.Number == 4:
			p.Value = math.Float64frombits(f.Value)
		case f.Number == 5:
			p.Sum = float(f)
		case f.Number == 6 && isHistogram:
			eachFixed64(f.Bytes, func(v uint64) { p.Buckets = append(p.Buckets, v) })
		case f.Number == 6:
			p.Value = int64(f.Value)
		case f.Number == 7:
			eachFixed64(f.Bytes, func(v uint64) { p.Bounds = append(p.Bounds, math.Float64frombits(v)) })
		case f.Number == 11:
			p.Min = float(f)
		case f.Number == 12:
			p.Max = float(f)
		}
	})
	return p
}

func eachFixed64(packed []byte, use func(uint64)) {
	for ; len(packed) >= 8; packed = packed[8:] {
		use(binary.LittleEndian.Uint64(packed))
	}
}

func readExemplar(message []byte) (e shownExemplar) {
	each(message, func(f wire.Field) {
		switch f.Number {
		case 2:
			e.Time = f.Value
		case 3:
			e.Value = math.Float64frombits(f.Value)
		case 4:
			e.SpanID = hex.EncodeToString(f.Bytes)
		case 5:
			e.TraceID = hex.EncodeToString(f.Bytes)
		}
	})
	return e
}
