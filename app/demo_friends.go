package main

import (
	"context"

	"zugabe/app/demoshop"
	"zugabe/app/loyalty"
)

// friendsOfAnna come by her link and buy: one lives elsewhere, one at her own door, so
// that the merchant has somebody to decide about.
func (d *demo) friendsOfAnna(ctx context.Context, shop loyalty.ShopID) error {
	anna := d.shop.CustomerOf(demoshop.SeedPeople[0][0])
	door := demoshop.Recipient{First: "Anna", Last: "Albrecht", Street: "Hafenstraße 12", Zip: "20457", City: "Hamburg"}
	if err := d.buys(ctx, shop, anna, door); err != nil {
		return err
	}
	for _, friend := range []struct {
		email string
		to    demoshop.Recipient
	}{
		{"dora@demo.example", demoshop.Recipient{First: "Dora", Last: "Dahl", Street: "Kaiweg 3", Zip: "24103", City: "Kiel"}},
		{"emil@demo.example", demoshop.Recipient{First: "Emil", Last: "Albrecht", Street: "Hafenstr. 12", Zip: "20457", City: "Hamburg"}},
	} {
		c, err := d.shop.Register(friend.email, friend.to.First, friend.to.Last)
		if err == nil {
			err = d.told(ctx, shop)
		}
		if err == nil {
			err = d.shop.ComeByLink(ctx, c.ID, anna)
		}
		if err == nil {
			err = d.buys(ctx, shop, c.ID, friend.to)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) buys(ctx context.Context, shop loyalty.ShopID, customer int64, to demoshop.Recipient) error {
	cart := []demoshop.CartLine{{Variant: d.shop.VariantOf("COF-B"), Quantity: 1}}
	if _, err := d.shop.Checkout(demoshop.Buy{Customer: customer, Cart: cart, To: to}); err != nil {
		return err
	}
	return d.told(ctx, shop)
}

// told sends what the shop has to tell and lets the app work it off.
func (d *demo) told(ctx context.Context, shop loyalty.ShopID) error {
	d.shop.Deliver(ctx)
	return d.settle(ctx, shop)
}
