// Package quiet calls what is hooked, and no rule is for it.
package quiet

import "strings"

func Repeat() string { return strings.Repeat("q", 2) }
