package program

import (
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// PublishedPartners is what pages must know to tell a visit through a partner's link
// or storefront (S0-12).
type PublishedPartners struct {
	Domain string `json:"domain,omitempty"` // partners' storefronts are names below it
}

// publishedPartners is nil while the module is off.
func (p *Program) publishedPartners(tx *store.Tx, shop loyalty.Shop) (*PublishedPartners, error) {
	s, err := p.PartnerSettings(tx, shop.ID)
	if err != nil || !s.On {
		return nil, err
	}
	return &PublishedPartners{Domain: s.Domain}, nil
}
