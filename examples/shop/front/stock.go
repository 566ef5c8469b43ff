package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

type item struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Cents int64  `json:"cents"`
	Stock int64  `json:"stock"`
}

// stockClient talks to the stock service. Status 0 means that there was no answer.
type stockClient struct {
	base string
	http *http.Client
}

func (c *stockClient) get(ctx context.Context, path string, into any) (status int, err error) {
	return c.do(ctx, http.MethodGet, path, nil, into)
}

func (c *stockClient) post(ctx context.Context, path string, body any) (status int, err error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	return c.do(ctx, http.MethodPost, path, bytes.NewReader(text), nil)
}

func (c *stockClient) do(ctx context.Context, method, path string, body io.Reader, into any) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return 0, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 512))
		return resp.StatusCode, fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(text)))
	}
	if into != nil {
		err = json.NewDecoder(resp.Body).Decode(into)
	}
	return resp.StatusCode, err
}
