//go:build goexperiment.regabiargs

package files
