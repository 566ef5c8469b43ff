// Package tested calls nothing: its tests do.
package tested

const Text = "x"
