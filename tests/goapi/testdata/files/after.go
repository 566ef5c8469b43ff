package files

//go:build ignore
