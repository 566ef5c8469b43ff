package stock

// Count stands in a file without package context.
//
//instc:span
func Count() {}
