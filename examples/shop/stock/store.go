package main

import (
	"context"
	"database/sql"
	"errors"

	_ "modernc.org/sqlite"
)

type item struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Cents int64  `json:"cents"`
	Stock int64  `json:"stock"`
}

var errNotFound = errors.New("no such item")

type store struct {
	db *sql.DB
}

// openStore makes a fresh database in memory and fills it.
func openStore(ctx context.Context) (*store, error) {
	db, err := sql.Open("sqlite", "file:stock?mode=memory&cache=shared")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // the database lives as long as its connection
	_, err = db.ExecContext(ctx, `
		CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL, cents INTEGER NOT NULL, stock INTEGER NOT NULL CHECK (stock >= 0));
		CREATE TABLE reservations (item INTEGER NOT NULL REFERENCES items (id), quantity INTEGER NOT NULL);
		INSERT INTO items VALUES (1, 'teapot', 2400, 12), (2, 'cup', 650, 80), (3, 'kettle', 5900, 3);`)
	return &store{db}, err
}

func (s *store) all(ctx context.Context) ([]item, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, name, cents, stock FROM items ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var items []item
	for rows.Next() {
		var it item
		if err := rows.Scan(&it.ID, &it.Name, &it.Cents, &it.Stock); err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	return items, rows.Err()
}

func (s *store) find(ctx context.Context, id int64) (it item, err error) {
	row := s.db.QueryRowContext(ctx, "SELECT id, name, cents, stock FROM items WHERE id = ?", id)
	err = row.Scan(&it.ID, &it.Name, &it.Cents, &it.Stock)
	if errors.Is(err, sql.ErrNoRows) {
		err = errNotFound
	}
	return it, err
}

// reserve takes quantity pieces of an item. The table itself refuses to go below zero.
func (s *store) reserve(ctx context.Context, id, quantity int64) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "UPDATE items SET stock = stock - ? WHERE id = ?", quantity, id); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO reservations (item, quantity) VALUES (?, ?)", id, quantity); err != nil {
		return err
	}
	return tx.Commit()
}
