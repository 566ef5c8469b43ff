// +build linux
// +build amd64 arm64

package files
