package rt

import (
	"os"
	"path/filepath"
	"runtime"

	"instc.dev/rt/internal/wire"
)

// resourceAttribute is one pair of OTEL_RESOURCE_ATTRIBUTES.
type resourceAttribute struct{ key, value string }

// resource encodes the Resource message as the field that every request starts with. What the user says wins over what is found out.
func resource(c *config, b Build) []byte {
	e := resourceEncoder{seen: map[string]bool{}}
	e.text("service.name", c.service)
	for i := len(c.attributes) - 1; i >= 0; i-- { // the last pair of a key counts
		e.text(c.attributes[i].key, c.attributes[i].value)
	}
	e.detect(b)
	return wire.AppendBytes(nil, 0x0a, e.message)
}

// executableName is how the program was called; the path stays at home.
func executableName() string {
	if len(os.Args) == 0 || os.Args[0] == "" {
		return "go"
	}
	return filepath.Base(os.Args[0])
}

type resourceEncoder struct {
	message []byte
	seen    map[string]bool
}

func (e *resourceEncoder) detect(b Build) {
	executable := executableName()
	e.text("service.name", "unknown_service:"+executable)
	e.text("telemetry.sdk.name", "instc")
	e.text("telemetry.sdk.language", "go")
	e.text("telemetry.sdk.version", b.Instc)
	e.text("process.executable.name", executable)
	e.number("process.pid", int64(os.Getpid()))
	e.text("process.runtime.name", "go")
	e.text("process.runtime.version", runtime.Version())
	if name, err := os.Hostname(); err == nil {
		e.text("host.name", name)
	}
	e.text("instc.rules.digest", b.Rules)
}

func (e *resourceEncoder) text(key, value string) {
	if value != "" {
		e.attribute(key, wire.AppendString(nil, tagString, clean(value, defaultLimits.valueLength)))
	}
}

func (e *resourceEncoder) number(key string, value int64) {
	e.attribute(key, wire.AppendVarint([]byte{tagInt}, uint64(value)))
}

func (e *resourceEncoder) attribute(key string, value []byte) {
	key = clean(key, maxName)
	if e.seen[key] {
		return
	}
	e.seen[key] = true
	pair := wire.AppendBytes([]byte(wire.Key(key)), tagKeyValueValue, value)
	e.message = wire.AppendBytes(e.message, 0x0a, pair)
}
