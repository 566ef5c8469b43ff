package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
)

// badDriver does what its statements say.
type badDriver struct{}

func (badDriver) Open(source string) (driver.Conn, error) {
	switch {
	case strings.Contains(source, "panics"):
		panic("Open of a driver")
	case strings.Contains(source, "nil"):
		return nil, (*typed)(nil)
	case strings.Contains(source, "fails"):
		return nil, errors.New("no: " + source)
	}
	return &badConn{}, nil
}

type badConn struct{}

func (*badConn) Prepare(query string) (driver.Stmt, error) {
	return nil, errors.Join(errors.New("no statement"), outcome(query))
}
func (*badConn) Close() error              { return nil }
func (*badConn) Begin() (driver.Tx, error) { panic("Begin of a driver") }

func (*badConn) QueryContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Rows, error) {
	return nil, outcome(query)
}

func (*badConn) ExecContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Result, error) {
	return nil, outcome(query)
}

func (*badConn) Ping(context.Context) error { return driver.ErrBadConn }

func outcome(query string) error {
	switch {
	case strings.HasPrefix(query, "panics"):
		panic(failing{})
	case strings.HasPrefix(query, "nil"):
		return (*typed)(nil)
	case strings.HasPrefix(query, "failing"):
		return failing{}
	case strings.HasPrefix(query, "none"):
		return nil
	}
	return errors.New("no: " + query)
}

type badValuer struct{}

func (badValuer) Value() (driver.Value, error) { panic("Value of an argument") }

// opened is a database of its own: some panics leave one locked.
func opened() *sql.DB {
	db, err := sql.Open("bad", "")
	check(err)
	return db
}

func statements() {
	sql.Register("bad", badDriver{})
	ctx := context.Background()
	for _, source := range []string{"", "panics", "nil", "fails", "user:s3cret@tcp(x)/" + binary, "fails " + huge} {
		db, err := sql.Open("bad", source)
		check(err)
		try("sql open "+shown(source), func() any { return db.PingContext(ctx) })
		try("sql closes "+shown(source), func() any { return db.Close() })
	}
	_, err := sql.Open("nobody", binary)
	fmt.Println(shown(err))
	db := opened()
	for _, query := range []string{"", "SELECT 1", "panics", "nil", "failing", "none", binary, "SELECT '" + binary, "INSERT INTO " + huge + " VALUES ('s3cret')", strings.Repeat("(", 1<<16)} {
		try("sql exec "+shown(query), func() any { r, err := db.ExecContext(ctx, query); return fmt.Sprint(r == nil, " ", shown(err)) })
		try("sql query "+shown(query), func() any {
			r, err := db.QueryContext(ctx, query, nil, []byte(nil))
			return fmt.Sprint(r == nil, " ", shown(err))
		})
		try("sql prepare "+shown(query), func() any { s, err := db.PrepareContext(ctx, query); return fmt.Sprint(s == nil, " ", shown(err)) })
	}
	try("sql argument that panics", func() any { _, err := db.Exec("SELECT ?", badValuer{}); return err })
	try("sql arguments", func() any { _, err := db.Exec("SELECT ?", make(chan int), huge, binary); return err })
	try("sql begin", func() any { _, err := opened().BeginTx(ctx, nil); return err })
	try("sql cancelled", func() any { _, err := db.ExecContext(over(), "SELECT 1"); return err })
	try("sql nil context", func() any { _, err := opened().ExecContext(nobody, "SELECT 1"); return err })
	try("sql nil context of a query", func() any { _, err := opened().QueryContext(nobody, "SELECT 1"); return err })
	try("sql nobody's", func() any { _, err := (*sql.DB)(nil).Exec("SELECT 1"); return err })
	try("sql nobody's transaction", func() any { return (&sql.Tx{}).Commit() })
	try("sql nobody's statement", func() any { _, err := (&sql.Stmt{}).Exec(); return err })
	try("sql nil connector", func() any { return sql.OpenDB(nil).Ping() })
	check(db.Close())
	try("sql closed", func() any { _, err := db.Exec("SELECT 1"); return err })
}
