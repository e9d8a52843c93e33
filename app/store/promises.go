package store

import "zugabe/app/loyalty"

// PromiseState is where a change of promises stands.
type PromiseState string

// The states of a promise. Only PromiseDue is still to be done.
const (
	PromiseDue        PromiseState = "due"
	PromiseDone       PromiseState = "done"
	PromiseSuperseded PromiseState = "superseded" // a later plan version said otherwise before its day
)

// Promise is what a plan version does to points that were earned before it (N-02).
type Promise struct {
	Version   int64  // of the plan
	Choice    string // "top_up" or "notice"
	State     PromiseState
	FromAt    int64 // Unix ms from which it is done
	BeforeAt  int64 // Unix ms; points earned at or after it are not touched
	Rate      loyalty.RedeemRate
	AfterID   loyalty.ID // the last account that was done
	Accounts  int64      // done
	Lots      int64      // changed
	Points    loyalty.Points
	Actor     string
	CreatedAt int64
	DoneAt    int64
}

const promiseColumns = `version, choice, state, from_at, before_at, minor, per_points, after_id, accounts, lots, points, actor, created_at, done_at`

// InsertPromise stores what a plan version that is being saved does.
func (tx *Tx) InsertPromise(shop loyalty.ShopID, p Promise) error {
	_, err := tx.Exec(`INSERT INTO promises (shop_id, `+promiseColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		shop, p.Version, p.Choice, string(p.State), p.FromAt, p.BeforeAt, p.Rate.Minor, p.Rate.PerPoints, p.AfterID, p.Accounts, p.Lots, p.Points,
		p.Actor, p.CreatedAt, p.DoneAt)
	return err
}

// SupersedeNotices ends the notices whose day has not come, if it is not before an
// instant (Unix ms).
func (tx *Tx) SupersedeNotices(shop loyalty.ShopID, fromMs, nowMs int64) error {
	_, err := tx.Exec(`UPDATE promises SET state = 'superseded', done_at = ? WHERE shop_id = ? AND state = 'due' AND choice = 'notice' AND from_at > ? AND from_at >= ?`,
		nowMs, shop, nowMs, fromMs)
	return err
}

// Promises lists a shop's, newest first: one per change of the redeem rate.
func (tx *Tx) Promises(shop loyalty.ShopID, limit int) ([]Promise, error) {
	return tx.promises(`SELECT `+promiseColumns+` FROM promises WHERE shop_id = ? ORDER BY version DESC LIMIT ?`, shop, limit)
}

// OpenPromises lists what is still to be done, in the order of the versions.
func (tx *Tx) OpenPromises(shop loyalty.ShopID) ([]Promise, error) {
	return tx.promises(`SELECT `+promiseColumns+` FROM promises WHERE shop_id = ? AND state = 'due' ORDER BY version`, shop)
}

// PromisesDone lists what versions before one did at or after an instant (Unix ms).
func (tx *Tx) PromisesDone(shop loyalty.ShopID, before, sinceMs int64) ([]Promise, error) {
	return tx.promises(`SELECT `+promiseColumns+` FROM promises WHERE shop_id = ? AND version < ? AND state = 'done' AND done_at >= ? ORDER BY version`, shop, before, sinceMs)
}

// AdvancePromise notes how far one is, if nobody else has done so since after.
func (tx *Tx) AdvancePromise(shop loyalty.ShopID, p Promise, after loyalty.ID) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE promises SET state = ?, after_id = ?, accounts = ?, lots = ?, points = ?, done_at = ?
		WHERE shop_id = ? AND version = ? AND state = 'due' AND after_id = ?`,
		string(p.State), p.AfterID, p.Accounts, p.Lots, p.Points, p.DoneAt, shop, p.Version, after)
	return n == 1, err
}

func (tx *Tx) promises(query string, args ...any) ([]Promise, error) {
	var list []Promise
	err := tx.Rows(query, args, func(row Scanner) error {
		var p Promise
		var state string
		err := row.Scan(&p.Version, &p.Choice, &state, &p.FromAt, &p.BeforeAt, &p.Rate.Minor, &p.Rate.PerPoints, &p.AfterID, &p.Accounts, &p.Lots,
			&p.Points, &p.Actor, &p.CreatedAt, &p.DoneAt)
		p.State = PromiseState(state)
		list = append(list, p)
		return err
	})
	return list, err
}

// AccountsAfter lists the ids of accounts above an id, in their order: for walks over all of them.
func (tx *Tx) AccountsAfter(shop loyalty.ShopID, after loyalty.ID, limit int) (ids []loyalty.ID, err error) {
	err = tx.Rows(`SELECT id FROM accounts`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id > ? ORDER BY id LIMIT ?`, []any{shop, after, limit}, func(row Scanner) error {
		var id loyalty.ID
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// LotLeft is what is left of a lot, with its promise.
type LotLeft struct {
	Account loyalty.ID
	Points  loyalty.Points
	Promise loyalty.RedeemRate
}

// LotsLeft walks over all points of a shop that can be, or will be able to be,
// spent, account by account.
func (tx *Tx) LotsLeft(shop loyalty.ShopID, each func(LotLeft) error) error {
	return tx.Rows(`SELECT account_id, remaining, promise_minor, promise_per FROM lots`+useIndex("lots_account")+`WHERE shop_id = ? AND state IN (0, 1) ORDER BY account_id`,
		[]any{shop}, func(row Scanner) error {
			var l LotLeft
			if err := row.Scan(&l.Account, &l.Points, &l.Promise.Minor, &l.Promise.PerPoints); err != nil {
				return err
			}
			return each(l)
		})
}
