// gorm on a database in memory: create, query, update, delete, raw text, rows, associations, transactions, prepared statements, a dry run, failures.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	_ "modernc.org/sqlite"
)

type User struct {
	gorm.Model
	Name   string
	Orders []Order
}

type Order struct {
	ID     uint
	UserID uint
	Item   string
}

func main() {
	pool, err := sql.Open("sqlite", "file:shop.db?mode=memory&cache=shared")
	check(err)
	pool.SetMaxOpenConns(1)
	db, err := gorm.Open(dialect{pool}, &gorm.Config{Logger: logger.Discard, SkipDefaultTransaction: true})
	check(err)
	check(db.Exec("CREATE TABLE users (id INTEGER PRIMARY KEY, created_at DATETIME, updated_at DATETIME, deleted_at DATETIME, name TEXT)").Error)
	check(db.Exec("CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, item TEXT)").Error)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { serve(r.Context(), db) }))
	defer server.Close()
	response, err := http.Get(server.URL)
	check(err)
	response.Body.Close()
}

func serve(ctx context.Context, db *gorm.DB) {
	ann := User{Name: "ann", Orders: []Order{{Item: "tea"}, {Item: "milk"}}}
	tx := db.WithContext(ctx)
	check(tx.Create(&ann).Error)
	var found User
	check(tx.Preload("Orders").First(&found, "name = ?", "ann").Error)
	fmt.Println(found.Name, len(found.Orders), tx.First(&User{}, "name = ?", "bob").Error == gorm.ErrRecordNotFound)
	check(tx.Model(&found).Update("name", "eve").Error)
	check(tx.Model(&found).UpdateColumns(map[string]interface{}{"name": "eva"}).Error)
	fmt.Println(tx.Where("item = ?", "tea").Delete(&Order{}).RowsAffected)
	check(tx.Delete(&found).Error)

	var count int64
	check(tx.Raw("SELECT count(*) FROM orders WHERE item <> 'secret'").Scan(&count).Error)
	fmt.Println(count)
	rows, err := tx.Table("orders").Select("item").Rows()
	check(err)
	for rows.Next() {
	}
	check(rows.Close())
	var item string
	check(tx.Table("orders").Select("item").Where("item = ?", "milk").Row().Scan(&item))
	fmt.Println(item)

	check(tx.Transaction(func(tx *gorm.DB) error { return tx.Create(&Order{UserID: 7, Item: "salt"}).Error }))
	fmt.Println(tx.Transaction(func(*gorm.DB) error { return errors.New("changed its mind") }))
	prepared := tx.Session(&gorm.Session{PrepareStmt: true})
	for range 2 {
		check(prepared.Find(&[]Order{}).Error)
	}

	fmt.Println(tx.Session(&gorm.Session{DryRun: true}).Create(&User{Name: "dry"}).Error)
	fmt.Println(tx.Exec("INSERT INTO nowhere VALUES ('secret')").Error != nil, tx.Table("nowhere").Find(&[]Order{}).Error != nil)
	fmt.Println(tx.Delete(&User{}).Error == gorm.ErrMissingWhereClause)
	ended, cancel := context.WithCancel(ctx)
	cancel()
	fmt.Println(db.WithContext(ended).Find(&[]Order{}).Error)
	// What is handed over as it is.
	fmt.Println(tx.Find(&[]User{}, "name = ?", string(make([]byte, 1<<20))).Error)
	handle, err := db.DB()
	check(err)
	fmt.Println(len(found.Orders), handle.Ping())
	check(handle.Close())
	fmt.Println(tx.Find(&[]Order{}).Error)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
