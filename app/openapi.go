package main

import (
	"context"
	"os"

	"github.com/gofiber/fiber/v2"

	"zugabe/app/api"
)

type openAPICommand struct{}

// Run prints the document; it needs no database.
func (openAPICommand) Run() error {
	document, err := openAPIDocument()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(document)
	return err
}

func openAPIDocument() ([]byte, error) {
	server := api.New(fiber.New(), api.Deps{Version: "1"}, func(context.Context) error { return nil })
	return server.OpenAPI()
}
