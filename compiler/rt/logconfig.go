package rt

import (
	"math"
	"time"

	"instc.dev/rt/internal/otlphttp"
	"instc.dev/rt/internal/otlpjson"
)

// logConfig is what the environment decides about log records. They are off unless asked for: most programs have their lines shipped by something
// else, and would pay for every record twice.
type logConfig struct {
	exporters    []string
	file         string
	otlp         otlphttp.Config
	limits       limits
	queueRecords int64
	batchRecords int
	delay        time.Duration
	sendFor      time.Duration
}

const logsPath = "/v1/logs"

func (c *config) readLogs() {
	l := &c.logs
	l.exporters = c.env.exporters("OTEL_LOGS_EXPORTER", "none")
	l.file = c.env.filePath("LOGS")
	l.queueRecords = int64(c.env.number("OTEL_BLRP_MAX_QUEUE_SIZE", 0, 1, maxInt))
	l.batchRecords = c.env.number("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", maxInt, 1, maxInt)
	l.delay = c.env.milliseconds("OTEL_BLRP_SCHEDULE_DELAY", defaultDelay)
	l.sendFor = c.env.milliseconds("OTEL_BLRP_EXPORT_TIMEOUT", defaultSendFor)
	l.limits = limits{
		attributes:  c.env.either("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT", defaultLimits.attributes),
		valueLength: c.env.either("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", defaultLimits.valueLength),
		events:      math.MaxInt32,
		links:       math.MaxInt32,
	}
	if len(l.exporters) > 0 {
		l.otlp = c.env.otlp("LOGS", logsPath)
	}
}

// either is a signal's own variable, which wins, or the general one.
func (e environment) either(specific, general string, def int) int {
	return e.number(specific, e.number(general, def, 0, maxInt), 0, maxInt)
}

// startLogs prepares the recording of log records; nil when nobody wants them.
func startLogs(head []byte) *exportLoop {
	logRecords = nil
	c := &settings.logs
	targets := makeTargets(logSignal(), c.exporters, otlpjson.Logs, c.otlp, c.sendFor, c.file)
	if len(targets) > 0 {
		logRecords = newLoop(logSignal(), batching{c.delay, c.batchRecords, settings.queueBytes, c.queueRecords}, head, targets)
	}
	return logRecords
}
