//+build ignore

package files
