module instc.dev/rt

// The oldest line that the code allows, so that a program's own go line is never raised by linking the runtime.
go 1.18
