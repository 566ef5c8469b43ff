// +build ignore
package files
