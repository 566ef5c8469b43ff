package main

import (
	"log/slog"
	"net"
	"os"

	"github.com/gofiber/fiber/v2"
)

func shipper() {
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Post("/parcels/:id", func(c *fiber.Ctx) error {
		logger.InfoContext(c.UserContext(), "parcel "+c.Params("id"))
		return c.SendStatus(fiber.StatusCreated)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	listening(listener.Addr())
	check(app.Listener(listener))
}
