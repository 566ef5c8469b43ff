package files

import (
	"fmt"
	"C"
)

var _ = fmt.Sprint
