// gorm with the drivers that most programs have, on servers: `postgres` and `mysql` (MariaDB), each with what goes right and what the server refuses.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"gorm.io/driver/mysql"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
)

type Author struct {
	ID    uint
	Name  string `gorm:"size:100;uniqueIndex"`
	Books []Book
}

type Book struct {
	ID       uint
	AuthorID uint
	Title    string
	Cover    []byte
}

func main() {
	var dialect gorm.Dialector = postgres.Open(os.Getenv("DATABASE"))
	if os.Args[1] == "mysql" {
		dialect = mysql.Open(os.Getenv("DATABASE"))
	}
	db, err := gorm.Open(dialect, &gorm.Config{Logger: logger.Discard})
	check(err)
	check(db.Migrator().DropTable(&Book{}, &Author{}))
	check(db.AutoMigrate(&Author{}, &Book{}))
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { serve(r.Context(), db) }))
	defer server.Close()
	response, err := http.Get(server.URL)
	check(err)
	response.Body.Close()
}

func serve(ctx context.Context, db *gorm.DB) {
	tx := db.WithContext(ctx)
	ann := Author{Name: "ann", Books: []Book{{Title: "one", Cover: []byte{0, 255}}, {Title: "two"}}}
	check(tx.Create(&ann).Error)
	var found Author
	check(tx.Preload("Books").First(&found, "name = ?", "ann").Error)
	fmt.Println(found.Name, len(found.Books), found.Books[0].Cover)
	fmt.Println(tx.Create(&Author{Name: "ann"}).Error != nil) // twice
	check(tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&Author{Name: "ann"}).Error)
	fmt.Println(tx.First(&Author{}, "name = ?", "bob").Error)
	fmt.Println(tx.Transaction(func(tx *gorm.DB) error {
		check(tx.Model(&found).Update("name", "eve").Error)
		return errors.New("changed its mind")
	}))
	prepared := tx.Session(&gorm.Session{PrepareStmt: true})
	for range 2 {
		check(prepared.Where("title = ?", "secret").Find(&[]Book{}).Error)
	}
	rows, err := tx.Model(&Book{}).Rows()
	check(err)
	for rows.Next() {
	}
	check(rows.Close())
	fmt.Println(tx.Exec("SELEKT 'secret'").Error != nil)
	fmt.Println(tx.Find(&[]Author{}, "name = ?", strings.Repeat("é", 1<<19)).Error)
	ended, cancel := context.WithCancel(ctx)
	cancel()
	fmt.Println(db.WithContext(ended).Find(&[]Book{}).Error)
	fmt.Println(thrown(tx))
	pool, err := db.DB()
	check(err)
	check(pool.Close())
	fmt.Println(tx.Find(&[]Book{}).Error)
}

// thrown: what a callback of the program's own throws goes through, and the transaction is over.
func thrown(tx *gorm.DB) (what any) {
	defer func() { what = recover() }()
	check(tx.Callback().Create().Before("gorm:create").Register("throw", func(*gorm.DB) { panic("thrown") }))
	defer tx.Callback().Create().Remove("throw")
	return tx.Create(&Author{Name: "max"}).Error
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
