package shopify

import (
	"context"
	"strings"

	"zugabe/app/platform"
	"zugabe/app/platform/shopify/admin"
)

// The metafield of our own installation. Only blocks of this app can read it, as
// app.metafields.zugabe.settings, and no other app can write it (B5).
const (
	settingsNamespace = "zugabe"
	settingsKey       = "settings"
)

// PublishedSettings reads what the shop's pages have of our settings.
func (d *Driver) PublishedSettings(ctx context.Context, c platform.Conn) (platform.Published, error) {
	data, err := admin.PublishedSettings(ctx, d.open(c), settingsNamespace, settingsKey)
	if err != nil {
		return platform.Published{}, err
	}
	if data.CurrentAppInstallation == nil {
		return platform.Published{}, platform.ErrRevoked
	}
	p := platform.Published{Owner: data.CurrentAppInstallation.Id, PricesWithTax: data.Shop.TaxesIncluded}
	if m := data.CurrentAppInstallation.Metafield; m != nil {
		p.Value, p.Digest = []byte(m.Value), m.CompareDigest
	}
	return p, nil
}

// PublishSettings writes the settings for the shop's pages if nobody else did since
// over was read; else ErrTaken.
func (d *Driver) PublishSettings(ctx context.Context, c platform.Conn, doc []byte, over platform.Published) error {
	field := metafield(over.Owner, settingsKey, "json", string(doc))
	field.Namespace = ptr(settingsNamespace)
	if over.Digest != "" {
		field.CompareDigest = &over.Digest
	}
	data, err := admin.SetMetafields(ctx, d.open(c), []*admin.MetafieldsSetInput{field})
	if err != nil {
		return err
	}
	if data.MetafieldsSet == nil {
		return platform.ErrUnknown
	}
	if refused := data.MetafieldsSet.UserErrors; len(refused) > 0 { // about the one field that was sent
		e := refused[0]
		if e.Code != nil && *e.Code == admin.MetafieldsSetUserErrorCodeStaleObject {
			return platform.ErrTaken
		}
		return platform.Refused("settings for the shop's pages: %s %s", strings.Join(e.Field, "."), e.Message)
	}
	return nil
}
