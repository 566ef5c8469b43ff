// +build linux,!cgo darwin

package files
