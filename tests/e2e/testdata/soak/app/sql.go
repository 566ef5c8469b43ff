package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
)

// connector makes connections that do not last: every one is opened anew, mostly on the goroutine that sql.DB keeps for that.
type connector struct{}

func (connector) Driver() driver.Driver { return nil }

func (connector) Connect(context.Context) (driver.Conn, error) {
	var stack [8192]byte
	if text := string(stack[:runtime.Stack(stack[:], false)]); strings.Contains(text, "connectionOpener") {
		here(fmt.Sprint("opened ", requests.Add(1)), "")
		opened <- struct{}{}
	}
	return connection{}, nil
}

type connection struct{}

func (connection) Prepare(string) (driver.Stmt, error) { return nil, errors.New("not prepared") }
func (connection) Begin() (driver.Tx, error)           { return nil, errors.New("no transactions") }
func (connection) Close() error                        { return nil }
func (connection) IsValid() bool                       { return false }
func (connection) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	time.Sleep(100 * time.Microsecond) // others are waiting meanwhile
	return driver.ResultNoRows, nil
}

var opened chan struct{}

// openers makes a handle inside a span; what its goroutines do does not belong to that span.
func openers(n int) {
	run := fmt.Sprint(requests.Add(1))
	opened = make(chan struct{}, n+1)
	region(background, "creator "+run, "", func() {
		db := sql.OpenDB(connector{})
		db.SetMaxOpenConns(1)
		each(n, 4, func(int) {
			if _, err := db.ExecContext(background, "DELETE FROM carts"); err != nil {
				panic(err)
			}
		})
		db.Close()
	})
	if len(opened) == 0 && n > 10 {
		panic("no connection was opened in the background")
	}
}
