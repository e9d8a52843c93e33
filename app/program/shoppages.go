package program

import (
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// ShopPages says which of the pages that we make have something on them for shoppers.
type ShopPages struct {
	Rewards   bool `json:"rewards,omitempty"`
	Questions bool `json:"questions,omitempty"`
}

// ShopPages looks at what the merchant has switched on by now.
func (p *Program) ShopPages(tx *store.Tx, shop loyalty.Shop) (pages ShopPages, err error) {
	_, shown, err := p.ShownFAQ(tx, shop, "")
	if err != nil {
		return pages, err
	}
	pages.Questions = len(shown) > 0
	pages.Rewards, err = tx.AnyRewardLive(shop.ID, p.now())
	return pages, err
}

// ShopPageURLs are the addresses of those pages, empty where there is nothing to see.
func (p *Program) ShopPageURLs(tx *store.Tx, shop loyalty.Shop, locale string) (rewards, questions string, err error) {
	pages, err := p.ShopPages(tx, shop)
	if err != nil {
		return "", "", err
	}
	home, err := p.ShopURL(tx, shop)
	if err != nil {
		return "", "", err
	}
	language, err := p.shopLanguage(tx, shop, locale)
	if pages.Rewards {
		rewards = home + proxyPath + "/rewards?locale=" + language
	}
	if pages.Questions {
		questions = home + proxyPath + "/faq?locale=" + language
	}
	return rewards, questions, err
}
