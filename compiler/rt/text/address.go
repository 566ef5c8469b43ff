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
	colon := 0
	for colon < len(a) { // most are numbers and dots
		if c := a[colon]; (c-'.' > '9'-'.' || c == '/') && !isHostByte(c) {
			break
		}
		colon++
	}
	if colon < len(a) {
		digits := a[colon+1:]
		if a[colon] != ':' || len(digits) > len("65535") {
			return "", 0, false
		}
		for i := 0; i < len(digits); i++ {
			c := digits[i] - '0'
			if c > 9 {
				return "", 0, false
			}
			port = port*10 + int64(c)
		}
	}
	return a[:colon], port, colon <= maxHost && port <= 65535 && a[:colon] != "unix"
}

// isHostByte: letters, digits, dot, hyphen and underscore, each a bit of a word.
func isHostByte(c byte) bool {
	const (
		low  = 0x3ff<<'0' | 1<<'.' | 1<<'-'
		high = 0x3ffffff<<('a'-64) | 0x3ffffff<<('A'-64) | 1<<('_'-64)
	)
	if c < 64 {
		return low>>(c&63)&1 != 0
	}
	return c < 128 && high>>(c&63)&1 != 0
}

func parsePort(s string) int64 {
	port, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0
	}
	return int64(port)
}
