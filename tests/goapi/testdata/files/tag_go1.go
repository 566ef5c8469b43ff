//go:build go1 

package files
