//go:build race

package files
