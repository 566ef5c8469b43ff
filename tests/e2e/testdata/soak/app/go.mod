module soak

go 1.23

require (
	github.com/panjf2000/ants/v2 v2.11.3
	golang.org/x/sync v0.11.0
)
