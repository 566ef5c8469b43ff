//go:build go1.24

package otlphttp

import "net/http"

// onlyHTTP2 makes the transport speak HTTP/2 alone: from the first byte on where there is no TLS.
func onlyHTTP2(transport *http.Transport, plain bool) error {
	transport.Protocols = new(http.Protocols)
	if plain {
		transport.Protocols.SetUnencryptedHTTP2(true)
		transport.Proxy = nil // a proxy would have to be asked by HTTP/1.1
	} else {
		transport.Protocols.SetHTTP2(true)
	}
	return nil
}
