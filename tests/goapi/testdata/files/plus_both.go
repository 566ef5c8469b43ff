//go:build linux
// +build ignore

package files
