package main

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"
)

type shop struct {
	stock *stockClient
}

func (s *shop) products(c *gin.Context) {
	var items []item
	status, err := s.stock.get(c.Request.Context(), "/items", &items)
	if err != nil {
		s.fail(c, status, err)
		return
	}
	slog.InfoContext(c.Request.Context(), "showing all products", "count", len(items))
	c.JSON(http.StatusOK, items)
}

func (s *shop) product(c *gin.Context) {
	var found item
	status, err := s.stock.get(c.Request.Context(), "/items/"+c.Param("id"), &found)
	if err != nil {
		s.fail(c, status, err)
		return
	}
	slog.InfoContext(c.Request.Context(), "showing a product", "name", found.Name)
	c.JSON(http.StatusOK, found)
}

func (s *shop) order(c *gin.Context) {
	var order struct {
		Product  string `json:"product" binding:"required"`
		Quantity int64  `json:"quantity" binding:"required"`
	}
	if err := c.ShouldBindJSON(&order); err != nil {
		c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
		return
	}
	status, err := s.stock.post(c.Request.Context(), "/items/"+order.Product+"/reservations",
		map[string]int64{"quantity": order.Quantity})
	if err != nil {
		s.fail(c, status, err)
		return
	}
	slog.InfoContext(c.Request.Context(), "order placed", "product", order.Product, "quantity", order.Quantity)
	c.JSON(http.StatusCreated, order)
}

// fail passes on what the customer did wrong and hides what went wrong behind the scenes.
func (s *shop) fail(c *gin.Context, status int, err error) {
	slog.ErrorContext(c.Request.Context(), "stock did not answer as hoped", "status", status, "error", err)
	if status == http.StatusNotFound || status == http.StatusBadRequest {
		c.JSON(status, gin.H{"error": err.Error()})
		return
	}
	c.JSON(http.StatusBadGateway, gin.H{"error": "please try again later"})
}
