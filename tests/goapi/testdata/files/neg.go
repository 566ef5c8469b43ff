//go:build !(linux && amd64) && !(windows || js)

package files
