//go:build !go1.24

package otlphttp

import (
	"errors"
	"net/http"
)

// onlyHTTP2: before Go 1.24 net/http has HTTP/2 by TLS alone, where it is negotiated.
func onlyHTTP2(_ *http.Transport, plain bool) error {
	if plain {
		return errors.New("OTLP/gRPC without TLS needs a program that is built with Go 1.24 or newer")
	}
	return nil
}
