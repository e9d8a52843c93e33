package main

import (
	"context"
	"log/slog"
	"os"

	"zugabe/app/api"
	"zugabe/webhooks"
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
	server := api.New(api.NewHTTP(webhooks.ServerConfig(), slog.New(slog.DiscardHandler)), api.Deps{Version: "1"}, func(context.Context) error { return nil })
	return server.OpenAPI()
}
