package program

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// verdict says what became of a special change. A zero verdict is "done".
type verdict struct {
	end    store.DeliveryState
	reason string
}

// bookSpecial works on a delivery that may ask the host or change a whole
// member or shop. Each change is harmless when repeated; a failure puts the
// delivery aside as any other.
func (p *Program) bookSpecial(ctx context.Context, driver platform.Driver, shop loyalty.Shop, in *incoming) error {
	err := guard(func() error { return p.bookSpecials(ctx, driver, shop, in) })
	switch {
	case err == nil:
		return nil
	case outage(ctx, err):
		return err
	}
	return p.setAside(ctx, shop, in, err)
}

func (p *Program) bookSpecials(ctx context.Context, driver platform.Driver, shop loyalty.Shop, in *incoming) error {
	var rest []platform.Change
	end := verdict{end: store.DeliveryDone}
	for _, c := range in.changes {
		handled, v, err := p.specialChange(ctx, driver, shop, in, c)
		if err != nil {
			return err
		}
		if !handled {
			rest = append(rest, c)
			continue
		}
		if v.end != 0 {
			end = v
		}
	}
	if len(rest) > 0 {
		in.changes = rest
		return p.bookBatch(ctx, driver, shop, []*incoming{in})
	}
	in.end, in.reason = end.end, end.reason
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		if in.end == store.DeliveryDone && in.asksErasure() {
			if err := tx.EmptyDeliveries(shop.ID, []loyalty.ID{in.id}); err != nil {
				return err
			}
		}
		_, err := finish(tx, shop.ID, []*incoming{in}, p.now())
		return err
	})
}

// asksErasure says that the delivery's own body names a person who is to be
// forgotten. What it asks for is noted, so it is not needed any more.
func (in *incoming) asksErasure() bool {
	return slices.ContainsFunc(in.changes, func(c platform.Change) bool {
		return c.Kind == platform.CustomerRedact || c.Kind == platform.CustomerDeleted
	})
}

func (p *Program) specialChange(ctx context.Context, driver platform.Driver, shop loyalty.Shop, in *incoming, c platform.Change) (handled bool, v verdict, err error) {
	switch c.Kind {
	case platform.CustomersMerged:
		err = p.mergeCustomers(ctx, shop, c.Key, c.IntoKey)
	case platform.CodeTouched:
		err = p.Store.Write(ctx, func(tx *store.Tx) error { return p.CodeTouched(tx, shop.ID, c.Code) })
	case platform.ProductTouched:
		v = verdict{store.DeliveryIgnored, "reviews come from the review app"}
	case platform.CustomerDeleted:
		v, err = p.customerDeleted(ctx, driver, shop, c.Key)
	case platform.CustomerRedact:
		v, err = p.privacyAsked(ctx, driver, shop, store.PrivacyRequest{Kind: store.PrivacyErase, CustomerKey: c.Key, ReceivedAt: in.at})
	case platform.DataRequested:
		v, err = p.privacyAsked(ctx, driver, shop, store.PrivacyRequest{Kind: store.PrivacyExport, CustomerKey: c.Key, ReceivedAt: in.at})
	case platform.ShopRedact:
		v, err = p.shopRedact(ctx, shop)
	case platform.AppUninstalled:
		v, err = p.uninstalled(ctx, driver, shop)
	case platform.ShopChanged:
		err = p.refreshShop(ctx, shop)
	default:
		return false, v, nil
	}
	return true, v, err
}

// mergeCustomers follows a merge at the host (B14): both keys lead to one member
// from then on. A second time changes nothing.
func (p *Program) mergeCustomers(ctx context.Context, shop loyalty.Shop, fromKey, intoKey string) error {
	return rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			found, err := tx.MembersByKey(shop.ID, []string{fromKey, intoKey})
			if err != nil {
				return err
			}
			from, haveFrom := found[fromKey]
			into, haveInto := found[intoKey]
			switch {
			case haveFrom && haveInto && from.ID != into.ID:
				_, err = p.mergeMembers(tx, "host", shop, from.ID, into.ID)
			case haveFrom && !haveInto:
				err = tx.InsertMemberKeys(shop.ID, map[string]loyalty.ID{intoKey: from.ID})
			case haveInto && !haveFrom:
				err = tx.InsertMemberKeys(shop.ID, map[string]loyalty.ID{fromKey: into.ID})
			}
			if errors.Is(err, loyalty.NotFound("")) {
				return nil // one of the two was erased: nothing may be moved to or from it
			}
			return err
		})
	})
}

// customerDeleted erases a member whose customer the shop has deleted. Where
// headers are not signed the host is asked first (A33).
func (p *Program) customerDeleted(ctx context.Context, driver platform.Driver, shop loyalty.Shop, key string) (verdict, error) {
	gone, err := driver.CustomerGone(ctx, p.Hosts.Conn(ctx, shop), key)
	if errors.Is(err, platform.ErrUnsupported) && driver.Capabilities().SecretPerShop {
		gone, err = true, nil
	}
	if err != nil {
		return verdict{store.DeliveryRetry, err.Error()}, nil
	}
	if !gone {
		return verdict{store.DeliveryIgnored, "the host still has this customer"}, nil
	}
	return verdict{}, p.eraseByKey(ctx, shop, key)
}

// uninstalled ends an installation once the host no longer lets us in: the topic
// alone proves nothing, because only the body is signed (A33).
func (p *Program) uninstalled(ctx context.Context, driver platform.Driver, shop loyalty.Shop) (verdict, error) {
	if shop.State == loyalty.ShopUninstalled {
		return verdict{store.DeliveryIgnored, "the app is not installed in this shop"}, nil
	}
	if driver.Capabilities().FetchOrders {
		_, err := driver.FetchOrders(ctx, p.Hosts.Conn(ctx, shop), []string{"0"})
		switch {
		case err == nil:
			return verdict{store.DeliveryIgnored, "the host still lets us in"}, nil
		case errors.Is(err, platform.ErrRevoked):
		default:
			return verdict{store.DeliveryRetry, err.Error()}, nil
		}
	}
	return verdict{}, p.UninstallShop(ctx, "host", shop)
}

// UninstallShop ends an installation: tokens are deleted, nothing is redeemed
// any more, and no delivery but privacy requests is worked on. Members, ledger
// and plans stay, for a merchant who comes back, until the host asks for their
// erasure.
func (p *Program) UninstallShop(ctx context.Context, actor string, shop loyalty.Shop) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		from := []loyalty.ShopState{loyalty.ShopActive, loyalty.ShopNeedsAuth, loyalty.ShopFrozen}
		moved, err := tx.SetShopState(shop.ID, from, loyalty.ShopUninstalled, p.now())
		if err != nil || !moved {
			return err
		}
		if err := tx.ForgetTokens(shop.ID); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "shop.uninstalled", to: "shop:" + shop.ID.String()})
	})
}

// describer is the part of *platform.Hosts that asks a host about a shop.
type describer interface {
	Describe(ctx context.Context, shop loyalty.Shop) (platform.HostShop, error)
}

// refreshShop takes over what the host now says of the shop. Its currency stays
// as it is: points in flight were counted in it.
func (p *Program) refreshShop(ctx context.Context, shop loyalty.Shop) error {
	hosts, ok := p.Hosts.(describer)
	if !ok {
		return nil
	}
	told, err := hosts.Describe(ctx, shop)
	if errors.Is(err, platform.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("describe shop: %w", err)
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		now, found, err := tx.ShopByID(shop.ID)
		if err != nil || !found {
			return err
		}
		was := now.Zone
		if _, err := loyalty.Zone(told.Zone); err == nil {
			now.Zone = told.Zone
		}
		if told.Name != "" {
			now.Name = told.Name
		}
		now.HostPlan = told.Plan
		ok, err := tx.UpdateShop(now, p.now())
		if err == nil && !ok {
			err = errRaced
		}
		if err != nil {
			return err
		}
		return p.zoneMoved(tx, shop.ID, was, now.Zone)
	})
}
