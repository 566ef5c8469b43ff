//go:build linux || (darwin && !cgo)

package files
