package program

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"slices"

	"zugabe/app/crash"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// Installation is a shop as its host describes it, and the secrets that are to be
// kept for it, by purpose (store.SecretReviews …). A purpose that has a secret
// already keeps it, but for store.SecretHostToken, our access: the newest one
// counts. It comes in here so that no shop is ever known without it.
type Installation struct {
	Host    string
	Domain  string // lower case, without scheme
	Shop    platform.HostShop
	Secrets map[string][]byte
}

// InstallShop makes a shop known, or lets one in again that was uninstalled or had
// lost its access: its members, points and plan are still there (H22). Calling it
// at every visit is harmless; two at once end with one shop (H20).
func (p *Program) InstallShop(ctx context.Context, vault *store.Vault, in Installation) (loyalty.Shop, error) {
	if !in.Shop.Currency.Valid() {
		return loyalty.Shop{}, loyalty.Invalid("currency", "is not a currency code")
	}
	if _, err := loyalty.Zone(in.Shop.Zone); err != nil {
		return loyalty.Shop{}, err
	}
	var shop loyalty.Shop
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		known, found, err := tx.ShopByDomain(in.Host, in.Domain)
		if err != nil {
			return err
		}
		if shop = known; !found {
			shop, err = p.newShop(tx, in)
		} else {
			shop, err = p.readmit(tx, known, in)
		}
		if err != nil {
			return err
		}
		if err := p.EnsurePlan(tx, shop); err != nil {
			return err
		}
		return p.ensureSecrets(tx, vault, shop.ID, in.Secrets)
	})
	crash.Point("install.known")
	if store.IsDuplicate(err, "shops.shops_domain") {
		return p.InstallShop(ctx, vault, in) // somebody else was faster: it is known now
	}
	return shop, err
}

func (p *Program) newShop(tx *store.Tx, in Installation) (loyalty.Shop, error) {
	key := make([]byte, 24)
	if _, err := rand.Read(key); err != nil {
		return loyalty.Shop{}, err
	}
	shop := loyalty.Shop{
		ID: loyalty.ShopID(p.IDs.Next()), Host: in.Host, Domain: in.Domain, PathKey: base64.RawURLEncoding.EncodeToString(key),
		HostShopID: in.Shop.HostShopID, Name: in.Shop.Name, Currency: in.Shop.Currency, Zone: in.Shop.Zone, Language: "en",
		State: loyalty.ShopActive, HostPlan: in.Shop.Plan, Settings: []byte("{}"), Version: 1, InstalledAt: wholeSecond(p.now()),
	}
	if err := tx.CreateShop(shop, p.now()); err != nil {
		return loyalty.Shop{}, err
	}
	return shop, p.audit(tx, shop.ID, deed{by: "system", did: "shop.installed", to: "shop:" + shop.ID.String()})
}

// readmit takes over what the host says now. The currency stays: what was earned
// was earned in it, and a shop that changes it needs a decision of the merchant.
func (p *Program) readmit(tx *store.Tx, known loyalty.Shop, in Installation) (loyalty.Shop, error) {
	shop := known
	shop.HostShopID, shop.Name, shop.Zone, shop.HostPlan = in.Shop.HostShopID, in.Shop.Name, in.Shop.Zone, in.Shop.Plan
	shop.State, shop.UninstalledAt = loyalty.ShopActive, 0
	if shop.State == known.State && shop.Name == known.Name && shop.Zone == known.Zone && shop.HostPlan == known.HostPlan && shop.HostShopID == known.HostShopID {
		return known, nil
	}
	ok, err := tx.UpdateShop(shop, p.now())
	if err != nil || !ok {
		return loyalty.Shop{}, orConflict(err, "the shop was changed by somebody else; try again")
	}
	shop.Version++
	if err := p.zoneMoved(tx, shop.ID, known.Zone, shop.Zone); err != nil {
		return loyalty.Shop{}, err
	}
	if known.State == loyalty.ShopActive {
		return shop, nil
	}
	if _, err := tx.WakeJobs(shop.ID, p.now()); err != nil {
		return loyalty.Shop{}, err
	}
	if err := p.publishSettingsLater(tx, shop); err != nil {
		return loyalty.Shop{}, err
	}
	tx.OnCommit(func() { p.wake("jobs") })
	return shop, p.audit(tx, shop.ID, deed{by: "system", did: "shop.readmitted", to: "shop:" + shop.ID.String(), before: string(known.State), after: string(shop.State)})
}

func (p *Program) ensureSecrets(tx *store.Tx, vault *store.Vault, shop loyalty.ShopID, wanted map[string][]byte) error {
	purposes := make([]string, 0, len(wanted))
	for purpose := range wanted {
		purposes = append(purposes, purpose)
	}
	slices.Sort(purposes)
	for _, purpose := range purposes {
		have, err := vault.Secrets(tx, shop, purpose, p.now())
		if err != nil {
			return err
		}
		if len(have) > 0 && purpose != store.SecretHostToken {
			continue
		}
		if len(have) > 0 {
			have[0].Value = wanted[purpose]
			if ok, err := vault.Swap(tx, shop, have[0], p.now()); err != nil || !ok {
				return orConflict(err, "the shop's access is being renewed by somebody else; try again")
			}
			continue
		}
		if err := vault.Rotate(tx, shop, purpose, wanted[purpose], store.Window{NowMs: p.now()}); err != nil {
			return err
		}
	}
	return nil
}

// HostTokens keeps the access to hosts sealed in the database.
type HostTokens struct {
	Store *store.Store
	Vault *store.Vault
	Clock loyalty.Clock
}

// Load is platform.TokenStore's.
func (h HostTokens) Load(ctx context.Context, shop loyalty.ShopID) (platform.Token, error) {
	var token platform.Token
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		secrets, err := h.Vault.Secrets(tx, shop, store.SecretHostToken, 0)
		if err != nil || len(secrets) == 0 {
			return err
		}
		if err := json.Unmarshal(secrets[0].Value, &token); err != nil {
			return err
		}
		token.Version = secrets[0].Version
		return nil
	})
	return token, err
}

// Swap is platform.TokenStore's.
func (h HostTokens) Swap(ctx context.Context, shop loyalty.ShopID, oldVersion int64, t platform.Token) (swapped bool, err error) {
	value, err := json.Marshal(t)
	if err != nil {
		return false, err
	}
	secret := store.Secret{Purpose: store.SecretHostToken, Seq: 1, Value: value, Version: oldVersion}
	err = h.Store.Write(ctx, func(tx *store.Tx) error {
		swapped, err = h.Vault.Swap(tx, shop, secret, loyalty.NowMs(h.Clock))
		return err
	})
	return swapped, err
}
