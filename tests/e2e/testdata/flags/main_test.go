package main

import "testing"

func TestRequest(t *testing.T) {
	if code := request(); code != 404 {
		t.Errorf("status %d", code)
	}
}
