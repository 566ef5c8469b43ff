package text

import (
	"strings"
	"sync/atomic"
)

// redisGroups are the commands whose second word is part of the command.
var redisGroups = func() map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(`ACL CLIENT CLUSTER COMMAND CONFIG DEBUG FUNCTION LATENCY MEMORY MODULE OBJECT PUBSUB SCRIPT SENTINEL SLOWLOG
		XGROUP XINFO`) {
		set[name] = true
	}
	return set
}()

const maxRedisArguments = 8

// redisTexts keeps the texts of the few commands that a program uses, as package text does for statements: the latest one at each place.
var redisTexts [64]atomic.Pointer[redisText]

type redisText struct {
	command string
	args    int
	text    string
}

const maxCommand = 32

// SanitizeRedis shows a command as it is written and nothing of what it is about: keys and values alike become ?.
func SanitizeRedis(args []any) string {
	if len(args) == 0 {
		return ""
	}
	command, ok := args[0].(string)
	if !ok || len(command) == 0 || len(command) > maxCommand {
		return sanitizeRedis(args)
	}
	place := &redisTexts[(int(command[0])+7*int(command[len(command)-1])+13*len(command)+len(args))%len(redisTexts)]
	if known := place.Load(); known != nil && known.args == len(args) && known.command == command {
		return known.text
	}
	text := sanitizeRedis(args)
	if !redisGroups[strings.ToUpper(command)] { // whose text depends on the second word
		place.Store(&redisText{strings.Clone(command), len(args), text})
	}
	return text
}

func sanitizeRedis(args []any) string {
	command := commandWord(args[0])
	args = args[1:]
	if len(args) > 0 && redisGroups[strings.ToUpper(command)] {
		command += " " + commandWord(args[0])
		args = args[1:]
	}
	if len(args) > maxRedisArguments {
		return command + strings.Repeat(" ?", maxRedisArguments) + " ..."
	}
	return command + strings.Repeat(" ?", len(args))
}

// commandWord keeps what looks like the name of a command: modules have dots, nothing has blanks or digits in front.
func commandWord(arg any) string {
	word := Text(arg)
	if len(word) == 0 || len(word) > maxCommand || !isWordStart(word[0]) {
		return "?"
	}
	for i := 0; i < len(word); i++ {
		if c := word[i]; !isWord(c) && c != '.' && c != '-' || c >= 0x80 {
			return "?"
		}
	}
	return word
}
