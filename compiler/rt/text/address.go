package text

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// HostPort splits an address into host and port: "host:port", "[::1]:80", "host", a URL, a socket's path, the first of a []string, a net.Addr or
// any other fmt.Stringer. Port 0: there is none. User information is dropped.
func HostPort(address any) (host string, port int64) {
	switch a := address.(type) {
	case string:
		return HostPortText(a)
	case []string:
		if len(a) == 0 {
			return "", 0
		}
		return HostPortText(a[0])
	case *net.TCPAddr: // of most connections: nothing has to be written first and read then
		if a != nil && (len(a.IP) == net.IPv4len || len(a.IP) == net.IPv6len) && a.Zone == "" && a.Port >= 0 && a.Port <= 0xffff {
			return a.IP.String(), int64(a.Port)
		}
		return addressOf(a)
	case fmt.Stringer:
		return addressOf(a)
	}
	return "", 0
}

func addressOf(a fmt.Stringer) (host string, port int64) {
	if text := Text(a); text != "<nil>" { // what the addresses of package net say when they are nil
		return HostPortText(text)
	}
	return "", 0
}

const maxHost = 255

// HostPortText is HostPort for what is known to be a string.
func HostPortText(a string) (host string, port int64) {
	if host, port, ok := plainAddress(a); ok {
		return host, port
	}
	return anyAddress(a)
}

func anyAddress(a string) (host string, port int64) {
	a = strings.TrimSpace(a)
	if strings.HasPrefix(a, "/") || strings.HasPrefix(a, "@") {
		return cutText(a, maxHost), 0
	}
	if path := strings.TrimPrefix(a, "unix:"); path != a {
		return cutText(strings.TrimPrefix(path, "//"), maxHost), 0
	}
	if i := strings.Index(a, "://"); i >= 0 {
		a = strings.TrimPrefix(a[i+3:], "/") // gRPC targets have an empty authority: dns:///host:port
	}
	if end := strings.IndexAny(a, "/?#"); end >= 0 {
		a = a[:end]
	}
	a = a[strings.LastIndexByte(a, '@')+1:]
	if i := strings.IndexByte(a, ','); i >= 0 {
		a = a[:i]
	}
	if strings.HasPrefix(a, "[") {
		end := strings.IndexByte(a, ']')
		if end < 0 {
			return "", 0
		}
		return cutText(a[1:end], maxHost), parsePort(strings.TrimPrefix(a[end+1:], ":"))
	}
	switch i := strings.LastIndexByte(a, ':'); {
	case i < 0 || strings.IndexByte(a, ':') != i: // no port, or a bare IPv6 address
		return cutText(a, maxHost), 0
	default:
		return cutText(a[:i], maxHost), parsePort(a[i+1:])
	}
}

// plainAddress is the usual case in one pass: a name or an IPv4 address, and a port or none.
func plainAddress(a string) (host string, port int64, ok bool) {
	colon := len(a)
	for i := 0; i < len(a); i++ {
		c := a[i]
		switch {
		case colon < len(a) && c-'0' <= 9:
			port = port*10 + int64(c-'0')
		case colon == len(a) && c == ':' && len(a)-i <= len(":65535"):
			colon = i
		case colon < len(a) || !hostByte(c):
			return "", 0, false
		}
	}
	return a[:colon], port, colon <= maxHost && port <= 65535 && a[:colon] != "unix"
}

func hostByte(c byte) bool {
	return c|0x20-'a' < 26 || c-'0' <= 9 || c == '.' || c == '-' || c == '_'
}

func parsePort(s string) int64 {
	port, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0
	}
	return int64(port)
}
