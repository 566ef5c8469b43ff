// Answers corpus.py with the functions of compiler/rt/text: one answer a line, in hex.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"instc.dev/rt/text"
)

var plain = map[string]func(string) string{
	"HTTPMethod": text.HTTPMethod, "HTTPVersion": text.HTTPVersion, "HTTPRoute": text.HTTPRoute, "RedactURL": text.RedactURL, "RedactQuery": text.RedactQuery,
	"SanitizeSQL": text.SanitizeSQL, "SQLOperation": text.SQLOperation, "SQLTable": text.SQLTable, "SQLSummary": text.SQLSummary,
	"Text": func(s string) string { return text.Text(s) },
	"Atoi": func(s string) string { return fmt.Sprint(text.Atoi(s)) },
	"HostPort": func(s string) string {
		host, port := text.HostPort(s)
		return fmt.Sprintf("%s|%d", host, port)
	},
	"Lower": func(s string) string { return ascii(s, text.Lower) },
	"Upper": func(s string) string { return ascii(s, text.Upper) },
}

func ascii(s string, f func(string) string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return "not ASCII"
		}
	}
	return f(s)
}

func answer(function string, args []string) string {
	switch function {
	case "Words":
		return text.Words(args[0], args[1])
	case "HTTPName":
		return text.HTTPName(args[0], args[1])
	case "SanitizeRedis":
		list := make([]any, len(args))
		for i, arg := range args {
			list[i] = arg
		}
		return text.SanitizeRedis(list)
	}
	return plain[function](args[0])
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		words := strings.Split(lines.Text(), "\t")
		var args []string
		for _, word := range words[1:] {
			arg, _ := hex.DecodeString(strings.TrimPrefix(word, "-"))
			args = append(args, string(arg))
		}
		fmt.Fprintf(out, "%x\n", answer(words[0], args))
	}
}
