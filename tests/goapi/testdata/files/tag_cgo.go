//go:build cgo

package files
