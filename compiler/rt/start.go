// Package rt is the runtime of instc: what instrumentation that was injected at compile time talks to. Spans are written straight to OTLP bytes
// and posted by one goroutine; nothing here depends on anything but the standard library. Generated code calls it through a Port; the generated
// wiring calls Start and NewPort. docs/runtime.md of the project has the rules.
package rt

import (
	"os"
	"strings"
	"sync"
	"unsafe"

	"instc.dev/rt/internal/otlphttp"
)

// Build says what the program was built with.
type Build struct {
	Instc string // version of instc
	Rules string // digest of the rule set
}

// Host is what the patched Go runtime offers. Every field may be nil: then spans travel in contexts alone, panics are not told apart, and nothing
// is flushed when the program ends.
type Host struct {
	Get          func() unsafe.Pointer // the goroutine's slot; inherited at `go`
	Set          func(unsafe.Pointer)
	PanicDepth   func() int   // panics in flight on this goroutine
	AtExit       func(func()) // called when main returns and in os.Exit
	SignalWanted func(mine chan<- os.Signal, sig os.Signal) bool
}

var (
	host    Host
	started sync.Once
)

// Start reads the environment and prepares export. The wiring calls it once, before the first NewPort; no goroutine starts and no signal is
// touched before a span ends.
func Start(build Build, h Host) {
	started.Do(func() { configure(build, h) })
}

func configure(build Build, h Host) {
	settings = readConfig(getenv)
	if settings.disabled {
		return
	}
	if h.Get != nil && h.Set != nil {
		host.Get, host.Set = h.Get, h.Set
	}
	host.PanicDepth, host.AtExit, host.SignalWanted = h.PanicDepth, h.AtExit, h.SignalWanted
	targets := makeTargets()
	settings.recording = len(targets) > 0
	if !settings.recording {
		return
	}
	exporter := newExportLoop(&settings, resource(&settings, build), targets)
	spans, bodies = exporter.queue, newBodyPool()
	exporter.onStart = func() {
		checkOffList()
		watchSignals(exporter)
	}
	if host.AtExit != nil {
		host.AtExit(exporter.leave)
	}
}

func makeTargets() (targets []target) {
	for _, name := range settings.exporters {
		if name == "console" {
			targets = append(targets, newConsole(settings.consoleJSON))
			continue
		}
		client, err := otlphttp.New(settings.otlp)
		if err != nil {
			warn("otlp", "no spans are exported: %v", err)
			continue
		}
		targets = append(targets, &otlpTarget{client, settings.sendFor})
	}
	return targets
}

// known collects the plugins and rules of all ports, to tell the user about names in INSTC_DISABLE that mean nothing.
var known = struct {
	mu    sync.Mutex
	names map[string]bool
}{names: map[string]bool{}}

func checkOffList() {
	known.mu.Lock()
	defer known.mu.Unlock()
	var unknown []string
	for _, name := range settings.off {
		if !known.names[name] {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		warn("env INSTC_DISABLE", "INSTC_DISABLE: no such plugin or rule in this program: %s", strings.Join(unknown, ", "))
	}
}
