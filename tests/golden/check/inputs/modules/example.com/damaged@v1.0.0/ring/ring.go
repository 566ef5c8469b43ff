package ring

import "example.com/damaged"

type Ring struct{ Inside damaged.Inside }
