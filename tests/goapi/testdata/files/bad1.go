//go:build linux &&

package files
