package store

import (
	"zugabe/app/loyalty"
)

const shopColumns = `id, host, domain, path_key, host_shop_id, name, currency, time_zone, language, state, host_plan, settings, version, installed_at, uninstalled_at`

// CreateShop stores a new installation. Duplicates are *DuplicateError with key
// "shops.shops_domain" (the host already has this shop) or "shops.shops_path_key".
// shop.Version becomes 1.
func (tx *Tx) CreateShop(shop loyalty.Shop, nowMs int64) error {
	if len(shop.Settings) == 0 {
		shop.Settings = []byte("{}")
	}
	_, err := tx.Exec(`INSERT INTO shops (`+shopColumns+`, updated_at) VALUES (`+placeholders(16)+`)`,
		int64(shop.ID), shop.Host, shop.Domain, shop.PathKey, shop.HostShopID, shop.Name, string(shop.Currency), shop.Zone,
		shop.Language, string(shop.State), shop.HostPlan, string(shop.Settings), int64(1), shop.InstalledAt, shop.UninstalledAt, nowMs)
	return err
}

// ShopByID finds an installation; found is false if there is none.
func (tx *Tx) ShopByID(shop loyalty.ShopID) (loyalty.Shop, bool, error) {
	return tx.oneShop(`SELECT `+shopColumns+` FROM shops WHERE id = ?`, int64(shop))
}

// ShopByDomain finds an installation by the host's name for it (lower case, no scheme).
func (tx *Tx) ShopByDomain(host, domain string) (loyalty.Shop, bool, error) {
	return tx.oneShop(`SELECT `+shopColumns+` FROM shops WHERE host = ? AND domain = ?`, host, domain)
}

// ShopByPathKey finds the installation that a webhook address belongs to.
func (tx *Tx) ShopByPathKey(key string) (loyalty.Shop, bool, error) {
	return tx.oneShop(`SELECT `+shopColumns+` FROM shops WHERE path_key = ?`, key)
}

// UpdateShop writes every changeable field, provided that nobody changed the
// row since shop.Version was read; ok is false if somebody did. Identity (id,
// host, path key) never changes.
func (tx *Tx) UpdateShop(shop loyalty.Shop, nowMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE shops SET domain = ?, host_shop_id = ?, name = ?, currency = ?, time_zone = ?, language = ?, state = ?,
		host_plan = ?, settings = ?, installed_at = ?, uninstalled_at = ?, version = version + 1, updated_at = ?
		WHERE id = ? AND version = ?`,
		shop.Domain, shop.HostShopID, shop.Name, string(shop.Currency), shop.Zone, shop.Language, string(shop.State),
		shop.HostPlan, string(shop.Settings), shop.InstalledAt, shop.UninstalledAt, nowMs, int64(shop.ID), shop.Version)
	return n == 1, err
}

// SetShopState moves a shop from one of the given states to another; ok is false
// if it stood elsewhere. Turning to uninstalled also stamps uninstalled_at.
func (tx *Tx) SetShopState(shop loyalty.ShopID, from []loyalty.ShopState, to loyalty.ShopState, nowMs int64) (ok bool, err error) {
	gone := int64(0)
	if to == loyalty.ShopUninstalled {
		gone = nowMs
	}
	args := []any{string(to), gone, nowMs, int64(shop)}
	for _, s := range from {
		args = append(args, string(s))
	}
	n, err := tx.Exec(`UPDATE shops SET state = ?, uninstalled_at = ?, version = version + 1, updated_at = ?
		WHERE id = ? AND state IN (`+placeholders(len(from))+`)`, args...)
	return n == 1, err
}

// LockShop makes everybody else who begins something that a shop may have one of at a
// time wait until our COMMIT.
func (tx *Tx) LockShop(shop loyalty.ShopID) error {
	_, err := tx.Exec(`UPDATE shops SET version = version WHERE id = ?`, int64(shop))
	return err
}

// ListShops returns at most limit installations in one of the states (none
// given = all) with an id above after, in id order.
func (tx *Tx) ListShops(after loyalty.ShopID, limit int, states ...loyalty.ShopState) ([]loyalty.Shop, error) {
	query := `SELECT ` + shopColumns + ` FROM shops WHERE id > ?`
	args := []any{int64(after)}
	if len(states) > 0 {
		query += ` AND state IN (` + placeholders(len(states)) + `)`
		for _, s := range states {
			args = append(args, string(s))
		}
	}
	var shops []loyalty.Shop
	err := tx.Rows(query+` ORDER BY id LIMIT ?`, append(args, limit), func(row Scanner) error {
		shop, err := scanShop(row)
		shops = append(shops, shop)
		return err
	})
	return shops, err
}

func (tx *Tx) oneShop(query string, args ...any) (shop loyalty.Shop, found bool, err error) {
	err = tx.Rows(query, args, func(row Scanner) error {
		found = true
		shop, err = scanShop(row)
		return err
	})
	return shop, found && err == nil, err
}

func scanShop(row Scanner) (loyalty.Shop, error) {
	var s loyalty.Shop
	var id int64
	var currency, state, settings string
	err := row.Scan(&id, &s.Host, &s.Domain, &s.PathKey, &s.HostShopID, &s.Name, &currency, &s.Zone, &s.Language,
		&state, &s.HostPlan, &settings, &s.Version, &s.InstalledAt, &s.UninstalledAt)
	s.ID, s.Currency, s.State, s.Settings = loyalty.ShopID(id), loyalty.Currency(currency), loyalty.ShopState(state), []byte(settings)
	return s, err
}
