// +build

package files
