package rt

import (
	"strings"

	"instc.dev/rt/internal/yaml"
)

// What a configuration file says that may change while the program runs: samplers, and the section `instc` with its plugins and rules.

// sampler reads one; nil when it is not understood, which has been said then.
func (r *fileReader) sampler(n *yaml.Node, path string, parentBased bool) (s *sampler) {
	made := func(m sampler) *sampler {
		m.parentBased = parentBased
		return &m
	}
	number := func(key string, use func(float64) (sampler, bool)) field {
		return func(n *yaml.Node, path string) {
			found := false
			r.fields(map[string]field{key: r.scalar(func(text string, n *yaml.Node, path string) {
				found = true
				if value, ok := parseNumber(text); ok {
					if m, ok := use(value); ok {
						s = made(m)
						return
					}
				}
				r.problem(n, path, "%q is out of range or no number", text)
			})})(n, path)
			if !found {
				r.problem(n, path, "needs %s", key)
			}
		}
	}
	known := map[string]field{
		"always_on":  func(*yaml.Node, string) { s = made(ratioSampler(1)) },
		"always_off": func(*yaml.Node, string) { s = made(ratioSampler(0)) },
		"trace_id_ratio_based": number("ratio", func(v float64) (sampler, bool) {
			return ratioSampler(v), v >= 0 && v <= 1
		}),
		"rate_limiting": number("traces_per_second", func(v float64) (sampler, bool) { return rateSampler(v), validRate(v) }),
	}
	if !parentBased {
		known["parent_based"] = func(n *yaml.Node, path string) {
			s = &sampler{parentBased: true, threshold: sampleAll}
			r.fields(map[string]field{"root": func(n *yaml.Node, path string) { s = r.sampler(n, path, true) }})(n, path)
		}
	}
	r.one(known)(n, path)
	return s
}

// own reads the section `instc`.
func (r *fileReader) own() field {
	return r.fields(map[string]field{
		"queue_bytes": r.set("INSTC_QUEUE_BYTES"), "parent_grace": r.set("INSTC_PARENT_GRACE"), "metrics": r.set("INSTC_METRICS"), "console_format": r.set("INSTC_CONSOLE_FORMAT"),
		"yield": r.set("INSTC_YIELD"),
		"plugins": r.named(func(plugin string) field {
			known := r.switchOf(plugin)
			known["rules"] = r.named(func(rule string) field { return r.fields(r.switchOf(plugin + "." + rule)) })
			known["options"] = r.named(func(option string) field { return r.option(optionVariable(plugin, option)) })
			return r.fields(known)
		}),
	})
}

// named is a mapping with any keys.
func (r *fileReader) named(value func(key string) field) field {
	return func(n *yaml.Node, path string) {
		known := map[string]field{}
		for _, key := range n.Keys {
			known[key] = value(key)
		}
		r.fields(known)(n, path)
	}
}

func (r *fileReader) switchOf(name string) map[string]field {
	return map[string]field{
		"enabled": r.scalar(func(text string, n *yaml.Node, path string) {
			switch text {
			case "true":
				r.switches.enabled[name] = true
			case "false":
				r.switches.enabled[name] = false
			default:
				r.problem(n, path, "%q is neither true nor false", text)
			}
		}),
		"sampler": func(n *yaml.Node, path string) {
			if s := r.sampler(n, path, false); s != nil {
				r.switches.samplers[name] = s
			}
		},
		"paths": r.list(func(n *yaml.Node, path string) { r.pathSampler(name, n, path) }),
	}
}

// pathSampler reads one of the samplers by path; the first whose prefix fits decides.
func (r *fileReader) pathSampler(name string, n *yaml.Node, path string) {
	var p pathSampler
	var s *sampler
	r.fields(map[string]field{
		"prefix":  r.scalar(func(text string, _ *yaml.Node, _ string) { p.prefix = text }),
		"sampler": func(n *yaml.Node, path string) { s = r.sampler(n, path, false) },
	})(n, path)
	switch {
	case !strings.HasPrefix(p.prefix, "/"):
		r.problem(n, path, "needs a prefix that begins with /")
	case s == nil:
		r.problem(n, path, "needs a sampler")
	case len(r.switches.paths[name]) == maxPathSamplers:
		r.problem(n, path, "is one more than the %d that are possible", maxPathSamplers)
	default:
		p.sampler = *s
		r.switches.paths[name] = append(r.switches.paths[name], p)
	}
}

func (r *fileReader) option(variable string) field {
	single := r.set(variable)
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.List {
			single(n, path)
			return
		}
		r.variables[variable] = ""
		r.list(r.scalar(func(text string, _ *yaml.Node, _ string) { r.append(variable, text) }))(n, path)
	}
}
