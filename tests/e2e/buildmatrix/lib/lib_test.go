package lib

import "testing"

func TestCall(t *testing.T) {
	if n, err := Call(); n != 1 || err == nil || err.Error() != "unnamed" {
		t.Fatalf("Call() = %d, %v", n, err)
	}
	if got := Greet("x"); got != "hello x" {
		t.Fatal(got)
	}
}
