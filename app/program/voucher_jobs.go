package program

import (
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// specOf is what the host is told of a code.
func specOf(shop loyalty.Shop, t voucher.Template, c store.Code) voucher.Spec {
	spec, _ := t.ToSpec(voucher.HostCode{Currency: shop.Currency, StartsAt: c.StartsAt, EndsAt: c.ExpiresAt, MaxUses: c.MaxUses}, voucher.CanOf(shop.Host))
	return spec
}
