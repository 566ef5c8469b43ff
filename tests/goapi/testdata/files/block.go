/* x */ //go:build ignore

package files
