// Package broken does not parse, for tests of what instc says then.
package broken

func Open(name string {
}
