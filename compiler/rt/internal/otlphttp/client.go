// Package otlphttp posts encoded export requests to an OTLP/HTTP collector: bounded, patient with a collector that is busy, and quick to give
// up when the program is about to end. It knows nothing of spans and has its own transport, so a program's http.DefaultTransport is never touched.
package otlphttp

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"instc.dev/rt/internal/otlpjson"
	"instc.dev/rt/internal/wire"
)

// Config says where and how to post. The files are PEM; empty ones are not used.
type Config struct {
	URL               string
	UserAgent         string
	Headers           map[string]string
	Timeout           time.Duration // of one attempt; 0: only the context bounds it
	Gzip              bool
	JSON              otlpjson.Signal // of the requests, when they go as JSON; "": protobuf
	GRPC              string          // the service, when the requests are calls of it; "": OTLP/HTTP
	Certificate       string
	ClientKey         string
	ClientCertificate string
	Backoff           time.Duration // before the second attempt; 0: one second
}

// Client posts requests, one at a time.
type Client struct {
	config  Config
	host    string
	http    *http.Transport
	auth    string // what the endpoint's user information says in a header; ""
	json    []byte
	framed  []byte
	packed  bytes.Buffer
	packer  *gzip.Writer
	backoff time.Duration
}

const (
	maxResponse   = 64 << 10
	maxRetryAfter = 30 * time.Second
	maxBackoff    = 5 * time.Second
)

// New prepares a client. Nothing is dialled yet.
func New(config Config) (*Client, error) {
	target, err := url.Parse(config.URL)
	if err != nil {
		return nil, errors.New("the endpoint is not a URL")
	}
	tlsConfig, err := config.tls()
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        tlsConfig,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConnsPerHost:    1,
		MaxConnsPerHost:        2,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: maxResponse,
		ForceAttemptHTTP2:      true,
	}
	if config.GRPC != "" {
		if err := onlyHTTP2(transport, target.Scheme == "http"); err != nil {
			return nil, err
		}
		config.URL = grpcTarget(target, config.GRPC)
	}
	c := &Client{config: config, host: target.Host, http: transport, auth: basicAuth(target.User), backoff: config.Backoff}
	if c.backoff <= 0 {
		c.backoff = time.Second
	}
	return c, nil
}

// basicAuth is what http.Client makes of user information. There is no http.Client here: it would follow redirects, with headers that may be
// secret, and what it knows of cookies makes programs larger.
func basicAuth(user *url.Userinfo) string {
	if user == nil {
		return ""
	}
	password, _ := user.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password))
}

func (config *Config) tls() (*tls.Config, error) {
	result := &tls.Config{MinVersion: tls.VersionTLS12}
	if config.Certificate != "" {
		pem, err := os.ReadFile(config.Certificate)
		if err != nil {
			return nil, err
		}
		result.RootCAs = x509.NewCertPool()
		if !result.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", config.Certificate)
		}
	}
	if config.ClientCertificate != "" || config.ClientKey != "" {
		pair, err := tls.LoadX509KeyPair(config.ClientCertificate, config.ClientKey)
		if err != nil {
			return nil, err
		}
		result.Certificates = []tls.Certificate{pair}
	}
	return result, nil
}

// Host is where the client posts to, without credentials and path.
func (c *Client) Host() string { return c.host }

// Rejection is what a collector that took the request did not take of it.
type Rejection struct {
	Items   int64
	Message string
}

// Send posts one request, again and again while the collector is busy or unreachable, until ctx ends. When leaving is closed there is no more
// waiting: at most one attempt follows.
func (c *Client) Send(ctx context.Context, request []byte, leaving <-chan struct{}) (Rejection, error) {
	body := c.encode(request)
	for attempt := 0; ; attempt++ {
		last := closed(leaving)
		rejection, wait, err := c.post(ctx, body)
		if err == nil || last || !err.retry {
			return rejection, err.orNil()
		}
		if wait == 0 {
			wait = c.pause(attempt)
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
			return rejection, err
		}
		if !sleep(ctx, wait, leaving) {
			return rejection, err
		}
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// sleep waits; it is cut short when leaving is closed and false when ctx ends.
func sleep(ctx context.Context, wait time.Duration, leaving <-chan struct{}) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-leaving:
	case <-ctx.Done():
		return false
	}
	return true
}

// pause doubles with every attempt and is jittered, so that many programs do not come back together.
func (c *Client) pause(attempt int) time.Duration {
	wait := maxBackoff
	if attempt < 10 && c.backoff<<uint(attempt) < maxBackoff {
		wait = c.backoff << uint(attempt)
	}
	return wait/2 + time.Duration(rand.Int64N(int64(wait)))
}

// sendError is a failed attempt; retry: a later one may do better.
type sendError struct {
	cause error
	retry bool
}

func (e *sendError) Error() string { return e.cause.Error() }
func (e *sendError) Unwrap() error { return e.cause }

func (e *sendError) orNil() error {
	if e == nil {
		return nil
	}
	return e
}

func (c *Client) encode(request []byte) []byte {
	body := c.compact(request)
	if c.config.GRPC != "" {
		return c.frame(body)
	}
	return body
}

// compact gives the request in its encoding.
func (c *Client) compact(request []byte) []byte {
	if c.config.JSON != "" {
		c.json = otlpjson.Append(c.json[:0], c.config.JSON, request)
		request = c.json
	}
	if !c.config.Gzip {
		return request
	}
	c.packed.Reset()
	if c.packer == nil {
		c.packer, _ = gzip.NewWriterLevel(&c.packed, gzip.BestSpeed) // the level is a constant: no error
	} else {
		c.packer.Reset(&c.packed)
	}
	c.packer.Write(request) // a bytes.Buffer does not fail
	c.packer.Close()
	return c.packed.Bytes()
}

func (c *Client) post(ctx context.Context, body []byte) (rejection Rejection, wait time.Duration, failed *sendError) {
	if c.config.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.config.Timeout)
		defer cancel()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.config.URL, bytes.NewReader(body))
	if err != nil {
		return rejection, 0, &sendError{cause: errors.New("the endpoint cannot be requested")}
	}
	if c.auth != "" {
		request.Header.Set("Authorization", c.auth)
	}
	for key, value := range c.config.Headers {
		request.Header.Set(key, value)
	}
	request.Header.Set("User-Agent", c.config.UserAgent)
	if c.config.GRPC != "" {
		c.grpcHeaders(request.Header)
	} else {
		request.Header.Set("Content-Type", c.config.contentType())
		if c.config.Gzip {
			request.Header.Set("Content-Encoding", "gzip")
		}
	}
	response, err := c.http.RoundTrip(request)
	if err != nil {
		return rejection, 0, &sendError{cause: err, retry: true}
	}
	if c.config.GRPC != "" {
		return grpcAnswer(response)
	}
	answer, readErr := io.ReadAll(io.LimitReader(response.Body, maxResponse))
	response.Body.Close()
	switch status := response.StatusCode; {
	case status >= 200 && status < 300:
		if readErr == nil {
			rejection = c.config.parse(answer)
		}
		return rejection, 0, nil
	case mayPass(status):
		return rejection, retryAfter(response.Header.Get("Retry-After"), time.Now()), &sendError{fmt.Errorf("the collector answered %d", status), true}
	default:
		return rejection, 0, &sendError{fmt.Errorf("the collector answered %d", status), false}
	}
}

func (config *Config) contentType() string {
	if config.JSON != "" {
		return "application/json"
	}
	return "application/x-protobuf"
}

func (config *Config) parse(answer []byte) Rejection {
	if config.JSON != "" {
		return parseJSON(answer)
	}
	return parseResponse(answer)
}

// retryAfter reads seconds or a date; at most maxRetryAfter, 0 for none.
func retryAfter(value string, now time.Time) (wait time.Duration) {
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	if wait < 0 {
		return 0
	}
	if wait > maxRetryAfter {
		return maxRetryAfter
	}
	return wait
}

// parseResponse reads ExportTraceServiceResponse.partial_success.
func parseResponse(answer []byte) (r Rejection) {
	for field, rest, ok := wire.Next(answer); ok; field, rest, ok = wire.Next(rest) {
		if field.Number != 1 || field.Type != 2 {
			continue
		}
		for inner, more, ok := wire.Next(field.Bytes); ok; inner, more, ok = wire.Next(more) {
			switch {
			case inner.Number == 1 && inner.Type == 0:
				r.Items = int64(inner.Value)
			case inner.Number == 2 && inner.Type == 2:
				r.Message = string(inner.Bytes)
			}
		}
	}
	return r
}

// parseJSON reads the same from JSON, whose 64-bit numbers are texts.
func parseJSON(answer []byte) Rejection {
	var response struct {
		PartialSuccess struct {
			RejectedSpans, RejectedDataPoints, RejectedLogRecords json.RawMessage
			ErrorMessage                                          string
		}
	}
	if json.Unmarshal(answer, &response) != nil {
		return Rejection{}
	}
	partial := &response.PartialSuccess
	r := Rejection{Message: partial.ErrorMessage}
	for _, count := range []json.RawMessage{partial.RejectedSpans, partial.RejectedDataPoints, partial.RejectedLogRecords} {
		if n, err := strconv.ParseInt(strings.Trim(string(count), `"`), 10, 64); err == nil {
			r.Items = n
		}
	}
	return r
}

// CloseIdle drops kept connections.
func (c *Client) CloseIdle() { c.http.CloseIdleConnections() }
