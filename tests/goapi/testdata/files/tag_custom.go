//go:build custom && other

package files
