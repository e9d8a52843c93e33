package store

import (
	"zugabe/app/loyalty"
	"zugabe/app/reward"
)

// The states of a reward.
const (
	RewardOn  = "on"  // members may exchange points for it
	RewardOff = "off" // they may not (yet, or any more)
)

// RewardRow is a reward as it is stored. Times are Unix ms; 0 = no limit.
type RewardRow struct {
	ID        loyalty.ID
	State     string
	Version   int64
	Points    loyalty.Points
	Stock     int64 // reward.Unlimited = does not run out
	Taken     int64
	PerMember int64
	StartsAt  int64
	EndsAt    int64
	Delivery  reward.Delivery
	Doc       []byte
	CreatedAt int64
	UpdatedAt int64
}

const rewardColumns = `id, state, version, points, stock, taken, per_member, starts_at, ends_at, delivery, doc, created_at, updated_at`

// InsertReward adds a reward.
func (tx *Tx) InsertReward(shop loyalty.ShopID, r RewardRow) error {
	_, err := tx.Exec(`INSERT INTO rewards (shop_id, `+rewardColumns+`) VALUES (?, `+placeholders(13)+`)`,
		shop, r.ID, r.State, r.Version, r.Points, r.Stock, r.Taken, r.PerMember, r.StartsAt, r.EndsAt, string(r.Delivery), string(r.Doc), r.CreatedAt, r.UpdatedAt)
	return err
}

// SaveReward writes what a merchant can change, after the version that was seen. The
// stock of tickets is that of their list, and never less than what is taken.
func (tx *Tx) SaveReward(shop loyalty.ShopID, r RewardRow) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE rewards SET state = ?, version = version + 1, points = ?, stock = CASE WHEN delivery = 'ticket' THEN stock ELSE ? END, per_member = ?, starts_at = ?,
		ends_at = ?, doc = ?, updated_at = ? WHERE shop_id = ? AND id = ? AND version = ? AND delivery = ? AND (delivery = 'ticket' OR ? < 0 OR taken <= ?)`,
		r.State, r.Points, r.Stock, r.PerMember, r.StartsAt, r.EndsAt, string(r.Doc), r.UpdatedAt, shop, r.ID, r.Version, string(r.Delivery), r.Stock, r.Stock)
	return n == 1, err
}

// TakeReward takes one piece, if there is one and the reward can be had now; it locks
// the reward until the end of the transaction.
func (tx *Tx) TakeReward(shop loyalty.ShopID, id loyalty.ID, nowMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE rewards SET taken = taken + 1 WHERE shop_id = ? AND id = ? AND state = 'on' AND (stock < 0 OR taken < stock)
		AND (starts_at = 0 OR starts_at <= ?) AND (ends_at = 0 OR ends_at > ?)`, shop, id, nowMs, nowMs)
	return n == 1, err
}

// GiveRewardBack returns one piece to the stock.
func (tx *Tx) GiveRewardBack(shop loyalty.ShopID, id loyalty.ID) error {
	_, err := tx.Exec(`UPDATE rewards SET taken = taken - 1 WHERE shop_id = ? AND id = ? AND taken > 0`, shop, id)
	return err
}

// AddRewardTickets adds codes to a reward's list; it says how many were new.
func (tx *Tx) AddRewardTickets(shop loyalty.ShopID, id loyalty.ID, codes []RewardTicket, nowMs int64) (added int64, err error) {
	if _, err := tx.Exec(`UPDATE rewards SET updated_at = ? WHERE shop_id = ? AND id = ?`, nowMs, shop, id); err != nil { // the lock
		return 0, err
	}
	have := map[string]bool{}
	err = tx.Rows(`SELECT code FROM reward_tickets WHERE shop_id = ? AND reward_id = ?`, []any{shop, id}, func(row Scanner) error {
		var code string
		err := row.Scan(&code)
		have[code] = true
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, t := range codes {
		if have[t.Code] {
			continue
		}
		if _, err := tx.Exec(`INSERT INTO reward_tickets (shop_id, id, reward_id, code, redemption_id, created_at) VALUES (?, ?, ?, ?, 0, ?)`,
			shop, t.ID, id, t.Code, nowMs); err != nil {
			return 0, err
		}
		added++
	}
	_, err = tx.Exec(`UPDATE rewards SET stock = stock + ?, version = version + 1 WHERE shop_id = ? AND id = ? AND stock >= 0`, added, shop, id)
	return added, err
}

// RewardTicket is one code of a list.
type RewardTicket struct {
	ID   loyalty.ID
	Code string
}

// NextRewardTicket gives the first free code to a redemption. Call it after
// TakeReward, which holds off everybody else.
func (tx *Tx) NextRewardTicket(shop loyalty.ShopID, id, redemption loyalty.ID) (t RewardTicket, ok bool, err error) {
	found, err := tx.Row(`SELECT id, code FROM reward_tickets WHERE shop_id = ? AND reward_id = ? AND redemption_id = 0 ORDER BY id LIMIT 1`, []any{shop, id}, &t.ID, &t.Code)
	if err != nil || !found {
		return t, false, err
	}
	n, err := tx.Exec(`UPDATE reward_tickets SET redemption_id = ? WHERE shop_id = ? AND id = ? AND redemption_id = 0`, redemption, shop, t.ID)
	return t, n == 1, err
}

// RewardTicketCodes are the codes of tickets, by id.
func (tx *Tx) RewardTicketCodes(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]string, error) {
	codes := map[loyalty.ID]string{}
	if len(ids) == 0 {
		return codes, nil
	}
	err := tx.Rows(`SELECT id, code FROM reward_tickets WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids), func(row Scanner) error {
		var id loyalty.ID
		var code string
		err := row.Scan(&id, &code)
		codes[id] = code
		return err
	})
	return codes, err
}

// Rewards lists a shop's rewards, the newest first.
func (tx *Tx) Rewards(shop loyalty.ShopID, limit int) ([]RewardRow, error) {
	return tx.rewards(`SELECT `+rewardColumns+` FROM rewards WHERE shop_id = ? ORDER BY id DESC LIMIT ?`, shop, limit)
}

// LiveRewards lists those that can be had now, the cheapest first.
func (tx *Tx) LiveRewards(shop loyalty.ShopID, nowMs int64) ([]RewardRow, error) {
	return tx.rewards(`SELECT `+rewardColumns+` FROM rewards WHERE shop_id = ? AND state = 'on' AND (starts_at = 0 OR starts_at <= ?) AND (ends_at = 0 OR ends_at > ?)
		ORDER BY points, id LIMIT 200`, shop, nowMs, nowMs)
}

// AnyRewardLive says whether there is one that can be had now.
func (tx *Tx) AnyRewardLive(shop loyalty.ShopID, nowMs int64) (bool, error) {
	var n int64
	_, err := tx.Row(`SELECT COUNT(*) FROM rewards WHERE shop_id = ? AND state = 'on' AND (starts_at = 0 OR starts_at <= ?) AND (ends_at = 0 OR ends_at > ?)`,
		[]any{shop, nowMs, nowMs}, &n)
	return n > 0, err
}

// RewardsByID finds rewards.
func (tx *Tx) RewardsByID(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]RewardRow, error) {
	found := map[loyalty.ID]RewardRow{}
	if len(ids) == 0 {
		return found, nil
	}
	list, err := tx.rewards(`SELECT `+rewardColumns+` FROM rewards WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids)...)
	for _, r := range list {
		found[r.ID] = r
	}
	return found, err
}

func (tx *Tx) rewards(query string, args ...any) ([]RewardRow, error) {
	var list []RewardRow
	err := tx.Rows(query, args, func(row Scanner) error {
		var r RewardRow
		var delivery string
		err := row.Scan(&r.ID, &r.State, &r.Version, &r.Points, &r.Stock, &r.Taken, &r.PerMember, &r.StartsAt, &r.EndsAt, &delivery, &r.Doc, &r.CreatedAt, &r.UpdatedAt)
		r.Delivery = reward.Delivery(delivery)
		list = append(list, r)
		return err
	})
	return list, err
}
