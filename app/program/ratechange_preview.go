package program

import (
	"context"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// PromisePreview says what each choice would mean, before it is made. Members are
// those who have points; money is what all their points are worth, held ones left out.
type PromisePreview struct {
	Members int64            `json:"members"`
	Points  loyalty.Points   `json:"points"`
	Minor   int64            `json:"minor" doc:"what all points are worth now, in minor units"`
	Choices []PromiseOutcome `json:"choices"`
}

// PromiseOutcome is what one choice would mean.
type PromiseOutcome struct {
	Choice PromiseChoice  `json:"choice" enum:"keep,top_up,notice"`
	Gain   int64          `json:"gain" doc:"members whose points would be worth more"`
	Lose   int64          `json:"lose" doc:"members whose points would be worth less"`
	Minor  int64          `json:"minor" doc:"what all points would be worth"`
	Added  loyalty.Points `json:"added" doc:"points that would be given"`
}

// PreviewPromise works out for a new redeem rate what becomes of the points that
// members have. Nothing is changed.
func (p *Program) PreviewPromise(ctx context.Context, shop loyalty.Shop, rate loyalty.RedeemRate) (PromisePreview, error) {
	if err := rate.Validate(); err != nil {
		return PromisePreview{}, loyalty.Invalid("rate", "must be a positive amount of money for a positive number of points")
	}
	var sums promiseSums
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		plan, err := p.CurrentPlan(tx, shop)
		if err != nil {
			return err
		}
		sums = promiseSums{rate: rate, fallback: plan.Doc.Redeem.Rate}
		if err := tx.LotsLeft(shop.ID, sums.add); err != nil {
			return err
		}
		return sums.close()
	})
	if err != nil {
		return PromisePreview{}, err
	}
	sums.out.Choices = []PromiseOutcome{sums.keep, sums.topUp, sums.notice}
	return sums.out, nil
}

// promiseSums adds up account by account.
type promiseSums struct {
	rate, fallback loyalty.RedeemRate
	account        loyalty.ID
	parts          []reward.Part
	added          loyalty.Points // of the account
	out            PromisePreview
	keep           PromiseOutcome
	topUp          PromiseOutcome
	notice         PromiseOutcome
}

func (s *promiseSums) add(l store.LotLeft) error {
	if l.Account != s.account {
		if err := s.close(); err != nil {
			return err
		}
		s.account = l.Account
	}
	old := l.Promise
	if old.Validate() != nil {
		old = s.fallback
	}
	more, err := ledger.TopUp(l.Points, old, s.rate)
	s.added += more
	s.parts = append(s.parts, reward.Part{Points: l.Points, Rate: old})
	return err
}

// close judges the account whose lots have been added.
func (s *promiseSums) close() error {
	s.keep.Choice, s.topUp.Choice, s.notice.Choice = PromiseKeep, PromiseTopUp, PromiseNotice
	if len(s.parts) == 0 {
		return nil
	}
	var points loyalty.Points
	for _, part := range s.parts {
		points += part.Points
	}
	was, err := reward.Worth(s.parts)
	if err != nil {
		return err
	}
	more, err := s.rate.ValueOf(points + s.added)
	if err != nil {
		return err
	}
	plain, err := s.rate.ValueOf(points)
	if err != nil {
		return err
	}
	s.out.Members++
	s.out.Points += points
	s.out.Minor += was
	s.keep.note(was, was, 0)
	s.topUp.note(was, more, s.added)
	s.notice.note(was, plain, 0)
	s.parts, s.added = s.parts[:0], 0
	return nil
}

func (o *PromiseOutcome) note(was, now int64, added loyalty.Points) {
	o.Minor += now
	o.Added += added
	switch {
	case now > was:
		o.Gain++
	case now < was:
		o.Lose++
	}
}
