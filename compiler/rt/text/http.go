package text

import (
	"strings"
	"sync/atomic"
)

// HTTPMethod gives a method that the conventions know, or _OTHER: clients can send anything, and it ends up in span names.
func HTTPMethod(method string) string {
	switch method {
	case "":
		return "GET" // what net/http makes of it
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "QUERY":
		return method
	}
	return "_OTHER"
}

// httpNames keeps the names of a program's routes: the latest one at each place.
var httpNames [64]atomic.Pointer[string]

const maxKeptRoute = 256

// HTTPName is the name of a span: method and route, which is empty where it is not known. A method that the conventions do not know is HTTP there.
func HTTPName(method, route string) string {
	known := HTTPMethod(method)
	if known == "_OTHER" {
		known = "HTTP"
	}
	size := len(route)
	if size == 0 {
		return known
	}
	place := &httpNames[(len(known)+7*size+13*int(route[size/4])+31*int(route[size/2])+61*int(route[size-1-size/4]))%len(httpNames)]
	if kept := place.Load(); kept != nil {
		if name := *kept; len(name) == len(known)+1+size && name[:len(known)] == known && name[len(known)+1:] == route {
			return name
		}
	}
	name := known + " " + route
	if size <= maxKeptRoute {
		place.Store(&name)
	}
	return name
}

// HTTPScheme is https for a TLS connection.
func HTTPScheme(tls bool) string {
	if tls {
		return "https"
	}
	return "http"
}

// HTTPVersion is the version of an HTTP/1.1 or HTTP/2.0 protocol text, as network.protocol.version wants it: 1.1, 2.
func HTTPVersion(proto string) string {
	version := strings.TrimPrefix(proto, "HTTP/")
	if version == proto || len(version) > 3 {
		return ""
	}
	if version == "2.0" || version == "3.0" {
		return version[:1]
	}
	return version
}

// HTTPRoute is the path of a http.ServeMux pattern, which is [METHOD ][HOST]/[PATH].
func HTTPRoute(pattern string) string {
	i := strings.IndexByte(pattern, '/') // neither a method nor a host has one
	if i < 0 {
		return ""
	}
	return cutText(strings.TrimSuffix(pattern[i:], "{$}"), maxText)
}
