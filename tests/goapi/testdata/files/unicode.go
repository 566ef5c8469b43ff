//go:build größe || linux

package files
