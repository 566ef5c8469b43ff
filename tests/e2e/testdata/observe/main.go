// Observed values: pools that are open, closed, and of the same name; a reader that is there and one that is garbage.
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/csv"
	"errors"
	"fmt"
	"runtime"
	"strings"
)

type connector struct{ name string }

func (c connector) String() string                               { return c.name }
func (c connector) Driver() driver.Driver                        { return c }
func (c connector) Open(string) (driver.Conn, error)             { return nil, errors.New("none") }
func (c connector) Connect(context.Context) (driver.Conn, error) { return nil, errors.New("none") }

func open(name string, most int) *sql.DB {
	db := sql.OpenDB(connector{name})
	db.SetMaxOpenConns(most)
	return db
}

func main() {
	sql.Register("one", connector{})
	a, b, c := open("shared", 3), open("shared", 4), open("other", 5)
	open("closed", 100).Close()
	reader := csv.NewReader(strings.NewReader("a,b\nc,d\n"))
	fmt.Println(reader.Read())
	func() { csv.NewReader(strings.NewReader("far,too,long\n")).Read() }()
	for i := 0; i < 3; i++ {
		runtime.GC()
	}
	defer runtime.KeepAlive([]any{a, b, c, reader})
}
