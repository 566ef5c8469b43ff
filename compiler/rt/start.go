// Package rt is the runtime of instc: what instrumentation that was injected at compile time talks to. Spans are written straight to OTLP bytes
// and posted by one goroutine; nothing here depends on anything but the standard library. Generated code calls it through a Port; the generated
// wiring calls Start and NewPort. docs/runtime.md of the project has the rules.
package rt

import (
	"os"
	"sort"
	"strings"
	"sync"
	"time"
	"unsafe"

	"instc.dev/rt/internal/otlphttp"
	"instc.dev/rt/internal/otlpjson"
)

// Build says what the program was built with.
type Build struct {
	Instc string // version of instc
	Rules string // digest of the rule set

	// What instc version PROGRAM looks for in the program's file; nothing here reads it.
	Provenance string
}

// provenance keeps the linker from leaving the text out.
var provenance string

// Host is what the patched Go runtime offers. Every field may be nil: then spans travel in contexts alone, panics are not told apart, and nothing
// is flushed when the program ends.
type Host struct {
	Get          func() unsafe.Pointer // the goroutine's slot; inherited at `go`
	Set          func(unsafe.Pointer)
	PanicDepth   func() int   // panics in flight on this goroutine
	PanicValue   func() any   // of the newest of them
	AtExit       func(func()) // called when main returns and in os.Exit
	SignalWanted func(mine chan<- os.Signal, sig os.Signal) bool
}

var (
	host           Host
	started, wired sync.Once
)

// Start reads the environment and prepares export. The wiring calls it once, before the first NewPort. No goroutine starts, and no signal is touched,
// before a span ends.
func Start(build Build, h Host) {
	started.Do(func() {
		provenance = build.Provenance
		configure(build, h)
	})
}

// Wired starts what runs for as long as the program does: the endpoint for Prometheus and the watch over the configuration file, where there are any. The
// wiring calls it once, after the last NewPort, since their goroutines are in instrumented packages and read the ports of these.
func Wired() {
	wired.Do(func() {
		if address := settings.metrics.prometheus; address != "" && instruments.loop != nil {
			servePrometheus(address, instruments.loop)
		}
		if settings.file != nil && !settings.disabled {
			go settings.file.watch(configFileEvery, getenv, nil) // for as long as the program runs
		}
	})
}

func configure(build Build, h Host) {
	settings = readConfig(getenv)
	if settings.disabled {
		return
	}
	if h.Get != nil && h.Set != nil {
		host.Get, host.Set = h.Get, h.Set
	}
	host.PanicDepth, host.PanicValue, host.AtExit, host.SignalWanted = h.PanicDepth, h.PanicValue, h.AtExit, h.SignalWanted
	head := resource(&settings, build)
	metrics := startMetrics(head, build.Instc)
	logs := startLogs(head)
	targets := makeSpanTargets()
	settings.recording = len(targets) > 0
	if !settings.recording && metrics == nil && logs == nil {
		return
	}
	exporter := newExportLoop(&settings, head, targets)
	spans, bodies = exporter.queue, newBodyPool()
	end := &closing{spans: exporter, metrics: metrics, logs: logs}
	exporter.onStart = end.watch
	if metrics != nil {
		metrics.onStart = end.watch
		exporter.onStart = func() {
			end.watch()
			metrics.wakeUp()
		}
	}
	if logs != nil {
		logs.onStart = end.watch
	}
	if host.AtExit != nil {
		host.AtExit(end.leave)
	}
}

// startMetrics prepares the recording of metrics; nil when nobody wants them.
func startMetrics(head []byte, version string) *metricLoop {
	instruments = instrumentTable{}
	c := &settings.metrics
	targets := makeMetricTargets(c)
	if len(targets) == 0 && c.prometheus == "" {
		return nil
	}
	l := newMetricLoop(c, head, targets)
	instruments.loop = l
	if c.ofGo {
		instruments.goStats = instruments.addGoMetrics(scopes.number(scopeKey{"instc.dev/rt/go", version, ownSchema}))
	}
	if c.ofInstc {
		instruments.addSelfMetrics(scopes.number(scopeKey{"instc.dev/rt", version, ownSchema}))
	}
	return l
}

const ownSchema = "https://opentelemetry.io/schemas/1.37.0"

func makeMetricTargets(c *metricConfig) (targets []metricTarget) {
	for _, name := range c.exporters {
		switch name {
		case "console":
			targets = append(targets, newConsoleMetrics(settings.consoleJSON))
		case "file":
			t, err := newFileTarget(c.file, otlpjson.Metrics, settings.fileBytes)
			if err != nil {
				warn("file metrics", "no metrics are written to a file: %v", err)
				continue
			}
			targets = append(targets, t)
		default:
			client, err := otlphttp.New(c.otlp)
			if err != nil {
				warn("otlp metrics", "no metrics are exported: %v", err)
				continue
			}
			targets = append(targets, &otlpMetrics{client, c.sendFor})
		}
	}
	return targets
}

// closing is what the end of the program has to wait for.
type closing struct {
	spans   *exportLoop
	metrics *metricLoop // may be nil
	logs    *exportLoop // may be nil
	watched sync.Once
}

// watch begins to look for signals; called when there is something to lose.
func (c *closing) watch() {
	c.watched.Do(func() {
		checkNames()
		watchSignals(c)
	})
}

// leave exports what there is, all signals at a time.
func (c *closing) leave() {
	var others sync.WaitGroup
	beside := func(leave func()) {
		others.Add(1)
		go func() {
			defer others.Done()
			suppressGoroutine()
			leave()
		}()
	}
	if c.metrics != nil {
		beside(c.metrics.leave)
	}
	if c.logs != nil {
		beside(c.logs.leave)
	}
	c.spans.leave()
	others.Wait()
}

// hurry exports soon: the end may be near.
func (c *closing) hurry() {
	c.spans.hurry()
	if c.logs != nil {
		c.logs.hurry()
	}
}

func makeSpanTargets() []target {
	return makeTargets(spanSignal(), settings.exporters, otlpjson.Traces, settings.otlp, settings.sendFor, settings.tracesFile)
}

// makeTargets makes the exporters of spans or log records.
func makeTargets(kind signalKind, names []string, signal otlpjson.Signal, otlp otlphttp.Config, sendFor time.Duration, path string) (targets []target) {
	for _, name := range names {
		switch name {
		case "console":
			targets = append(targets, newConsole(settings.consoleJSON, signal))
		case "file":
			t, err := newFileTarget(path, signal, settings.fileBytes)
			if err != nil {
				warn("file "+kind.what, "no %ss are written to a file: %v", kind.what, err)
				continue
			}
			targets = append(targets, t)
		default:
			client, err := otlphttp.New(otlp)
			if err != nil {
				warn("otlp "+kind.what, "no %ss are exported: %v", kind.what, err)
				continue
			}
			targets = append(targets, &otlpTarget{client, sendFor, kind.what})
		}
	}
	return targets
}

// known collects the plugins and rules of all ports, to tell the user about names that mean nothing.
var known = struct {
	mu    sync.Mutex
	names map[string]bool
}{names: map[string]bool{}}

// checkNames tells about plugins and rules that are switched by a name which means nothing here.
func checkNames() {
	registry.mu.Lock()
	s := settings.switches
	registry.mu.Unlock()
	warnUnknown("INSTC_DISABLE", s.off)
	var names []string
	for name := range s.enabled {
		names = append(names, name)
	}
	for name := range s.samplers {
		names = appendOnce(names, name)
	}
	for name := range s.paths {
		names = appendOnce(names, name)
	}
	sort.Strings(names)
	warnUnknown("instc.plugins", names)
}

func warnUnknown(where string, names []string) {
	known.mu.Lock()
	defer known.mu.Unlock()
	var unknown []string
	for _, name := range names {
		if !known.names[name] {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		warn("env "+where, "%s: no such plugin or rule in this program: %s", where, strings.Join(unknown, ", "))
	}
}
