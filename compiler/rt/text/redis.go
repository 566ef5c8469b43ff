package text

import "strings"

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

// SanitizeRedis shows a command as it is written and nothing of what it is about: keys and values alike become ?.
func SanitizeRedis(args []any) string {
	if len(args) == 0 {
		return ""
	}
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
	if len(word) == 0 || len(word) > 32 || !isWordStart(word[0]) {
		return "?"
	}
	for i := 0; i < len(word); i++ {
		if c := word[i]; !isWord(c) && c != '.' && c != '-' || c >= 0x80 {
			return "?"
		}
	}
	return word
}
