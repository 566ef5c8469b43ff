package main

import (
	"context"
	"database/sql"
	"os"
	"sync"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	event2 "go.mongodb.org/mongo-driver/v2/event"
	mongo2 "go.mongodb.org/mongo-driver/v2/mongo"
	options2 "go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.opentelemetry.io/contrib/instrumentation/go.mongodb.org/mongo-driver/mongo/otelmongo"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
	"gorm.io/plugin/opentelemetry/tracing"
	_ "modernc.org/sqlite"
)

// databases asks each once. The servers are those that the environment names.
func databases() {
	pool, err := sql.Open("sqlite", ":memory:")
	check(err)
	db, err := gorm.Open(dialect{pool: pool}, &gorm.Config{})
	check(err)
	check(db.Use(tracing.NewPlugin(tracing.WithoutMetrics())))
	operation("gorm", func(ctx context.Context) error {
		var one int
		return db.WithContext(ctx).Raw("SELECT 1").Scan(&one).Error
	})

	uri := os.Getenv("MONGO_URI")
	client, err := mongo.Connect(context.Background(), options.Client().ApplyURI(uri).SetMonitor(otelmongo.NewMonitor()))
	check(err)
	check(client.Ping(context.Background(), nil))
	operation("mongo", func(ctx context.Context) error { return client.Ping(ctx, nil) })
	check(client.Disconnect(context.Background()))

	second, err := mongo2.Connect(options2.Client().ApplyURI(uri).SetMonitor(monitor()))
	check(err)
	check(second.Ping(context.Background(), nil))
	operation("mongo2", func(ctx context.Context) error { return second.Ping(ctx, nil) })
	check(second.Disconnect(context.Background()))
}

// monitor is what otelmongo for the second major version does; the module proxy does not have it.
func monitor() *event2.CommandMonitor {
	var spans sync.Map
	return &event2.CommandMonitor{
		Started: func(ctx context.Context, e *event2.CommandStartedEvent) {
			tracer := otel.Tracer("go.opentelemetry.io/contrib/instrumentation/go.mongodb.org/mongo-driver/v2/mongo/otelmongo")
			_, span := tracer.Start(ctx, e.CommandName, trace.WithSpanKind(trace.SpanKindClient))
			spans.Store(e.RequestID, span)
		},
		Succeeded: func(_ context.Context, e *event2.CommandSucceededEvent) {
			if span, ok := spans.LoadAndDelete(e.RequestID); ok {
				span.(trace.Span).End()
			}
		},
	}
}

// dialect is as much of SQLite as a query needs.
type dialect struct{ pool *sql.DB }

func (dialect) Name() string { return "sqlite" }

func (d dialect) Initialize(db *gorm.DB) error {
	db.ConnPool = d.pool
	callbacks.RegisterDefaultCallbacks(db, &callbacks.Config{})
	return nil
}

func (dialect) Migrator(*gorm.DB) gorm.Migrator { return nil }

func (dialect) DataTypeOf(*schema.Field) string { return "" }

func (dialect) DefaultValueOf(*schema.Field) clause.Expression { return clause.Expr{SQL: "NULL"} }

func (dialect) BindVarTo(writer clause.Writer, _ *gorm.Statement, _ any) { writer.WriteByte('?') }

func (dialect) QuoteTo(writer clause.Writer, name string) { writer.WriteString("`" + name + "`") }

func (dialect) Explain(sql string, vars ...any) string {
	return logger.ExplainSQL(sql, nil, `"`, vars...)
}
