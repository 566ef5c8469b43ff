package rt

import (
	"fmt"
	"net/url"
	"strings"

	"instc.dev/rt/internal/yaml"
)

// How the declarative form becomes variables: a table of keys for each of its mappings, each with what to do with its value. What no table has is a
// problem, and all problems of a file are told at once.

// fileReader translates a file into variables.
type fileReader struct {
	variables map[string]string
	names     map[string]string // where in the file a variable comes from
	problems  []string
	switches  switches
	root      *sampler
}

// lookup: the file's variables; beside it only those of the environment that no file can set.
func (r *fileReader) lookup(getenv func(string) string) func(string) string {
	return func(name string) string {
		if value, ok := r.variables[name]; ok {
			return value
		}
		if strings.HasPrefix(name, "INSTC_") {
			return getenv(name)
		}
		return ""
	}
}

func (r *fileReader) problem(n *yaml.Node, path, format string, args ...any) {
	if len(r.problems) < 20 {
		r.problems = append(r.problems, fmt.Sprintf("line %d: %s: %s", n.Line, strings.TrimPrefix(path, "."), fmt.Sprintf(format, args...)))
	}
}

// field is what to do with the value of one key.
type field func(n *yaml.Node, path string)

// fields is a mapping whose keys are known. A null value is an empty mapping.
func (r *fileReader) fields(known map[string]field) field {
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.Map && n.Kind != yaml.Null {
			r.problem(n, path, "expected a mapping")
			return
		}
		for i, key := range n.Keys {
			if read := known[key]; read != nil {
				read(n.Values[i], path+"."+key)
			} else {
				r.problem(n.Values[i], path+"."+key, "is not understood here")
			}
		}
	}
}

// one is a mapping with exactly one of these keys.
func (r *fileReader) one(known map[string]field) field {
	all := r.fields(known)
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.Map || len(n.Keys) != 1 {
			r.problem(n, path, "expected exactly one key")
			return
		}
		all(n, path)
	}
}

func (r *fileReader) list(element field) field {
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.List {
			r.problem(n, path, "expected a list")
			return
		}
		for i, value := range n.Values {
			element(value, fmt.Sprintf("%s[%d]", path, i))
		}
	}
}

func (r *fileReader) scalar(use func(text string, n *yaml.Node, path string)) field {
	return func(n *yaml.Node, path string) {
		switch n.Kind {
		case yaml.Scalar:
			use(n.Text, n, path)
		case yaml.Null:
		default:
			r.problem(n, path, "expected one value")
		}
	}
}

// set is a scalar that a variable says too.
func (r *fileReader) set(variable string) field {
	return r.scalar(func(text string, n *yaml.Node, path string) {
		r.variables[variable] = text
		r.names[variable] = fmt.Sprintf("line %d: %s", n.Line, strings.TrimPrefix(path, "."))
	})
}

// append adds to a variable that is a list.
func (r *fileReader) append(variable, part string) {
	if have := r.variables[variable]; have != "" {
		part = have + "," + part
	}
	r.variables[variable] = part
}

func (r *fileReader) ignore(*yaml.Node, string) {}

func (r *fileReader) document(root *yaml.Node) {
	r.variables["OTEL_TRACES_EXPORTER"], r.variables["OTEL_METRICS_EXPORTER"] = "none", "none"
	r.variables["OTEL_LOGS_EXPORTER"] = "none"
	r.fields(map[string]field{
		"file_format": r.scalar(func(text string, n *yaml.Node, path string) {
			if !strings.HasPrefix(text, "0.") && !strings.HasPrefix(text, "1.") {
				r.problem(n, path, "%q is not a version that is read here: 0.x or 1.x", text)
			}
		}),
		"disabled":         r.set("OTEL_SDK_DISABLED"),
		"log_level":        r.set("OTEL_LOG_LEVEL"),
		"attribute_limits": r.limits("OTEL_ATTRIBUTE_"),
		"resource":         r.resource(),
		"propagator": r.fields(map[string]field{
			"composite": r.list(r.propagator), "composite_list": r.set("OTEL_PROPAGATORS"),
		}),
		"tracer_provider": r.fields(map[string]field{
			"processors": r.list(r.one(map[string]field{"batch": r.batchOf("BSP", "TRACES")})),
			"limits":     r.spanLimits(),
			"sampler": func(n *yaml.Node, path string) {
				if s := r.sampler(n, path, false); s != nil {
					r.root = s
				}
			},
		}),
		"meter_provider": r.fields(map[string]field{
			"readers":         r.list(r.one(map[string]field{"periodic": r.periodic(), "pull": r.pull()})),
			"exemplar_filter": r.set("OTEL_METRICS_EXEMPLAR_FILTER"),
		}),
		"logger_provider": r.fields(map[string]field{
			"processors": r.list(r.one(map[string]field{"batch": r.batchOf("BLRP", "LOGS")})), "limits": r.limits("OTEL_LOGRECORD_ATTRIBUTE_"),
		}),
		"instc": r.own(),
	})(root, "")
}

func (r *fileReader) limits(prefix string) field {
	return r.fields(map[string]field{
		"attribute_value_length_limit": r.set(prefix + "VALUE_LENGTH_LIMIT"), "attribute_count_limit": r.set(prefix + "COUNT_LIMIT"),
	})
}

func (r *fileReader) spanLimits() field {
	return r.fields(map[string]field{
		"attribute_value_length_limit": r.set("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT"), "attribute_count_limit": r.set("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"),
		"event_count_limit": r.set("OTEL_SPAN_EVENT_COUNT_LIMIT"), "link_count_limit": r.set("OTEL_SPAN_LINK_COUNT_LIMIT"),
	})
}

// pairs is a list of {name, value}; each goes to a variable as name=value, percent-encoded.
func (r *fileReader) pairs(variable string) field {
	return r.list(func(n *yaml.Node, path string) {
		var name, value string
		r.fields(map[string]field{
			"name":  r.scalar(func(text string, _ *yaml.Node, _ string) { name = text }),
			"value": r.scalar(func(text string, _ *yaml.Node, _ string) { value = text }),
			"type": r.scalar(func(text string, n *yaml.Node, path string) {
				if text != "string" {
					r.problem(n, path, "only strings are supported")
				}
			}),
		})(n, path)
		if name == "" {
			r.problem(n, path, "has no name")
			return
		}
		r.append(variable, strings.ReplaceAll(url.PathEscape(name), "=", "%3D")+"="+strings.ReplaceAll(url.PathEscape(value), ",", "%2C"))
	})
}

func (r *fileReader) resource() field {
	return r.fields(map[string]field{
		"attributes": r.pairs("OTEL_RESOURCE_ATTRIBUTES"),
		"attributes_list": r.scalar(func(text string, _ *yaml.Node, _ string) {
			r.append("OTEL_RESOURCE_ATTRIBUTES", text)
		}),
		"schema_url": r.ignore,
	})
}

func (r *fileReader) propagator(n *yaml.Node, path string) {
	if n.Kind == yaml.Scalar { // before version 0.4 of the form
		r.append("OTEL_PROPAGATORS", n.Text)
		return
	}
	known := map[string]field{}
	for _, name := range []string{"tracecontext", "baggage", "b3", "b3multi", "jaeger"} {
		name := name // this module's Go has one variable for the whole loop
		known[name] = func(*yaml.Node, string) { r.append("OTEL_PROPAGATORS", name) }
	}
	r.one(known)(n, path)
}

// batchOf is the processor of spans or log records.
func (r *fileReader) batchOf(prefix, signal string) field {
	prefix = "OTEL_" + prefix + "_"
	return r.fields(map[string]field{
		"schedule_delay": r.set(prefix + "SCHEDULE_DELAY"), "export_timeout": r.set(prefix + "EXPORT_TIMEOUT"),
		"max_queue_size": r.set(prefix + "MAX_QUEUE_SIZE"), "max_export_batch_size": r.set(prefix + "MAX_EXPORT_BATCH_SIZE"),
		"exporter": r.exporter(signal, map[string]field{
			"console": func(*yaml.Node, string) { r.exporterNamed("OTEL_"+signal+"_EXPORTER", "console") },
		}, map[string]field{}),
	})
}

func (r *fileReader) periodic() field {
	return r.fields(map[string]field{
		"interval": r.set("OTEL_METRIC_EXPORT_INTERVAL"), "timeout": r.set("OTEL_METRIC_EXPORT_TIMEOUT"),
		"exporter": r.exporter("METRICS", map[string]field{
			"console": func(*yaml.Node, string) { r.exporterNamed("OTEL_METRICS_EXPORTER", "console") },
		}, map[string]field{
			"temporality_preference": r.set("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"),
		}),
	})
}

// pull is a reader that waits for others to ask. The exporter's name changed with the versions of the form.
func (r *fileReader) pull() field {
	settings := r.fields(map[string]field{"host": r.set("OTEL_EXPORTER_PROMETHEUS_HOST"), "port": r.set("OTEL_EXPORTER_PROMETHEUS_PORT")})
	prometheus := func(n *yaml.Node, path string) {
		r.exporterNamed("OTEL_METRICS_EXPORTER", "prometheus")
		settings(n, path)
	}
	return r.fields(map[string]field{"exporter": r.one(map[string]field{"prometheus": prometheus, "prometheus/development": prometheus})})
}

func (r *fileReader) exporterNamed(variable, name string) {
	if r.variables[variable] == "none" {
		r.variables[variable] = ""
	}
	r.append(variable, name)
}

func (r *fileReader) exporter(signal string, others, more map[string]field) field {
	prefix := "OTEL_EXPORTER_OTLP_" + signal + "_"
	known := map[string]field{
		"endpoint": r.set(prefix + "ENDPOINT"), "timeout": r.set(prefix + "TIMEOUT"), "compression": r.set(prefix + "COMPRESSION"),
		"headers": r.pairs(prefix + "HEADERS"), "headers_list": r.set(prefix + "HEADERS"),
		"certificate_file": r.set(prefix + "CERTIFICATE"), "client_key_file": r.set(prefix + "CLIENT_KEY"), "client_certificate_file": r.set(prefix + "CLIENT_CERTIFICATE"),
		"tls": r.fields(map[string]field{
			"ca_file": r.set(prefix + "CERTIFICATE"), "key_file": r.set(prefix + "CLIENT_KEY"), "cert_file": r.set(prefix + "CLIENT_CERTIFICATE"),
		}),
		"encoding": r.scalar(func(text string, n *yaml.Node, path string) {
			switch text {
			case "protobuf", "json":
				r.variables[prefix+"PROTOCOL"] = "http/" + text
			default:
				r.problem(n, path, "%q is neither protobuf nor json", text)
			}
		}),
	}
	for key, read := range more {
		known[key] = read
	}
	http := r.fields(known)
	others["otlp_http"] = func(n *yaml.Node, path string) {
		r.exporterNamed("OTEL_"+signal+"_EXPORTER", "otlp")
		http(n, path)
	}
	others["otlp_grpc"] = func(n *yaml.Node, path string) {
		r.exporterNamed("OTEL_"+signal+"_EXPORTER", "otlp")
		r.variables[prefix+"PROTOCOL"] = "grpc"
		delete(known, "encoding")
		r.fields(known)(n, path)
	}
	others["otlp_file"] = r.fileExporter(signal)
	others["otlp_file/development"] = others["otlp_file"] // while the form calls it experimental
	return r.one(others)
}

func (r *fileReader) fileExporter(signal string) field {
	return func(n *yaml.Node, path string) {
		r.exporterNamed("OTEL_"+signal+"_EXPORTER", "file")
		r.fields(map[string]field{"output_stream": r.scalar(func(text string, n *yaml.Node, path string) {
			if !strings.HasPrefix(text, "file://") {
				r.problem(n, path, "%q is no file:// URL; nothing is ever written to standard output", text)
			}
			r.variables["INSTC_"+signal+"_FILE"] = text
		})})(n, path)
		if r.variables["INSTC_"+signal+"_FILE"] == "" {
			r.problem(n, path, "needs output_stream")
		}
	}
}
