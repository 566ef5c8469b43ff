// +build ignore
// text

package files
