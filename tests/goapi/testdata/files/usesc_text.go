package files

var text = `
import "C"
`
