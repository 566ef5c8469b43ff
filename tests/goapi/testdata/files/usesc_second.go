package files

import "fmt"; import "C"

var _ = fmt.Sprint
