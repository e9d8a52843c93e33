package main

import (
	"context"
	"errors"

	"zugabe/app/bench"
)

// site starts the demo on a database that has been used before or not.
func (c *benchCommand) site(ctx context.Context, databaseURL string) (bench.Site, error) {
	ctx, stop := context.WithCancel(ctx)
	d, err := (&demoCommand{DatabaseURL: databaseURL, RedisURL: c.Redis, Listen: "127.0.0.1:0", ShopListen: "127.0.0.1:0", Seed: 1}).open(ctx)
	if err != nil {
		stop()
		return bench.Site{}, err
	}
	d.app.cfg.Role = "web"
	ended := make(chan error, 2)
	go func() { ended <- d.app.run(ctx, d.web) }()
	go func() { _ = serveOn(ctx, d.storeWeb, d.shop.Handler()); ended <- nil }()
	end := func() error {
		stop()
		return errors.Join(<-ended, <-ended, d.app.close())
	}
	if err := d.connect(ctx); err != nil {
		return bench.Site{}, errors.Join(err, end())
	}
	shop, err := d.installed(ctx)
	if err != nil {
		return bench.Site{}, errors.Join(err, end())
	}
	return bench.Site{App: d.app.cfg.PublicURL, Shop: "http://" + d.storeWeb.Addr().String(), ID: shop.ID, Token: d.shop.MintSessionToken, Stop: end}, nil
}
