// +build li-nux

package files
