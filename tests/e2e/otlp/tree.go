package otlp

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

// Trace is all spans with one trace id. Roots are the spans whose parent is not among them.
type Trace struct {
	ID         string
	Roots      []*Node
	Spans      []*Node // depth first
	Services   []string
	Start, End time.Time
	Failed     int
}

// Node is a span in its tree.
type Node struct {
	Span
	Parent   *Node
	Children []*Node
	Depth    int
}

// Traces groups spans into trees, oldest trace first; siblings are in order of start.
func Traces(spans []Span) []*Trace {
	byTrace := map[string][]*Node{}
	for _, s := range spans {
		byTrace[s.TraceID] = append(byTrace[s.TraceID], &Node{Span: s})
	}
	var traces []*Trace
	for id, nodes := range byTrace {
		traces = append(traces, newTrace(id, nodes))
	}
	sort.Slice(traces, func(i, j int) bool {
		if !traces[i].Start.Equal(traces[j].Start) {
			return traces[i].Start.Before(traces[j].Start)
		}
		return traces[i].ID < traces[j].ID
	})
	return traces
}

func newTrace(id string, nodes []*Node) *Trace {
	t := &Trace{ID: id, Start: nodes[0].Start, End: nodes[0].End}
	byID := map[string]*Node{}
	for _, n := range nodes {
		byID[n.SpanID] = n
	}
	for _, n := range nodes {
		if parent := byID[n.ParentID]; parent != nil && parent != n {
			n.Parent = parent
			parent.Children = append(parent.Children, n)
		} else {
			t.Roots = append(t.Roots, n)
		}
	}
	sortByStart(t.Roots)
	services := map[string]bool{}
	for _, root := range t.Roots {
		t.add(root, 0, services)
	}
	t.addCycles(nodes, services)
	return t
}

// addCycles shows spans that are each other's parents: a fault of the sender, but not one to hide.
func (t *Trace) addCycles(nodes []*Node, services map[string]bool) {
	reached := map[*Node]bool{}
	for _, n := range t.Spans {
		reached[n] = true
	}
	for _, n := range nodes {
		if !reached[n] {
			n.Children = nil
			t.Roots = append(t.Roots, n)
			t.add(n, 0, services)
		}
	}
}

func (t *Trace) add(n *Node, depth int, services map[string]bool) {
	n.Depth = depth
	t.Spans = append(t.Spans, n)
	if n.Start.Before(t.Start) {
		t.Start = n.Start
	}
	if n.End.After(t.End) {
		t.End = n.End
	}
	if n.Failed() {
		t.Failed++
	}
	if !services[n.Service] {
		services[n.Service] = true
		t.Services = append(t.Services, n.Service)
	}
	sortByStart(n.Children)
	for _, child := range n.Children {
		t.add(child, depth+1, services)
	}
}

func sortByStart(nodes []*Node) {
	sort.SliceStable(nodes, func(i, j int) bool { return nodes[i].Start.Before(nodes[j].Start) })
}

// Duration is the time from the first start to the last end.
func (t *Trace) Duration() time.Duration { return t.End.Sub(t.Start) }

// Crosses says whether some span of service `to` is a direct child of a span of service `from`.
func (t *Trace) Crosses(from, to string) bool {
	for _, n := range t.Spans {
		if n.Service == to && n.Parent != nil && n.Parent.Service == from {
			return true
		}
	}
	return false
}

// WriteTrees prints every trace: one line a span, its attributes beneath, errors marked.
func WriteTrees(out *strings.Builder, traces []*Trace, width int) {
	for _, t := range traces {
		fmt.Fprintf(out, "trace %s   %s, %s, %s", t.ID, count(len(t.Spans), "span"), count(len(t.Services), "service"),
			Milliseconds(t.Duration()))
		if t.Failed > 0 {
			fmt.Fprintf(out, ", %s", count(t.Failed, "error"))
		}
		out.WriteString("\n")
		for i, root := range t.Roots {
			writeNode(out, root, "", i == len(t.Roots)-1, width)
		}
		out.WriteString("\n")
	}
}

func writeNode(out *strings.Builder, n *Node, indent string, last bool, width int) {
	branch, below := "├─ ", "│  "
	if last {
		branch, below = "└─ ", "   "
	}
	mark := ""
	if n.Failed() {
		mark = "  ERROR " + n.reason()
	}
	line := indent + branch + n.Name
	fmt.Fprintf(out, "%-52s %-8s %-8s %10s%s\n", line, n.Service, n.Kind, Milliseconds(n.Duration()), strings.TrimRight(mark, " "))
	guide := indent + below
	if len(n.Children) > 0 {
		guide += "│ "
	} else {
		guide += "  "
	}
	writeWrapped(out, guide, describe(n), width)
	for i, child := range n.Children {
		writeNode(out, child, indent+below, i == len(n.Children)-1, width)
	}
}

// reason is the status message, or what error.type says when there is none.
func (n *Node) reason() string {
	if n.StatusMessage != "" {
		return n.StatusMessage
	}
	kind, _ := n.Attributes["error.type"].(string)
	return kind
}

// describe lists a span's attributes and events as words that must not be broken.
func describe(n *Node) []string {
	var words []string
	for _, pair := range Sorted(n.Attributes) {
		words = append(words, pair.Key+"="+quoted(pair.Value))
	}
	for _, e := range n.Events {
		words = append(words, "event:"+e.Name)
		for _, pair := range Sorted(e.Attributes) {
			words = append(words, pair.Key+"="+quoted(pair.Value))
		}
	}
	return words
}

func quoted(value string) string {
	if strings.ContainsAny(value, " \t\n\"") || value == "" {
		return fmt.Sprintf("%q", value)
	}
	return value
}

func writeWrapped(out *strings.Builder, guide string, words []string, width int) {
	line := guide
	for _, word := range words {
		if line != guide && len([]rune(line))+1+len([]rune(word)) > width {
			out.WriteString(line + "\n")
			line = guide
		}
		line += " " + word
	}
	if line != guide {
		out.WriteString(line + "\n")
	}
}

// Milliseconds renders a duration with a unit that fits.
func Milliseconds(d time.Duration) string {
	if d < time.Millisecond {
		return fmt.Sprintf("%d µs", d.Microseconds())
	}
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
