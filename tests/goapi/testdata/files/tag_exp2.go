//go:build !goexperiment.jsonv2 && !goexperiment.synctest

package files
