package program

import (
	"context"
	"errors"
	"slices"
	"time"

	"zugabe/app/crash"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// publishLater makes sure that the new public balance of the accounts reaches
// the shop's pages. Call it in the transaction that changes them.
func (p *Program) publishLater(tx *store.Tx, shop loyalty.ShopID, accounts []loyalty.ID) error {
	tx.OnCommit(func() { p.wake("jobs") })
	return tx.PublishLater(shop, accounts, p.IDs.Next, p.now())
}

// publishMember is publishLater for the account that a member has, if any.
func (p *Program) publishMember(tx *store.Tx, shop loyalty.Shop, member loyalty.ID) error {
	set, err := p.plansOf(tx, shop)
	if err != nil {
		return err
	}
	accounts, err := tx.AccountsOfMembers(shop.ID, set.head.ID, []loyalty.ID{member})
	if err != nil || accounts[member] == 0 {
		return err
	}
	return p.publishLater(tx, shop.ID, []loyalty.ID{accounts[member]})
}

// publishCursor names the row by which one process at a time publishes for a
// shop, so that an older balance never overwrites a newer one.
const publishCursor = "publish"

// PublishBalances sends what waits for one shop, 25 balances with one call, and
// says how many jobs that were. They are set, never added to: sending twice does
// no harm.
func (p *Program) PublishBalances(ctx context.Context, shop loyalty.Shop) (int, error) {
	jobs, err := p.claimPublish(ctx, shop.ID)
	if err != nil || len(jobs) == 0 {
		return 0, err
	}
	crash.Point("publish.claimed")
	began := p.Clock.Now()
	defer func() { p.Jobs.took(store.JobPublish, p.Clock.Now().Sub(began)) }()
	driver, wait := p.reach(shop)
	if wait > 0 {
		return len(jobs), p.publishFailed(ctx, shop, jobs, platform.Throttled{After: wait})
	}
	if driver == nil || !driver.Capabilities().PublishBalance {
		return len(jobs), p.published(ctx, shop.ID, jobs, "this host shows no balances")
	}
	balances, err := p.balancesOf(ctx, shop, jobs)
	var broken hostError
	if errors.As(err, &broken) {
		return len(jobs), p.publishFailed(ctx, shop, jobs, broken.cause)
	}
	if err != nil {
		return len(jobs), err
	}
	for part := range slices.Chunk(balances, store.PublishSize) {
		call, done := calling(ctx)
		err := driver.PublishBalances(call, p.Hosts.Conn(ctx, shop), part)
		done()
		if err != nil {
			return len(jobs), p.publishFailed(ctx, shop, jobs, err)
		}
	}
	crash.Point("publish.after_call")
	return len(jobs), p.published(ctx, shop.ID, jobs, "")
}

func (p *Program) claimPublish(ctx context.Context, shop loyalty.ShopID) (jobs []store.Job, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		now := p.now()
		until := now + jobLease.Milliseconds()
		free, err := tx.ClaimCursor(shop, publishCursor, now, until)
		if err != nil || !free {
			jobs = nil
			return err
		}
		jobs, err = tx.ClaimJobs(shop, store.ClaimRequest{
			Kinds: []store.JobKind{store.JobPublish}, Limit: publishClaim, Token: int64(p.IDs.Next()), NowMs: now, Until: until,
		})
		if err != nil || len(jobs) > 0 {
			return err
		}
		return tx.DueCursor(shop, publishCursor, now)
	})
	return jobs, err
}

// published finishes the jobs and frees the shop for the next ones.
func (p *Program) published(ctx context.Context, shop loyalty.ShopID, jobs []store.Job, reason string) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.FinishJobs(shop, idsOf(jobs), jobs[0].LeaseToken, p.now())
		if err != nil {
			return err
		}
		if n != int64(len(jobs)) {
			p.Log.Warn("balances were published after the lease ended", "shop", shop, "jobs", len(jobs), "ours", n)
			return nil
		}
		tx.OnCommit(func() { p.Jobs.became(store.JobPublish, JobResultDone, len(jobs)) })
		return tx.DueCursor(shop, publishCursor, p.now())
	})
}

func idsOf(jobs []store.Job) []loyalty.ID {
	ids := make([]loyalty.ID, len(jobs))
	for i, j := range jobs {
		ids[i] = j.ID
	}
	return ids
}

// publishFailed frees the shop and lets every job take its own way back. A set
// can simply be repeated, so an unknown outcome is as good as none.
func (p *Program) publishFailed(ctx context.Context, shop loyalty.Shop, jobs []store.Job, cause error) error {
	if errors.Is(cause, platform.ErrUnknown) {
		cause = platform.ErrUnreachable
	}
	for _, j := range jobs {
		if err := p.jobFailed(ctx, shop, j, cause); err != nil {
			return err
		}
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error { return tx.DueCursor(shop.ID, publishCursor, p.now()) })
}

// balancesOf reads what the jobs' members may see. The mark "must be published"
// is taken off first: a change after that marks the account again.
func (p *Program) balancesOf(ctx context.Context, shop loyalty.Shop, jobs []store.Job) (list []platform.PublicBalance, err error) {
	var accounts []loyalty.ID
	for _, j := range jobs {
		payload, err := decodeJob[store.PublishPayload](j)
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, payload.Accounts...)
	}
	slices.Sort(accounts)
	accounts = slices.Compact(accounts)
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ClearPublishDue(shop.ID, accounts); err != nil {
			return err
		}
		list, err = p.publicBalances(tx, shop, accounts)
		return err
	})
	return list, err
}

// publicBalances reads accounts as the shop's pages may show them. Accounts of
// members without a customer at the host are left out.
func (p *Program) publicBalances(tx *store.Tx, shop loyalty.Shop, accounts []loyalty.ID) ([]platform.PublicBalance, error) {
	rows, err := tx.Accounts(shop.ID, accounts)
	if err != nil {
		return nil, err
	}
	lots, err := tx.LoadLots(shop.ID, accounts)
	if err != nil {
		return nil, err
	}
	var members []loyalty.ID
	for _, a := range rows {
		members = append(members, a.MemberID)
	}
	who, err := tx.MembersByID(shop.ID, members)
	if err != nil {
		return nil, err
	}
	codes, err := tx.OpenCodes(shop.ID, accounts, WhyCancelled, p.now())
	if err != nil {
		return nil, err
	}
	plan, err := p.CurrentPlan(tx, shop)
	if err != nil {
		return nil, err
	}
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return nil, err
	}
	vouchers, err := p.publicVouchers(tx, shop, who)
	if err != nil {
		return nil, err
	}
	var list []platform.PublicBalance
	for _, id := range accounts {
		a, m := rows[id], who[rows[id].MemberID]
		if m.CustomerKey == "" || m.State != loyalty.MemberActive {
			continue
		}
		b := publicBalance(a, lots[id], zone)
		b.CustomerKey, b.Currency, b.UpdatedAt = m.CustomerKey, shop.Currency, p.now()
		b.Codes, b.NoEarn, b.NoRedeem, b.Vouchers = publicCodes(codes[id], zone), m.BlockEarn, m.BlockRedeem, vouchers[m.ID]
		if !m.Factor.IsOne() {
			b.Factor = m.Factor
		}
		purse := Purse(lots[id], plan.Doc.Redeem.Rate)
		if b.Minor, err = reward.Worth(purse); err != nil {
			return nil, err
		}
		b.Purse = PublicPurse(purse)
		list = append(list, b)
	}
	return list, nil
}

// maxPublicCodes bounds what one customer's metafield holds.
const maxPublicCodes = 5

func publicCodes(codes []store.OpenCode, zone *time.Location) (list []platform.PublicCode) {
	for _, c := range codes[:min(len(codes), maxPublicCodes)] {
		last := loyalty.DateOf(time.UnixMilli(c.ExpiresAt - 1).In(zone))
		list = append(list, platform.PublicCode{Code: c.Code, Minor: c.Minor, Until: last.String()})
	}
	return list
}

func publicBalance(a ledger.Account, lots []ledger.Lot, zone *time.Location) platform.PublicBalance {
	b := platform.PublicBalance{Points: max(a.Available, 0), Pending: a.Pending}
	first := ledger.Never
	for _, l := range lots {
		if l.State != ledger.LotOpen || l.Remaining == 0 || l.ExpiresAt > first || l.ExpiresAt == ledger.Never {
			continue
		}
		if l.ExpiresAt < first {
			first, b.Expiring = l.ExpiresAt, 0
		}
		b.Expiring += l.Remaining
	}
	if first != ledger.Never {
		// The last day on which the points work: expiry is the first instant after it.
		b.NextExpiry = loyalty.DateOf(time.UnixMilli(first - 1).In(zone)).String()
	}
	return b
}
