package dsn

import "testing"

type handle struct {
	closed                            bool
	instcSystem, instcAddr, instcName string
}

type (
	tx       struct{ db *handle }
	any1     interface{ ping() }
	prepared struct{ ConnPool any }
	wrapped  struct{ Tx any1 }
	itself   struct{ ConnPool any }
	numbers  struct{ instcSystem, instcAddr, instcName int }
)

func (*tx) ping() {}

func TestEndpoint(t *testing.T) {
	h := &handle{false, "mysql", "db:3306", "shop"}
	circle := &itself{}
	circle.ConnPool = circle
	for _, pool := range []any{h, *h, tx{h}, &tx{h}, prepared{h}, &prepared{&tx{h}}, wrapped{&tx{h}}} {
		if system, address, name := Endpoint(pool); system != "mysql" || address != "db:3306" || name != "shop" {
			t.Errorf("%T: %q %q %q", pool, system, address, name)
		}
	}
	for _, pool := range []any{nil, 7, "x", (*handle)(nil), &tx{}, prepared{}, prepared{7}, circle, numbers{}, struct{}{}} {
		if system, address, name := Endpoint(pool); system+address+name != "" {
			t.Errorf("%T: %q %q %q", pool, system, address, name)
		}
	}
}
