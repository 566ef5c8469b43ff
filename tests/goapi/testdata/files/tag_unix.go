//go:build unix && !android

package files
