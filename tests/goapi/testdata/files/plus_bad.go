// +build !!linux

package files
