// Entries of logrus, outside and inside of an HTTP request: WithContext, fields, hooks, formatters, levels. Each entry's message names its case.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
)

var jsonFormat = &logrus.JSONFormatter{DisableTimestamp: true}

func newLogger(formatter logrus.Formatter) *logrus.Logger {
	logger := logrus.New()
	logger.Out, logger.Formatter, logger.Level = os.Stdout, formatter, logrus.TraceLevel
	logger.ExitFunc = func(int) {}
	return logger
}

func main() {
	logger := newLogger(jsonFormat)
	logger.Info("outside")
	var ctx context.Context
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx = r.Context()
		inside(ctx, logger)
	}))
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	logger.WithContext(context.Background()).Info("afterwards")
	logger.WithContext(ctx).Info("later, with context")
}

func inside(ctx context.Context, logger *logrus.Logger) {
	logger.WithContext(ctx).WithField("n", 1).Info("with context")
	logger.WithContext(nil).Info("nil context")
	logger.Trace("trace")
	logger.Debugf("debug %d", 1)
	logger.WithFields(logrus.Fields{"n": 1, "s": "v", "d": time.Second, "list": []string{"a", "b"}, "nested": map[string]interface{}{"k": 1}}).Warn("fields")
	logger.WithError(errors.New("refused")).Errorln("error")
	logger.WithField("trace_id", "mine").Info("own id")
	logger.WithFields(logrus.Fields{"trace_id": "mine", "span_id": "mine"}).Info("own ids")
	(&logrus.Entry{Logger: logger}).Info("bare entry")
	newLogger(&logrus.TextFormatter{DisableTimestamp: true, DisableColors: true}).WithField("n", 1).Info("text")
	hooked := newLogger(jsonFormat)
	seen := &seen{}
	hooked.AddHook(seen)
	hooked.Info("hooked")
	if n := strings.Count(fmt.Sprint(seen.keys), "_id"); n != 0 && n != 2 {
		panic(seen.keys)
	}
	quiet := newLogger(jsonFormat)
	quiet.Level = logrus.ErrorLevel
	quiet.Info("disabled")
	reused := logger.WithField("n", 1)
	reused.Info("reused")
	if len(reused.Data) != 1 {
		panic(reused.Data)
	}
	done := make(chan bool)
	go func() { logger.Info("from goroutine"); done <- true }()
	<-done
	func() {
		defer func() {
			if entry, ok := recover().(*logrus.Entry); !ok || entry.Message != "panics" {
				panic("another value than without instrumentation")
			}
		}()
		logger.Panic("panics")
	}()
	logger.Fatal("fatal")
	logger.WithField("text", strings.Repeat("x", 1<<20)).WithField("bytes", []byte{0, 255}).Info("huge")
	logger.WithField("bad", bad{}).Info("hostile")
	broken := newLogger(jsonFormat)
	broken.AddHook(panicking{})
	func() {
		defer func() { recover() }()
		broken.Info("a hook that panics")
	}()
}

type bad struct{}

func (bad) MarshalJSON() ([]byte, error) { return []byte(`"fine"`), nil }

type seen struct{ keys []string }

func (*seen) Levels() []logrus.Level { return logrus.AllLevels }

func (s *seen) Fire(entry *logrus.Entry) error {
	for key := range entry.Data {
		s.keys = append(s.keys, key)
	}
	entry.Data["hook"] = "was here"
	return nil
}

type panicking struct{}

func (panicking) Levels() []logrus.Level { return logrus.AllLevels }

func (panicking) Fire(*logrus.Entry) error { panic("no") }
