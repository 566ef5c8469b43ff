// A server that speaks MongoDB's protocol and keeps its data in SQLite, below the folder that its argument names, for the tests of MongoDB's drivers.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: "file:" + os.Args[1] + "/",
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("listening", server.MongoDBURI())
	if err := server.Run(context.Background()); err != nil {
		panic(err)
	}
}
