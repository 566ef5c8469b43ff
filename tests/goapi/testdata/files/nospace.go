//go:buildignore

package files
