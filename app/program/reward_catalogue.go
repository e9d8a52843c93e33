package program

import (
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// Catalogue is what a shopper sees of the rewards.
type Catalogue struct {
	Words
	ShopLanguage string
	FAQ          bool // the shop's questions are published
	Rewards      []Reward
	Mine         []OwnReward
	Had          map[loyalty.ID]int64 // of each reward, without cancelled ones
}

// OwnReward is one that a shopper has exchanged points for.
type OwnReward struct {
	Exchanged
	Name string
}

// maxOwnRewards is how many of the own ones a shopper sees.
const maxOwnRewards = 50

// RewardsFor is the catalogue for a customer; the empty key is a guest.
func (p *Program) RewardsFor(tx *store.Tx, shop loyalty.Shop, customer, locale string) (c Catalogue, err error) {
	if c.Words, err = p.PageWords(tx, shop, locale); err != nil {
		return c, err
	}
	c.ShopLanguage, c.Had = languageOf(shop.Language, ""), map[loyalty.ID]int64{}
	if _, shown, err := p.ShownFAQ(tx, shop, locale); err != nil {
		return c, err
	} else if len(shown) > 0 {
		c.FAQ = true
	}
	rows, err := tx.LiveRewards(shop.ID, p.now())
	if err != nil {
		return c, err
	}
	if c.Rewards, err = rewardsOf(rows); err != nil || customer == "" {
		return c, err
	}
	c.Mine, err = p.ownRewards(tx, shop, customer, c.Language)
	for _, m := range c.Mine {
		if m.State != store.RewardCancelled {
			c.Had[m.RewardID]++
		}
	}
	return c, err
}

func (p *Program) ownRewards(tx *store.Tx, shop loyalty.Shop, customer, language string) ([]OwnReward, error) {
	members, err := tx.MembersByKey(shop.ID, []string{customer})
	if err != nil {
		return nil, err
	}
	m, known := members[customer]
	if !known {
		return nil, nil
	}
	_, account, err := p.accountOf(tx, shop, m.ID)
	if err != nil {
		return nil, err
	}
	reds, err := tx.RewardRedemptionsOf(shop.ID, account.ID, maxOwnRewards)
	if err != nil {
		return nil, err
	}
	var items, tickets []loyalty.ID
	for _, r := range reds {
		items, tickets = append(items, r.RewardID), append(tickets, r.TicketID)
	}
	found, err := p.RewardsByID(tx, shop.ID, items)
	if err != nil {
		return nil, err
	}
	codes, err := tx.RewardTicketCodes(shop.ID, tickets)
	list := make([]OwnReward, 0, len(reds))
	for _, r := range reds {
		text := found[r.RewardID].Item.In(append([]string{language, languageOf(shop.Language, "")}, Languages...)...)
		list = append(list, OwnReward{Exchanged: Exchanged{RewardRedemption: r, Ticket: codes[r.TicketID]}, Name: text.Name})
	}
	return list, err
}

// RewardsByID finds rewards.
func (p *Program) RewardsByID(tx *store.Tx, shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]Reward, error) {
	rows, err := tx.RewardsByID(shop, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[loyalty.ID]Reward, len(rows))
	for id, row := range rows {
		if found[id], err = rewardOf(row); err != nil {
			return nil, err
		}
	}
	return found, nil
}
