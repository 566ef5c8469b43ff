//go:build go1.x || go2.1 || go1.09

package files
