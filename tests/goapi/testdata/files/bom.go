//go:build ignore

package files
