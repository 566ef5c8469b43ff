// Package redisfake is a stand-in for a Redis server where none can be had: strings with GET, SET, DEL, INCR and PING over
// RESP2, nothing more. It is never used where a real server is present.
package redisfake

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
)

// maxArguments and maxLength bound what a client may claim to send.
const (
	maxArguments = 1024
	maxLength    = 1 << 20
)

type server struct {
	mu     sync.Mutex
	values map[string]string
}

// Serve answers clients until the listener is closed.
func Serve(listener net.Listener) error {
	s := &server{values: map[string]string{}}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go s.talk(conn)
	}
}

func (s *server) talk(conn net.Conn) {
	defer conn.Close()
	reader := bufio.NewReader(conn)
	for {
		command, err := readCommand(reader)
		if err != nil {
			return
		}
		if _, err := io.WriteString(conn, s.answer(command)); err != nil {
			return
		}
	}
}

func (s *server) answer(command []string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch name := strings.ToUpper(command[0]); {
	case name == "PING":
		return "+PONG\r\n"
	case name == "GET" && len(command) == 2:
		value, found := s.values[command[1]]
		if !found {
			return "$-1\r\n"
		}
		return fmt.Sprintf("$%d\r\n%s\r\n", len(value), value)
	case name == "SET" && len(command) >= 3:
		s.values[command[1]] = command[2]
		return "+OK\r\n"
	case name == "DEL" && len(command) >= 2:
		return fmt.Sprintf(":%d\r\n", s.remove(command[1:]))
	case name == "INCR" && len(command) == 2:
		n, err := strconv.ParseInt("0"+s.values[command[1]], 10, 64)
		if err != nil {
			return "-ERR value is not an integer or out of range\r\n"
		}
		s.values[command[1]] = strconv.FormatInt(n+1, 10)
		return fmt.Sprintf(":%d\r\n", n+1)
	}
	return fmt.Sprintf("-ERR unknown command '%s'\r\n", strings.Map(printable, command[0]))
}

func (s *server) remove(keys []string) (removed int) {
	for _, key := range keys {
		if _, found := s.values[key]; found {
			delete(s.values, key)
			removed++
		}
	}
	return removed
}

func printable(r rune) rune {
	if r < ' ' {
		return '?'
	}
	return r
}

var errProtocol = errors.New("not a RESP command")

func readCommand(reader *bufio.Reader) ([]string, error) {
	count, err := readNumber(reader, '*', maxArguments)
	if err != nil || count == 0 {
		return nil, errProtocol
	}
	command := make([]string, count)
	for i := range command {
		length, err := readNumber(reader, '$', maxLength)
		if err != nil {
			return nil, err
		}
		text := make([]byte, length+2)
		if _, err := io.ReadFull(reader, text); err != nil {
			return nil, err
		}
		command[i] = string(text[:length])
	}
	return command, nil
}

func readNumber(reader *bufio.Reader, kind byte, limit int) (int, error) {
	line, err := reader.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	text, found := strings.CutPrefix(strings.TrimSpace(string(line)), string(kind))
	n, err := strconv.Atoi(text)
	if !found || err != nil || n < 0 || n > limit {
		return 0, errProtocol
	}
	return n, nil
}
