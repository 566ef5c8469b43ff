/*
// +build ignore
*/

package files
