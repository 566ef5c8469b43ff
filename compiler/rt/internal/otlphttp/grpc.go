package otlphttp

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"instc.dev/rt/internal/wire"
)

// OTLP/gRPC is a unary call, and a unary call is a POST over HTTP/2 with a five-byte frame around the message and the status in the trailers: what
// net/http has. There is no connection state, no balancing and no reflection here, because an exporter needs none. Over TLS HTTP/2 is negotiated;
// without TLS it is spoken from the first byte, which net/http can since Go 1.24.

// Services are what Config.GRPC holds.
const (
	TraceService  = "opentelemetry.proto.collector.trace.v1.TraceService"
	MetricService = "opentelemetry.proto.collector.metrics.v1.MetricsService"
	LogService    = "opentelemetry.proto.collector.logs.v1.LogsService"
)

const frameHeader = 5

// Status codes of gRPC that the OTLP specification says may go away.
const (
	codeOK                = 0
	codeCancelled         = 1
	codeDeadlineExceeded  = 4
	codeResourceExhausted = 8
	codeAborted           = 10
	codeOutOfRange        = 11
	codeUnavailable       = 14
	codeDataLoss          = 15
)

// grpcTarget is where the service is: the endpoint's path does not count.
func grpcTarget(endpoint *url.URL, service string) string {
	target := url.URL{Scheme: endpoint.Scheme, User: endpoint.User, Host: endpoint.Host, Path: "/" + service + "/Export"}
	return target.String()
}

// frame puts the header of a message in front of it.
func (c *Client) frame(message []byte) []byte {
	c.framed = append(c.framed[:0], 0, 0, 0, 0, 0)
	if c.config.Gzip {
		c.framed[0] = 1
	}
	binary.BigEndian.PutUint32(c.framed[1:], uint32(len(message)))
	c.framed = append(c.framed, message...)
	return c.framed
}

func (c *Client) grpcHeaders(header http.Header) {
	header.Set("Content-Type", "application/grpc")
	header.Set("Te", "trailers")
	if c.config.Timeout > 0 {
		header.Set("Grpc-Timeout", strconv.FormatInt(int64(c.config.Timeout/time.Millisecond)+1, 10)+"m")
	}
	if c.config.Gzip {
		header.Set("Grpc-Encoding", "gzip")
	}
}

// grpcAnswer reads the response of a call. The trailers are there when the body has been read.
func grpcAnswer(response *http.Response) (rejection Rejection, wait time.Duration, failed *sendError) {
	body, readErr := io.ReadAll(io.LimitReader(response.Body, maxResponse))
	response.Body.Close()
	if response.ProtoMajor < 2 {
		return rejection, 0, &sendError{errors.New("the collector does not speak HTTP/2, which OTLP/gRPC needs"), false}
	}
	if response.StatusCode != http.StatusOK {
		return rejection, 0, &sendError{fmt.Errorf("the collector answered %d", response.StatusCode), mayPass(response.StatusCode)}
	}
	trailer := response.Trailer
	if response.Header.Get("Grpc-Status") != "" { // nothing but trailers
		trailer = response.Header
	}
	code, err := strconv.ParseUint(trailer.Get("Grpc-Status"), 10, 16)
	if err != nil {
		cause := errors.New("the collector gave no gRPC status")
		if readErr != nil {
			cause = readErr
		}
		return rejection, 0, &sendError{cause, readErr != nil}
	}
	if code == codeOK {
		return parseResponse(unframed(body)), 0, nil
	}
	wait, told := retryInfo(trailer.Get("Grpc-Status-Details-Bin"))
	failed = &sendError{cause: fmt.Errorf("the collector answered with gRPC status %d", code)}
	switch code {
	case codeCancelled, codeDeadlineExceeded, codeAborted, codeOutOfRange, codeUnavailable, codeDataLoss:
		failed.retry = true
	case codeResourceExhausted:
		failed.retry = told // without it the request itself is too much
	}
	return rejection, wait, failed
}

// mayPass says which HTTP statuses may be better later.
func mayPass(status int) bool {
	return status == 429 || status == 502 || status == 503 || status == 504
}

// unframed is the first message; nothing when it is compressed, which was not asked for, or cut.
func unframed(body []byte) []byte {
	if len(body) < frameHeader || body[0] != 0 {
		return nil
	}
	size := binary.BigEndian.Uint32(body[1:])
	if uint64(size) > uint64(len(body)-frameHeader) {
		return nil
	}
	return body[frameHeader : frameHeader+int(size)]
}

const retryInfoType = "type.googleapis.com/google.rpc.RetryInfo"

// retryInfo looks for google.rpc.RetryInfo in a google.rpc.Status; told: there is one.
func retryInfo(details string) (wait time.Duration, told bool) {
	status, err := base64.RawStdEncoding.DecodeString(trimPadding(details))
	if err != nil {
		return 0, false
	}
	for detail, rest, ok := wire.Next(status); ok; detail, rest, ok = wire.Next(rest) {
		if detail.Number != 3 || detail.Type != 2 {
			continue
		}
		var kind string
		var value []byte
		for f, more, ok := wire.Next(detail.Bytes); ok; f, more, ok = wire.Next(more) {
			switch f.Number {
			case 1:
				kind = string(f.Bytes)
			case 2:
				value = f.Bytes
			}
		}
		if delay, _, ok := wire.Next(value); kind == retryInfoType {
			if ok && delay.Number == 1 {
				wait = duration(delay.Bytes)
			}
			return wait, true
		}
	}
	return 0, false
}

func trimPadding(s string) string {
	for len(s) > 0 && s[len(s)-1] == '=' {
		s = s[:len(s)-1]
	}
	return s
}

// duration reads a google.protobuf.Duration; at most maxRetryAfter.
func duration(message []byte) (wait time.Duration) {
	for f, rest, ok := wire.Next(message); ok; f, rest, ok = wire.Next(rest) {
		switch {
		case int64(f.Value) < 0 || f.Number == 1 && f.Value > uint64(maxRetryAfter/time.Second):
			return boundedWait(f)
		case f.Number == 1:
			wait += time.Duration(f.Value) * time.Second
		case f.Number == 2 && f.Value < 1e9:
			wait += time.Duration(f.Value)
		}
	}
	if wait > maxRetryAfter {
		wait = maxRetryAfter
	}
	return wait
}

func boundedWait(f wire.Field) time.Duration {
	if int64(f.Value) < 0 {
		return 0
	}
	return maxRetryAfter
}
