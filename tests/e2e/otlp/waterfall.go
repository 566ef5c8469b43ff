package otlp

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"time"
)

//go:embed waterfall.html
var waterfallText string

// hues are far enough apart to tell services from each other in both themes.
var hues = []int{212, 152, 28, 276, 340, 186, 52, 8}

var waterfall = template.Must(template.New("waterfall").Parse(waterfallText))

type page struct {
	Title    string
	Services []service
	Traces   []traceView
	Spans    int
	Errors   int
}

type service struct {
	Name string
	Hue  int
}

type traceView struct {
	ID, Name, Duration, Count, Began string
	Services                         []service
	Spans                            []spanView
	Errors                           int
	Ticks                            []tick
}

type tick struct {
	Left  template.CSS
	Label string
}

type spanView struct {
	Name, Kind, Duration, SpanID, ParentID string
	Service                                service
	Indent                                 template.CSS // rem
	Left, Width                            template.CSS // per cent of the trace
	Label                                  string       // where the duration stands: right of the bar, else left of it, else inside
	Failed                                 bool
	Message                                string
	Attributes, Resource                   []Pair
	Events                                 []eventView
}

type eventView struct {
	Name, Offset string
	Attributes   []Pair
}

// WriteWaterfall writes one HTML page that needs no other file and no network.
func WriteWaterfall(out io.Writer, title string, traces []*Trace) error {
	p := page{Title: title}
	colours := map[string]service{}
	for _, t := range traces {
		for _, name := range t.Services {
			if _, known := colours[name]; !known {
				colours[name] = service{name, hues[len(colours)%len(hues)]}
				p.Services = append(p.Services, colours[name])
			}
		}
	}
	for _, t := range traces {
		p.Traces = append(p.Traces, newTraceView(t, colours))
		p.Spans += len(t.Spans)
		p.Errors += t.Failed
	}
	return waterfall.Execute(out, p)
}

func newTraceView(t *Trace, colours map[string]service) traceView {
	v := traceView{ID: t.ID, Duration: Milliseconds(t.Duration()), Count: count(len(t.Spans), "span"), Began: t.Start.UTC().Format("15:04:05.000 UTC"), Errors: t.Failed}
	for _, name := range t.Services {
		v.Services = append(v.Services, colours[name])
	}
	if len(t.Roots) > 0 {
		v.Name = t.Roots[0].Name
	}
	for i := 0; i <= 4; i++ {
		at := time.Duration(int64(t.Duration()) * int64(i) / 4)
		v.Ticks = append(v.Ticks, tick{percent(float64(i) / 4), Milliseconds(at)})
	}
	for _, n := range t.Spans {
		v.Spans = append(v.Spans, newSpanView(t, n, colours[n.Service]))
	}
	return v
}

func newSpanView(t *Trace, n *Node, owner service) spanView {
	whole := float64(max(t.Duration(), 1))
	left, width := float64(n.Start.Sub(t.Start))/whole, float64(n.Duration())/whole
	v := spanView{
		Name: n.Name, Kind: n.Kind, Duration: Milliseconds(n.Duration()), SpanID: n.SpanID, ParentID: n.ParentID,
		Service: owner, Indent: template.CSS(strconv.FormatFloat(float64(n.Depth)*1.1, 'f', 1, 64)),
		Left: percent(left), Width: percent(width), Label: labelPlace(left, width),
		Failed: n.Failed(), Message: n.StatusMessage, Attributes: Sorted(n.Attributes), Resource: Sorted(n.Resource),
	}
	for _, e := range n.Events {
		v.Events = append(v.Events, eventView{e.Name, "+" + Milliseconds(e.Time.Sub(n.Start)), Sorted(e.Attributes)})
	}
	return v
}

func labelPlace(left, width float64) string {
	switch {
	case left+width < 0.82:
		return "right"
	case left > 0.12:
		return "left"
	}
	return "inside"
}

func percent(fraction float64) template.CSS { return template.CSS(fmt.Sprintf("%.3f%%", fraction*100)) }
