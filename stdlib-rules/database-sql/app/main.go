// Everything that one does with database/sql, on SQLite in memory, inside one HTTP request so that there is a parent.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"

	_ "modernc.org/sqlite"
)

// spare is never closed, so its connections are there to be seen when the program ends.
var spare *sql.DB

func main() {
	var err error
	spare, err = sql.Open("sqlite", "file:spare?mode=memory")
	check(err)
	spare.SetMaxOpenConns(3)
	check(spare.Ping())
	db, err := sql.Open("sqlite", "file:app?mode=memory&cache=shared&_pragma=busy_timeout(1000)")
	check(err)
	db.SetMaxOpenConns(2)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { run(r.Context(), db) }))
	defer server.Close()
	response, err := http.Get(server.URL + "/run")
	check(err)
	check(response.Body.Close())
	check(db.Close())
}

func run(ctx context.Context, db *sql.DB) {
	_, err := db.ExecContext(ctx, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
	check(err)
	_, err = db.ExecContext(ctx, "INSERT INTO users VALUES (1, 'hunter2-secret'), (2, 'O''Brien')")
	check(err)
	query(ctx, db)
	noRows(ctx, db)
	prepared(ctx, db)
	transaction(ctx, db)
	rolledBack(ctx, db)
	pinned(ctx, db)
	failing(ctx, db)
	_, err = db.Exec("DELETE FROM users WHERE name = 'nobody'") // no context in sight: only the goroutine knows the request
	check(err)
}

func query(ctx context.Context, db *sql.DB) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM users WHERE id < ?", 10)
	check(err)
	defer rows.Close()
	for rows.Next() {
		var name string
		check(rows.Scan(&name))
		fmt.Println("user", name)
	}
	check(rows.Err())
}

func noRows(ctx context.Context, db *sql.DB) {
	var name string
	err := db.QueryRowContext(ctx, "SELECT name FROM users WHERE id = 77").Scan(&name)
	fmt.Println("no rows", errors.Is(err, sql.ErrNoRows))
}

func prepared(ctx context.Context, db *sql.DB) {
	statement, err := db.PrepareContext(ctx, "UPDATE users SET name = ? WHERE id = 2")
	check(err)
	defer statement.Close()
	_, err = statement.ExecContext(ctx, "ann")
	check(err)
}

func transaction(ctx context.Context, db *sql.DB) {
	tx, err := db.BeginTx(ctx, nil)
	check(err)
	defer tx.Rollback() // after the commit it does nothing
	_, err = tx.ExecContext(ctx, "INSERT INTO users VALUES (3, ?)", "bob")
	check(err)
	check(tx.Commit())
}

func rolledBack(ctx context.Context, db *sql.DB) {
	tx, err := db.BeginTx(ctx, nil)
	check(err)
	_, err = tx.ExecContext(ctx, "DELETE FROM users")
	check(err)
	check(tx.Rollback())
}

func pinned(ctx context.Context, db *sql.DB) {
	conn, err := db.Conn(ctx)
	check(err)
	defer conn.Close()
	_, err = conn.ExecContext(ctx, "PRAGMA user_version")
	check(err)
}

func failing(ctx context.Context, db *sql.DB) {
	_, err := db.ExecContext(ctx, "INSERT INTO users VALUES (1, 'again')")
	fmt.Println("constraint", err)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		panic(err)
	}
}
