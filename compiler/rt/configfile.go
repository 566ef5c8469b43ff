package rt

import (
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"time"

	"instc.dev/rt/internal/yaml"
)

// OTEL_CONFIG_FILE names a file in OpenTelemetry's declarative form, with a section `instc` of our own. The file stands in place of the OTEL_
// variables: what it says is translated into them and goes through the same checks, so a value means the same wherever it is written. A key that
// nothing here obeys is a problem, and a file with a problem is refused as a whole.
//
// The file is watched. What `instc.plugins` and the sampler say may change while the program runs; a change of anything else is refused, since it
// would need a restart, and so is a file that does not parse: the configuration from before stays.
type configFile struct {
	path string
	text string // as last looked at, refused or not
	live config // as last applied
}

const (
	configVariable  = "OTEL_CONFIG_FILE"
	maxConfigFile   = 1 << 20
	configFileEvery = time.Second
)

// readConfigFile gives the configuration of a file. The error names every problem.
func readConfigFile(text string, getenv func(string) string) (config, error) {
	root, err := yaml.Parse(text, getenv)
	if err != nil {
		return config{}, err
	}
	r := &fileReader{variables: map[string]string{}, names: map[string]string{}, switches: switches{enabled: map[string]bool{}, samplers: map[string]*sampler{}, paths: map[string][]pathSampler{}}}
	r.document(root)
	if len(r.problems) == 0 {
		c := readConfigFrom(environment{get: r.lookup(getenv), names: r.names, problems: &r.problems})
		c.env.problems = nil
		c.switches.enabled, c.switches.samplers, c.switches.paths = r.switches.enabled, r.switches.samplers, r.switches.paths
		if r.root != nil {
			c.sampler = *r.root
		}
		if len(r.problems) == 0 {
			return c, nil
		}
	}
	return config{}, fmt.Errorf("%s", strings.Join(r.problems, "; "))
}

// openConfigFile reads the file that the environment names; nil when there is none, or when it is refused: then the environment counts.
func openConfigFile(getenv func(string) string) *configFile {
	path := strings.TrimSpace(getenv(configVariable))
	if path == "" {
		return nil
	}
	settings.logLevel = environment{get: getenv}.logLevel("OTEL_LOG_LEVEL")
	f := &configFile{path: path}
	text, err := readBounded(path)
	if err == nil {
		f.text = text
		f.live, err = readConfigFile(text, getenv)
	}
	if err != nil {
		warn("config", "%s: %s is refused, the environment counts: %v", configVariable, path, err)
		return nil
	}
	return f
}

func readBounded(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxConfigFile+1))
	if err == nil && len(text) > maxConfigFile {
		err = fmt.Errorf("larger than %d bytes", maxConfigFile)
	}
	return string(text), err
}

// watch looks at the file now and then, until stop is closed.
func (f *configFile) watch(every time.Duration, getenv func(string) string, stop <-chan struct{}) {
	suppressGoroutine()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			f.look(getenv)
		case <-stop:
			return
		}
	}
}

// look applies the file when it has changed. A file that is gone for a moment, as while an editor saves it, is looked at again.
func (f *configFile) look(getenv func(string) string) {
	text, err := readBounded(f.path)
	if err != nil || text == f.text {
		return
	}
	f.text = text
	next, err := readConfigFile(text, getenv)
	if err == nil {
		err = onlySwitchesDiffer(&f.live, &next)
	}
	if err != nil {
		say(levelWarn, "%s is refused, the configuration from before stays: %v", f.path, err)
		return
	}
	f.live = next
	rewire(&next.switches, next.sampler)
	checkNames()
	say(levelInfo, "%s is applied: %d of %d rules are on", f.path, live.Load().count(), len(live.Load().on))
}

func (b *switchboard) count() (n int) {
	for _, on := range b.on {
		if on {
			n++
		}
	}
	return n
}

// onlySwitchesDiffer: everything else has been built into exporters and spans by now.
func onlySwitchesDiffer(have, next *config) error {
	var changed []string
	a, b := reflect.ValueOf(*have), reflect.ValueOf(*next)
	for i := 0; i < a.NumField(); i++ {
		switch name := a.Type().Field(i).Name; name {
		case "switches", "sampler", "file", "env":
		default:
			if fmt.Sprint(a.Field(i)) != fmt.Sprint(b.Field(i)) {
				changed = append(changed, name)
			}
		}
	}
	if len(changed) > 0 {
		return fmt.Errorf("only the sampler and instc.plugins can change without a restart (changed: %s)", strings.Join(changed, ", "))
	}
	return nil
}
