// Package logs has what plugins of log libraries need to write ids into lines that are text already.
package logs

import (
	"bytes"
	"encoding/json"
)

// maxMessage bounds what Message gives; the runtime bounds records itself.
const maxMessage = 64 << 10

// Message is the text behind the header of a line, without its end.
func Message(line []byte, header int64) string {
	_, message, _ := split(line, header)
	if len(message) > maxMessage {
		message = message[:maxMessage]
	}
	return string(message)
}

// Stamp adds an id to a line, in the line's own form: a member where the message is a JSON object, ` key=id` at its end elsewhere. A line that
// names the key already, and one without a message, stay as they are. The result may share the line's memory.
func Stamp(line []byte, header int64, key, id string) []byte {
	head, message, tail := split(line, header)
	if len(bytes.TrimSpace(message)) == 0 || names(message, key) {
		return line
	}
	end := string(tail)
	if isObject(message) {
		at := bytes.LastIndexByte(message, '}')
		after := string(message[at:])
		out := append(head, bytes.TrimRight(message[:at], " \t\r\n")...)
		if out[len(out)-1] != '{' {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = append(append(out, key...), `":"`...)
		out = append(append(out, id...), '"')
		return append(append(out, after...), end...)
	}
	out := append(line[:len(line)-len(tail)], ' ')
	out = append(append(out, key...), '=')
	return append(append(out, id...), end...)
}

// split gives the header, the message and the end of the line.
func split(line []byte, header int64) (head, message, tail []byte) {
	end := len(bytes.TrimRight(line, "\r\n"))
	if header < 0 || header > int64(end) {
		header = 0
	}
	return line[:header], line[header:end], line[end:]
}

func names(message []byte, key string) bool {
	return bytes.Contains(message, []byte(key+"=")) || bytes.Contains(message, []byte(`"`+key+`"`))
}

func isObject(message []byte) bool {
	trimmed := bytes.TrimSpace(message)
	return trimmed[0] == '{' && trimmed[len(trimmed)-1] == '}' && json.Valid(trimmed)
}
