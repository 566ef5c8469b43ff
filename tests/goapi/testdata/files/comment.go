// Copyright.

/* Long
 comment. */ // more

//go:build linux

// Package doc.
package files
