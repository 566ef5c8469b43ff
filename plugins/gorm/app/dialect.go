package main

import (
	"database/sql"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
)

// dialect is as much of SQLite as the program needs, for every version of gorm: drivers ask for versions of their own.
type dialect struct{ pool *sql.DB }

func (dialect) Name() string { return "sqlite" }

func (d dialect) Initialize(db *gorm.DB) error {
	db.ConnPool = d.pool
	callbacks.RegisterDefaultCallbacks(db, &callbacks.Config{LastInsertIDReversed: true})
	return nil
}

func (dialect) Migrator(*gorm.DB) gorm.Migrator { return nil }

func (dialect) DataTypeOf(*schema.Field) string { return "" }

func (dialect) DefaultValueOf(*schema.Field) clause.Expression { return clause.Expr{SQL: "NULL"} }

func (dialect) BindVarTo(writer clause.Writer, _ *gorm.Statement, _ interface{}) {
	writer.WriteByte('?')
}

func (dialect) QuoteTo(writer clause.Writer, name string) { writer.WriteString("`" + name + "`") }

func (dialect) Explain(sql string, vars ...interface{}) string {
	return logger.ExplainSQL(sql, nil, `"`, vars...)
}
