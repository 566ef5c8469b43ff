package files

import "C"
