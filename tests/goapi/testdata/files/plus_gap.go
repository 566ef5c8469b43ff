// +build ignore

// Package doc.
package files
