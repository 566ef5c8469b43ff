//go:build gc && !gccgo

package files
