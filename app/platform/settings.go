package platform

import "context"

// Published is what the host has of our settings for the shop's pages.
type Published struct {
	Owner         string // the host's name for our installation in this shop
	Value         []byte // JSON as it was written, empty if nothing was
	Digest        string // of Value, as the host reckons it; empty if nothing was written
	PricesWithTax bool   // the shop's pages show prices that contain VAT
}

// SettingsPublisher is a driver whose host keeps a document of ours that blocks in
// the shop's theme can read without asking us.
type SettingsPublisher interface {
	PublishedSettings(ctx context.Context, c Conn) (Published, error)
	// PublishSettings writes doc where over was read; ErrTaken if somebody else
	// has written there meanwhile.
	PublishSettings(ctx context.Context, c Conn, doc []byte, over Published) error
}

// SettingsOf is the driver's way to publish settings, nil if it has none.
func SettingsOf(d Driver) SettingsPublisher {
	g, behind := d.(guarded)
	if behind {
		d = g.Driver
	}
	s, can := d.(SettingsPublisher)
	if !can {
		return nil
	}
	if behind {
		return guardedSettings{s, g.breaker}
	}
	return s
}

type guardedSettings struct {
	to      SettingsPublisher
	breaker *Breaker
}

func (g guardedSettings) PublishedSettings(ctx context.Context, c Conn) (Published, error) {
	return through(g.breaker, c.ShopID, func() (Published, error) { return g.to.PublishedSettings(ctx, c) })
}

func (g guardedSettings) PublishSettings(ctx context.Context, c Conn, doc []byte, over Published) error {
	_, err := through(g.breaker, c.ShopID, func() (struct{}, error) { return struct{}{}, g.to.PublishSettings(ctx, c, doc, over) })
	return err
}
