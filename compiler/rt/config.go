package rt

import (
	"fmt"
	"math"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"instc.dev/rt/internal/legacy"
	"instc.dev/rt/internal/otlphttp"
	"instc.dev/rt/internal/otlpjson"
)

// config is everything that the environment decides, read once when the program starts. A value that does not parse costs one warning and
// counts as not set.
type config struct {
	env          environment
	file         *configFile // where this comes from; nil: the environment
	disabled     bool        // no ports at all
	recording    bool        // spans have bodies
	exporters    []string
	consoleJSON  bool
	yield        bool // calls that the program instruments itself are left to it
	logLevel     int
	switches     switches
	sampler      sampler
	traceContext bool
	baggage      bool
	otherFormats []otherFormat // propagators beside the W3C's, in their order
	limits       limits
	grace        int64 // ns for which an ended span is still a parent on goroutines that inherited it
	queueBytes   int64
	queueSpans   int64
	batchSpans   int
	delay        time.Duration
	sendFor      time.Duration // the time for one batch, retries included
	otlp         otlphttp.Config
	metrics      metricConfig
	logs         logConfig
	tracesFile   string // of the exporter `file`
	fileBytes    int64  // from which on it begins anew
	service      string
	attributes   []resourceAttribute
}

// limits bound what one span holds.
type limits struct {
	attributes, events, links, valueLength int
}

// settings is set by Start; before that nothing runs.
var settings = config{disabled: true, logLevel: levelWarn, limits: defaultLimits}

var defaultLimits = limits{attributes: 128, events: 32, links: 128, valueLength: 4096}

const (
	defaultEndpoint     = "http://localhost:4318"
	defaultGRPCEndpoint = "http://localhost:4317"
	tracesPath          = "/v1/traces"
	metricsPath         = "/v1/metrics"
	defaultGrace        = time.Second
	defaultQueueBytes   = 8 << 20
	defaultDelay        = time.Second
	defaultSendFor      = 30 * time.Second
	defaultTimeout      = 10 * time.Second
	defaultInterval     = time.Minute
	maxInt              = math.MaxInt32
)

// readConfig reads the environment through get, or the file that it names.
func readConfig(get func(string) string) config {
	if f := openConfigFile(get); f != nil {
		c := f.live
		c.file = f
		return c
	}
	return readConfigFrom(environment{get: get})
}

func readConfigFrom(env environment) config {
	c := config{env: env, logLevel: env.logLevel("OTEL_LOG_LEVEL")}
	if env.problems == nil {
		settings.logLevel = c.logLevel // the warnings below obey it already
	}
	c.disabled = env.flag("OTEL_SDK_DISABLED")
	c.switches.off = splitList(env.text("INSTC_DISABLE", ""))
	c.disabled = c.disabled || c.switches.off.matches("*", "*")
	c.readExporters()
	c.sampler = env.sampler()
	c.readPropagators()
	c.readLimits()
	c.grace = int64(env.milliseconds("INSTC_PARENT_GRACE", defaultGrace))
	c.queueBytes = int64(env.number("INSTC_QUEUE_BYTES", defaultQueueBytes, chunkSize, maxInt))
	c.queueSpans = int64(env.number("OTEL_BSP_MAX_QUEUE_SIZE", 0, 1, maxInt))
	c.batchSpans = env.number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", maxInt, 1, maxInt)
	c.delay = env.milliseconds("OTEL_BSP_SCHEDULE_DELAY", defaultDelay)
	c.sendFor = env.milliseconds("OTEL_BSP_EXPORT_TIMEOUT", defaultSendFor)
	c.otlp = env.otlp("TRACES", tracesPath)
	c.metrics = env.metrics()
	c.readLogs()
	c.tracesFile = env.filePath("TRACES")
	c.fileBytes = int64(env.number("INSTC_FILE_BYTES", defaultFileBytes, 4096, maxInt))
	c.yield = env.oneOf("INSTC_YIELD", "all", "none") == "all"
	c.service = env.text("OTEL_SERVICE_NAME", "")
	c.attributes = env.resource("OTEL_RESOURCE_ATTRIBUTES")
	return c
}

// exporters reads a signal's list; besides those of all signals it may have others.
func (e environment) exporters(variable, otherwise string, others ...string) (names []string) {
	known := append([]string{"otlp", "console", "file"}, others...)
	for _, name := range splitList(e.text(variable, otherwise)) {
		switch {
		case contains(known, name):
			names = appendOnce(names, name)
		case name != "none":
			e.invalid(variable, name, strings.Join(known, ", ")+" or none")
		}
	}
	return names
}

func (c *config) readExporters() {
	c.exporters = c.env.exporters("OTEL_TRACES_EXPORTER", "otlp")
	c.recording = len(c.exporters) > 0
	c.consoleJSON = c.env.oneOf("INSTC_CONSOLE_FORMAT", "text", "json") == "json"
}

func (c *config) readPropagators() {
	for _, name := range splitList(c.env.text("OTEL_PROPAGATORS", "tracecontext,baggage")) {
		switch name {
		case "tracecontext":
			c.traceContext = true
		case "baggage":
			c.baggage = true
		case "none":
		default:
			if format := legacy.ByName(name); format != nil {
				c.otherFormats = append(c.otherFormats, newOtherFormat(format, c.traceContext))
			} else {
				c.env.invalid("OTEL_PROPAGATORS", name, "tracecontext, baggage, b3, b3multi, jaeger or none")
			}
		}
	}
}

// readLimits: the span's own variables win over the general ones.
func (c *config) readLimits() {
	c.limits = limits{
		attributes:  c.env.either("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT", defaultLimits.attributes),
		valueLength: c.env.either("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", defaultLimits.valueLength),
		events:      c.env.number("OTEL_SPAN_EVENT_COUNT_LIMIT", defaultLimits.events, 0, maxInt),
		links:       c.env.number("OTEL_SPAN_LINK_COUNT_LIMIT", defaultLimits.links, 0, maxInt),
	}
}

// otlp reads where one signal is posted to: the signal's own variables win over the general ones.
func (e environment) otlp(name, path string) otlphttp.Config {
	signal := func(what string) (variable, value string) {
		if value = e.text("OTEL_EXPORTER_OTLP_"+name+"_"+what, ""); value != "" {
			return "OTEL_EXPORTER_OTLP_" + name + "_" + what, value
		}
		return "OTEL_EXPORTER_OTLP_" + what, e.text("OTEL_EXPORTER_OTLP_"+what, "")
	}
	o := otlphttp.Config{UserAgent: "OTel-OTLP-Exporter-instc"}
	o.URL = e.endpoint("OTEL_EXPORTER_OTLP_"+name+"_ENDPOINT", path)
	variable, value := signal("HEADERS")
	o.Headers = e.headers(variable, value)
	variable, _ = signal("TIMEOUT")
	o.Timeout = e.milliseconds(variable, defaultTimeout)
	switch variable, value = signal("COMPRESSION"); value {
	case "", "none":
	case "gzip":
		o.Gzip = true
	default:
		e.invalid(variable, value, "gzip or none")
	}
	switch variable, value = signal("PROTOCOL"); value {
	case "", "http/protobuf":
	case "http/json":
		o.JSON = otlpjson.Signal(strings.ToLower(name))
	case "grpc":
		o.GRPC = grpcServices[name]
		o.URL = e.grpcEndpoint("OTEL_EXPORTER_OTLP_" + name + "_ENDPOINT")
	default:
		e.invalid(variable, value, "http/protobuf, http/json or grpc")
	}
	_, o.Certificate = signal("CERTIFICATE")
	_, o.ClientKey = signal("CLIENT_KEY")
	_, o.ClientCertificate = signal("CLIENT_CERTIFICATE")
	return o
}

var grpcServices = map[string]string{"TRACES": otlphttp.TraceService, "METRICS": otlphttp.MetricService, "LOGS": otlphttp.LogService}

// grpcEndpoint: another port than OTLP/HTTP, and one endpoint for all signals.
func (e environment) grpcEndpoint(variable string) string {
	if _, own := e.lookup(variable); own {
		return e.endpoint(variable, "")
	}
	if _, general := e.lookup("OTEL_EXPORTER_OTLP_ENDPOINT"); general {
		return e.endpoint("", "")
	}
	return defaultGRPCEndpoint
}

// environment reads variables; an empty one counts as not set, as the specification says.
type environment struct {
	get      func(string) string
	names    map[string]string // what a variable is called where it was written, for those that come from a file
	problems *[]string         // takes what is wrong; nil: it is a warning
}

func (e environment) lookup(name string) (string, bool) {
	if e.get == nil {
		return "", false
	}
	value := strings.TrimSpace(e.get(name))
	return value, value != ""
}

func (e environment) text(name, def string) string {
	if value, ok := e.lookup(name); ok {
		return value
	}
	return def
}

// oneOf is a variable with two values, the first of which is the default.
func (e environment) oneOf(name, def, other string) string {
	value := e.text(name, def)
	if value != def && value != other {
		e.invalid(name, value, def+" or "+other)
		return def
	}
	return value
}

// invalid warns about a value; never call it with one that may be secret.
func (e environment) invalid(name, value, want string) {
	e.complain(name, "%s: %q is not understood (%s)", value, want)
}

// complain is about the variable that the first verb of format stands for.
func (e environment) complain(name, format string, args ...any) {
	shown := name
	if place, ok := e.names[name]; ok {
		shown = place
	}
	args = append([]any{shown}, args...)
	if e.problems != nil {
		*e.problems = append(*e.problems, fmt.Sprintf(format, args...))
		return
	}
	warn("env "+name, format, args...)
}

func (e environment) flag(name string) bool {
	value, ok := e.lookup(name)
	switch {
	case !ok || strings.EqualFold(value, "false"):
		return false
	case strings.EqualFold(value, "true"):
		return true
	}
	e.invalid(name, value, "true or false")
	return false
}

func (e environment) number(name string, def, least, most int) int {
	value, ok := e.lookup(name)
	if !ok {
		return def
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		e.invalid(name, value, fmt.Sprintf("an integer from %d to %d", least, most))
		return def
	}
	return n
}

func (e environment) milliseconds(name string, def time.Duration) time.Duration {
	return time.Duration(e.number(name, int(def/time.Millisecond), 0, maxInt)) * time.Millisecond
}

func (e environment) logLevel(name string) int {
	value, _ := e.lookup(name)
	switch strings.ToLower(value) {
	case "none", "off":
		return levelNone
	case "error", "fatal":
		return levelError
	case "info", "debug", "trace", "verbose", "all":
		return levelInfo
	case "", "warn", "warning":
	default:
		e.invalid(name, value, "error, warn, info, debug or none")
	}
	return levelWarn
}

func (e environment) sampler() sampler {
	name := e.text("OTEL_TRACES_SAMPLER", "parentbased_always_on")
	var s sampler
	switch strings.TrimPrefix(name, "parentbased_") {
	case "always_on":
		s = ratioSampler(1)
	case "always_off":
		s = ratioSampler(0)
	case "traceidratio":
		s = ratioSampler(e.ratio("OTEL_TRACES_SAMPLER_ARG"))
	case "ratelimiting":
		s = e.rate("OTEL_TRACES_SAMPLER_ARG")
	default:
		e.invalid("OTEL_TRACES_SAMPLER", name, "always_on, always_off, traceidratio or ratelimiting, each also with parentbased_")
		s, name = ratioSampler(1), "parentbased_"
	}
	s.parentBased = strings.HasPrefix(name, "parentbased_")
	return s
}

// rate is a number of traces per second; 0 is none.
func (e environment) rate(name string) sampler {
	value, _ := e.lookup(name)
	rate, ok := parseNumber(value)
	if !ok || !validRate(rate) {
		e.invalid(name, value, "traces per second, which ratelimiting needs")
		return ratioSampler(1)
	}
	return rateSampler(rate)
}

func parseNumber(text string) (value float64, ok bool) {
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil
}

func (e environment) ratio(name string) float64 {
	value, ok := e.lookup(name)
	if !ok {
		return 1
	}
	ratio, err := strconv.ParseFloat(value, 64)
	if err != nil || !(ratio >= 0 && ratio <= 1) {
		e.invalid(name, value, "a number from 0 to 1")
		return 1
	}
	return ratio
}

// endpoint is where a signal is posted to: the signal's own variable as it is, the general one with the path appended.
func (e environment) endpoint(variable, path string) string {
	if value, ok := e.lookup(variable); ok {
		if u := e.parseEndpoint(variable, value); u != nil {
			if u.Path == "" {
				u.Path = "/"
			}
			return u.String()
		}
	}
	if value, ok := e.lookup("OTEL_EXPORTER_OTLP_ENDPOINT"); ok {
		if u := e.parseEndpoint("OTEL_EXPORTER_OTLP_ENDPOINT", value); u != nil {
			u.Path = strings.TrimSuffix(u.Path, "/") + path
			return u.String()
		}
	}
	return defaultEndpoint + path
}

// parseEndpoint does not show the value in its warning: it may hold credentials.
func (e environment) parseEndpoint(name, value string) *url.URL {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		e.complain(name, "%s is not an http or https URL")
		return nil
	}
	return u
}

// headers reads key=value pairs with percent-encoded values. Values are secrets: none of them is ever shown.
func (e environment) headers(name, value string) map[string]string {
	headers := map[string]string{}
	for _, pair := range splitList(value) {
		key, text := cutPair(pair)
		decoded, err := url.PathUnescape(text)
		if key == "" || err != nil || !validHeader(key, decoded) {
			e.complain(name, "%s: a pair is not key=value and is left out")
			continue
		}
		headers[key] = decoded
	}
	return headers
}

// validHeader keeps line breaks and other non-token characters out of a request.
func validHeader(key, value string) bool {
	for i := 0; i < len(key); i++ {
		if c := key[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"(),/:;<=>?@[\\]{}", c) >= 0 {
			return false
		}
	}
	for i := 0; i < len(value); i++ {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// resource reads OTEL_RESOURCE_ATTRIBUTES. One malformed pair discards the whole value, as the specification says.
func (e environment) resource(name string) (attributes []resourceAttribute) {
	value, ok := e.lookup(name)
	if !ok {
		return nil
	}
	for _, pair := range splitList(value) {
		key, text := cutPair(pair)
		decodedKey, keyErr := url.PathUnescape(key)
		decoded, err := url.PathUnescape(text)
		if key == "" || keyErr != nil || err != nil || !strings.Contains(pair, "=") {
			e.invalid(name, pair, "key=value pairs with percent-encoded values; the whole variable is ignored")
			return nil
		}
		attributes = append(attributes, resourceAttribute{decodedKey, decoded})
	}
	return attributes
}

func cutPair(pair string) (key, value string) {
	if i := strings.IndexByte(pair, '='); i >= 0 {
		return strings.TrimSpace(pair[:i]), strings.TrimSpace(pair[i+1:])
	}
	return "", ""
}

// splitList splits at commas and leaves empty parts out.
func splitList(s string) (parts []string) {
	for _, part := range strings.Split(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func appendOnce(list []string, s string) []string {
	if contains(list, s) {
		return list
	}
	return append(list, s)
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

// getenv is os.Getenv, but for tests.
var getenv = os.Getenv
