package otlp

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	logs "go.opentelemetry.io/proto/otlp/logs/v1"
)

// Log is a log record with what is around it. Ids are hexadecimal; of a record outside of any span they are empty.
type Log struct {
	Service, Scope  string
	TraceID, SpanID string
	Flags           uint32
	Time, Observed  time.Time
	Severity        int
	SeverityText    string
	Body            any
	Attributes      map[string]any
	Dropped         uint32
}

func (r *Receiver) takeLogs(req *http.Request) error {
	var data logs.LogsData
	if err := decode(req, &data); err != nil {
		return err
	}
	taken, err := flattenLogs(&data)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.logs = append(r.logs, taken...)
	return err
}

// Logs returns the log records that have arrived so far.
func (r *Receiver) Logs() []Log {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Log(nil), r.logs...)
}

func flattenLogs(data *logs.LogsData) (all []Log, err error) {
	for _, resource := range data.ResourceLogs {
		service, _ := values(resource.GetResource().GetAttributes())["service.name"].(string)
		for _, scope := range resource.ScopeLogs {
			for _, l := range scope.LogRecords {
				if n, m := len(l.TraceId), len(l.SpanId); (n != 16 || m != 8) && n+m != 0 {
					return nil, fmt.Errorf("log record %v: ids of %d and %d bytes", l.Body, n, m)
				}
				record := Log{Service: service, Scope: scope.GetScope().GetName(), TraceID: hex.EncodeToString(l.TraceId), SpanID: hex.EncodeToString(l.SpanId),
					Flags: l.Flags, Time: time.Unix(0, int64(l.TimeUnixNano)), Observed: time.Unix(0, int64(l.ObservedTimeUnixNano)),
					Severity: int(l.SeverityNumber), SeverityText: l.SeverityText, Attributes: values(l.Attributes), Dropped: l.DroppedAttributesCount}
				record.Body = values([]*common.KeyValue{{Key: "body", Value: l.Body}})["body"]
				if len(record.Attributes) != len(l.Attributes) {
					return nil, fmt.Errorf("log record %v: an attribute is there twice", record.Body)
				}
				all = append(all, record)
			}
		}
	}
	return all, nil
}
