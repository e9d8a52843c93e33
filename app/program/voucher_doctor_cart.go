package program

import (
	"context"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

const (
	cartCodes      = 20              // of a cart, that are looked at
	shopperPatient = 2 * time.Second // a shopper waits no longer for what the host says of its discounts
	shopperRest    = time.Minute     // for which it is not asked again for shoppers after that
)

// knowCodes fills in what the host allows of the codes that a cart has already, ours and
// the shop's own, so that a decision can say which of them do not go together (N-06).
// Where that cannot be known, the cart stays as it is.
func (p *Program) knowCodes(ctx context.Context, shop loyalty.Shop, cart voucher.Cart) (voucher.Cart, error) {
	strange := map[string]int{}
	for i, c := range cart.Codes {
		if c.HostClass == "" && c.Code != "" && len(strange) < cartCodes {
			strange[voucher.Fold(c.Code)] = i
		}
	}
	if len(strange) == 0 {
		return cart, nil
	}
	cart.Codes = append([]voucher.AppliedCode{}, cart.Codes...)
	if err := p.Store.Read(ctx, func(tx *store.Tx) error { return p.knowOurs(tx, shop.ID, cart.Codes, strange) }); err != nil {
		return cart, err
	}
	if len(strange) == 0 {
		return cart, nil
	}
	for _, h := range p.livingForCart(ctx, shop).discounts {
		name := h.Code
		if h.Automatic {
			name = h.Title
		}
		if i, there := strange[voucher.Fold(name)]; there && name != "" {
			cart.Codes[i].HostClass, cart.Codes[i].Combines = h.Class, h.Combines
		}
	}
	return cart, nil
}

// PointsBeside are those of a cart's codes beside which the host will not take the code
// that points would make (N-06). What nobody knows is not among them.
func (p *Program) PointsBeside(ctx context.Context, shop loyalty.Shop, policy reward.Policy, codes []string) ([]string, error) {
	var cart voucher.Cart
	for _, c := range codes[:min(len(codes), cartCodes)] {
		cart.Codes = append(cart.Codes, voucher.AppliedCode{Code: c})
	}
	cart, err := p.knowCodes(ctx, shop, cart)
	if err != nil {
		return nil, err
	}
	var refused []string
	for _, c := range cart.Codes {
		if kindOfCode(policy).ClashWith(c) != "" {
			refused = append(refused, c.Code)
		}
	}
	return refused, nil
}

// knowOurs fills in those that we made, of vouchers or out of points, and takes them off
// the list of strange ones.
func (p *Program) knowOurs(tx *store.Tx, shop loyalty.ShopID, codes []voucher.AppliedCode, strange map[string]int) error {
	var folded []string
	for text := range strange {
		folded = append(folded, text)
	}
	found, err := tx.CodesByFolded(shop, folded)
	if err != nil {
		return err
	}
	var keys []store.TemplateKey
	for _, c := range found {
		if c.TemplateID != 0 {
			keys = append(keys, store.TemplateKey{ID: c.TemplateID, Version: c.TemplateVersion})
		}
	}
	docs, err := p.templateDocs(tx, shop, keys)
	for text, c := range found {
		at := &codes[strange[text]]
		at.HostClass, at.Combines = c.Spec.HostClass(), c.Spec.CombinesWith
		at.Class = docs[store.TemplateKey{ID: c.TemplateID, Version: c.TemplateVersion}].Stack.Class
		delete(strange, text)
	}
	return err
}

// livingForCart is what is known of the host's discounts without letting a shopper wait
// long: nothing while somebody else looks, and what was known last after a look that failed.
func (p *Program) livingForCart(ctx context.Context, shop loyalty.Shop) living {
	s := p.lives.of(shop.ID)
	if !s.mu.TryLock() {
		return living{}
	}
	defer s.mu.Unlock()
	if s.failed != 0 && p.now()-s.failed < shopperRest.Milliseconds() {
		return s.last
	}
	if _, err := p.look(ctx, shop, s, shopperPatient); err != nil {
		s.failed = p.now()
		return s.last
	}
	s.failed = 0
	return s.last
}
