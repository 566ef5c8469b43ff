package rt

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// consoleMetrics writes one line per data point to standard error, for a person or, as JSON, for a program.
type consoleMetrics struct {
	json  bool
	write func([]byte) error
}

func newConsoleMetrics(asJSON bool) *consoleMetrics {
	return &consoleMetrics{asJSON, func(b []byte) error { _, err := os.Stderr.Write(b); return err }}
}

func (t *consoleMetrics) name() string { return "the console" }

func (t *consoleMetrics) exportMetrics(request []byte, _ <-chan struct{}) error {
	_, all := readMetrics(request)
	var out []byte
	for k := range all {
		if !t.json {
			out = append(out, all[k].text()...)
			continue
		}
		line, err := json.Marshal(&all[k])
		if err != nil {
			return err
		}
		out = append(append(out, line...), '\n')
	}
	return t.write(out)
}

func (m *shownMetric) text() string {
	var b strings.Builder
	for k := range m.Points {
		p := &m.Points[k]
		fmt.Fprintf(&b, "metric %s", quoted(m.Name))
		for _, key := range p.keys {
			fmt.Fprintf(&b, " %s=%s", key, quoted(fmt.Sprint(p.Attributes[key])))
		}
		if m.Kind == "histogram" {
			fmt.Fprintf(&b, " count: %d", p.Count)
			if p.Sum != nil && p.Count > 0 {
				fmt.Fprintf(&b, " mean: %.6g", *p.Sum/float64(p.Count))
			}
			if p.Max != nil && p.Count > 0 {
				fmt.Fprintf(&b, " max: %.6g", *p.Max)
			}
		} else {
			fmt.Fprintf(&b, " value: %v", p.Value)
		}
		if m.Unit != "" && m.Unit != "1" {
			b.WriteString(" " + m.Unit)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
