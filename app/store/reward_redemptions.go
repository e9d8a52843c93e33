package store

import "zugabe/app/loyalty"

// RewardState is where the redemption of a reward stands.
type RewardState string

// The states of a reward's redemption. Its points are burned from the start.
const (
	RewardOpen      RewardState = "open"      // the merchant still has to hand it out
	RewardDone      RewardState = "done"      // the member has it
	RewardCancelled RewardState = "cancelled" // the points came back
)

// RewardRedemption is one member's exchange of points for a reward. Times are Unix ms.
type RewardRedemption struct {
	ID          loyalty.ID
	PublicID    string
	RewardID    loyalty.ID
	AccountID   loyalty.ID
	MemberID    loyalty.ID
	ClientKey   string
	Fingerprint []byte
	Points      loyalty.Points
	HoldID      loyalty.ID
	PlanVersion int64
	State       RewardState
	TicketID    loyalty.ID // 0 = it is handed out
	Note        string     // of the merchant
	CreatedAt   int64
	DoneAt      int64 // handed out or cancelled
}

const rewardRedemptionColumns = `id, public_id, reward_id, account_id, member_id, client_key, fingerprint, points, hold_id, plan_version, state, ticket_id, note, created_at, done_at`

// InsertRewardRedemption adds one; the same client key of the same member is a
// *DuplicateError of "reward_redemptions.reward_redemptions_client_key".
func (tx *Tx) InsertRewardRedemption(shop loyalty.ShopID, r RewardRedemption) error {
	_, err := tx.Exec(`INSERT INTO reward_redemptions (shop_id, `+rewardRedemptionColumns+`) VALUES (?, `+placeholders(15)+`)`,
		shop, r.ID, r.PublicID, r.RewardID, r.AccountID, r.MemberID, r.ClientKey, r.Fingerprint, r.Points, r.HoldID, r.PlanVersion, string(r.State), r.TicketID, r.Note, r.CreatedAt, r.DoneAt)
	return err
}

// MoveRewardRedemption changes the state of one that is still in the state that was
// read.
func (tx *Tx) MoveRewardRedemption(shop loyalty.ShopID, r RewardRedemption, was RewardState) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE reward_redemptions SET state = ?, note = ?, done_at = ? WHERE shop_id = ? AND id = ? AND state = ?`,
		string(r.State), clip(r.Note, 500), r.DoneAt, shop, r.ID, string(was))
	return n == 1, err
}

// RewardRedemptionByID finds one.
func (tx *Tx) RewardRedemptionByID(shop loyalty.ShopID, id loyalty.ID) (RewardRedemption, bool, error) {
	return oneOf(tx.rewardRedemptions(`SELECT `+rewardRedemptionColumns+` FROM reward_redemptions WHERE shop_id = ? AND id = ?`, shop, id))
}

// RewardRedemptionByKey finds what a member's key led to.
func (tx *Tx) RewardRedemptionByKey(shop loyalty.ShopID, member loyalty.ID, key string) (RewardRedemption, bool, error) {
	return oneOf(tx.rewardRedemptions(`SELECT `+rewardRedemptionColumns+` FROM reward_redemptions WHERE shop_id = ? AND member_id = ? AND client_key = ?`, shop, member, key))
}

// RewardRedemptionsOf lists an account's, the newest first.
func (tx *Tx) RewardRedemptionsOf(shop loyalty.ShopID, account loyalty.ID, limit int) ([]RewardRedemption, error) {
	return tx.rewardRedemptions(`SELECT `+rewardRedemptionColumns+` FROM reward_redemptions WHERE shop_id = ? AND account_id = ? ORDER BY id DESC LIMIT ?`, shop, account, limit)
}

// CountRewardRedemptions is how many of a reward an account has, without cancelled ones.
func (tx *Tx) CountRewardRedemptions(shop loyalty.ShopID, account, reward loyalty.ID) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM reward_redemptions WHERE shop_id = ? AND account_id = ? AND reward_id = ? AND state <> 'cancelled'`, []any{shop, account, reward}, &n)
	return n, err
}

// RewardRedemptionList says which a list shows, the newest first.
type RewardRedemptionList struct {
	State  RewardState // "" = all
	Reward loyalty.ID  // 0 = all
	Before loyalty.ID  // 0 = from the newest
	Limit  int
}

// ListRewardRedemptions pages through those of a shop.
func (tx *Tx) ListRewardRedemptions(shop loyalty.ShopID, l RewardRedemptionList) ([]RewardRedemption, error) {
	before := l.Before
	if before == 0 {
		before = maxID
	}
	where, args := "", []any{shop, before}
	if l.State != "" {
		where, args = where+` AND state = ?`, append(args, string(l.State))
	}
	if l.Reward != 0 {
		where, args = where+` AND reward_id = ?`, append(args, l.Reward)
	}
	return tx.rewardRedemptions(`SELECT `+rewardRedemptionColumns+` FROM reward_redemptions WHERE shop_id = ? AND id < ?`+where+` ORDER BY id DESC LIMIT ?`, append(args, l.Limit)...)
}

// CountRewardsOpen is how many are to be handed out.
func (tx *Tx) CountRewardsOpen(shop loyalty.ShopID) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM reward_redemptions WHERE shop_id = ? AND state = 'open'`, []any{shop}, &n)
	return n, err
}

func oneOf[T any](list []T, err error) (first T, found bool, _ error) {
	if err != nil || len(list) == 0 {
		return first, false, err
	}
	return list[0], true, nil
}

func (tx *Tx) rewardRedemptions(query string, args ...any) ([]RewardRedemption, error) {
	var list []RewardRedemption
	err := tx.Rows(query, args, func(row Scanner) error {
		var r RewardRedemption
		var state string
		err := row.Scan(&r.ID, &r.PublicID, &r.RewardID, &r.AccountID, &r.MemberID, &r.ClientKey, &r.Fingerprint, &r.Points, &r.HoldID, &r.PlanVersion, &state, &r.TicketID, &r.Note, &r.CreatedAt, &r.DoneAt)
		r.State = RewardState(state)
		list = append(list, r)
		return err
	})
	return list, err
}
