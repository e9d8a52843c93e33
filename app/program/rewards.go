package program

import (
	"context"
	"encoding/json"
	"fmt"

	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// Reward is something that points can be exchanged for, and how it stands.
type Reward struct {
	Row  store.RewardRow
	Item reward.Item
}

// Left is how many pieces are left; reward.Unlimited = it does not run out.
func (r Reward) Left() int64 {
	if r.Row.Stock < 0 {
		return reward.Unlimited
	}
	return max(0, r.Row.Stock-r.Row.Taken)
}

// Live says whether members can have the reward at an instant (Unix ms), if some of
// it is left.
func (r Reward) Live(nowMs int64) bool {
	return r.Row.State == store.RewardOn && r.Row.StartsAt <= nowMs && (r.Row.EndsAt == 0 || nowMs < r.Row.EndsAt)
}

// maxRewards bounds the catalogue: it is shown as one page.
const maxRewards = 200

func rewardOf(row store.RewardRow) (Reward, error) {
	r := Reward{Row: row}
	if err := json.Unmarshal(row.Doc, &r.Item); err != nil {
		return r, fmt.Errorf("program: reward %s: %w", row.ID, err)
	}
	r.Item.Stock = row.Stock
	return r, nil
}

func rewardsOf(rows []store.RewardRow) ([]Reward, error) {
	list := make([]Reward, 0, len(rows))
	for _, row := range rows {
		r, err := rewardOf(row)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// Rewards lists a shop's rewards, the newest first.
func (p *Program) Rewards(tx *store.Tx, shop loyalty.ShopID) ([]Reward, error) {
	rows, err := tx.Rewards(shop, maxRewards)
	if err != nil {
		return nil, err
	}
	return rewardsOf(rows)
}

// RewardByID finds one; what belongs to another shop is CodeNotFound.
func (p *Program) RewardByID(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID) (Reward, error) {
	found, err := tx.RewardsByID(shop, []loyalty.ID{id})
	if err != nil {
		return Reward{}, err
	}
	row, ok := found[id]
	if !ok {
		return Reward{}, loyalty.NotFound("reward")
	}
	return rewardOf(row)
}

// fillRow puts an item into the form in which it is stored.
func fillRow(row *store.RewardRow, item reward.Item, zone string, nowMs int64) error {
	if err := item.Validate(); err != nil {
		return err
	}
	where, err := loyalty.Zone(zone)
	if err != nil {
		return err
	}
	row.Points, row.PerMember, row.Delivery, row.UpdatedAt = item.Points, item.PerMember, item.Delivery, nowMs
	row.StartsAt, row.EndsAt = startOf(item.From, where)*1000, endOf(item.Until, where)*1000
	if row.Stock = item.Stock; item.Delivery == reward.ByTicket && row.Version == 0 {
		row.Stock = 0
	}
	row.Doc, err = json.Marshal(item)
	return err
}

// MakeReward adds a reward; nobody can have it until it is switched on. tickets are
// the first codes of one that is delivered by ticket.
func (p *Program) MakeReward(ctx context.Context, actor string, shop loyalty.Shop, item reward.Item, tickets []string) (Reward, error) {
	row := store.RewardRow{ID: p.IDs.Next(), State: store.RewardOff, CreatedAt: p.now()}
	if err := fillRow(&row, item, shop.Zone, p.now()); err != nil {
		return Reward{}, err
	}
	row.Version = 1
	var made Reward
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		have, err := tx.Rewards(shop.ID, maxRewards)
		if err != nil {
			return err
		}
		if len(have) >= maxRewards {
			return loyalty.Refuse(loyalty.CodeLimitReached, "a shop has at most 200 rewards")
		}
		if err := tx.InsertReward(shop.ID, row); err != nil {
			return err
		}
		if _, err := p.addTickets(tx, shop.ID, row, tickets); err != nil {
			return err
		}
		if made, err = p.RewardByID(tx, shop.ID, row.ID); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "reward.made", to: "reward:" + row.ID.String(), after: item})
	})
	return made, err
}

// RewardChange is what a merchant saves of a reward that was seen in a version.
type RewardChange struct {
	ID   loyalty.ID
	Seen int64
	Item reward.Item
	On   bool
}

// SaveReward changes a reward. How it is delivered stays; what members have exchanged
// stays, too.
func (p *Program) SaveReward(ctx context.Context, actor string, shop loyalty.Shop, c RewardChange) (Reward, error) {
	var saved Reward
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		was, err := p.RewardByID(tx, shop.ID, c.ID)
		if err != nil {
			return err
		}
		row := was.Row
		if err := fillRow(&row, c.Item, shop.Zone, p.now()); err != nil {
			return err
		}
		if row.Delivery != was.Row.Delivery {
			return loyalty.Invalid("delivery", "cannot be changed; make another reward")
		}
		if row.Stock >= 0 && row.Stock < was.Row.Taken && row.Delivery == reward.ByHand {
			return loyalty.Invalid("stock", "must not be less than what was taken").With("taken", was.Row.Taken)
		}
		if row.State = store.RewardOff; c.On {
			row.State = store.RewardOn
		}
		row.Version = c.Seen
		ok, err := tx.SaveReward(shop.ID, row)
		if err != nil || !ok {
			return orConflict(err, "the reward was changed by somebody else")
		}
		if saved, err = p.RewardByID(tx, shop.ID, c.ID); err != nil {
			return err
		}
		if saved.Live(p.now()) != was.Live(p.now()) { // the shop's pages link to what there is
			if err := p.publishSettingsLater(tx, shop); err != nil {
				return err
			}
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "reward.saved", to: "reward:" + c.ID.String(), before: was.Item, after: c.Item})
	})
	return saved, err
}

// AddTickets adds codes to a reward's list; those that it has already are left out.
func (p *Program) AddTickets(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, tickets []string) (added int64, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		r, err := p.RewardByID(tx, shop.ID, id)
		if err != nil {
			return err
		}
		if added, err = p.addTickets(tx, shop.ID, r.Row, tickets); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "reward.tickets", to: "reward:" + id.String(), after: map[string]any{"added": added}})
	})
	return added, err
}

// maxTickets is the most codes of one act.
const maxTickets = 2000

func (p *Program) addTickets(tx *store.Tx, shop loyalty.ShopID, row store.RewardRow, tickets []string) (int64, error) {
	switch {
	case len(tickets) == 0:
		return 0, nil
	case row.Delivery != reward.ByTicket:
		return 0, loyalty.Invalid("tickets", "are for rewards that are delivered by ticket")
	case len(tickets) > maxTickets:
		return 0, loyalty.Invalid("tickets", "must be at most 2000 at once")
	}
	list := make([]store.RewardTicket, len(tickets))
	for i, code := range tickets {
		list[i] = store.RewardTicket{ID: p.IDs.Next(), Code: code}
	}
	return tx.AddRewardTickets(shop, row.ID, list, p.now())
}
