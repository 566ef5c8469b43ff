//go:build !unix

package rt

// watchSignals does nothing where a process cannot send itself the signal that ended it.
func watchSignals(*closing) {}
