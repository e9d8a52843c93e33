package program

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"zugabe/app/earning"
	"zugabe/app/faq"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// FAQ is a shop's questions and answers with what we would say ourselves now.
type FAQ struct {
	faq.Page
	Version  int64 // 0 = nothing was done yet
	Standard faq.Standard
}

// FAQ reads a shop's questions and fills our words from the settings of this moment.
func (p *Program) FAQ(tx *store.Tx, shop loyalty.Shop) (FAQ, error) {
	var out FAQ
	body, version, err := tx.SettingsDoc(shop.ID, store.FAQPage)
	if err != nil {
		return out, err
	}
	if version > 0 {
		if err := json.Unmarshal(body, &out.Page); err != nil {
			return out, fmt.Errorf("program: questions of shop %s: %w", shop.ID, err)
		}
	}
	out.Version = version
	s, err := p.Settings(tx, shop.ID)
	if err != nil {
		return out, err
	}
	facts, err := p.faqFacts(tx, shop, s)
	out.Standard = faq.StandardOf(facts, s.Address == AddressInformal)
	return out, err
}

// faqAct is one act of the merchant on the questions.
type faqAct struct {
	by, did, to string
	seen        int64 // the version that was seen
	change      func(f *FAQ) error
}

// changeFAQ does an act and keeps what was before it.
func (p *Program) changeFAQ(ctx context.Context, shop loyalty.Shop, a faqAct) (FAQ, error) {
	var out FAQ
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		f, err := p.FAQ(tx, shop)
		if err != nil {
			return err
		}
		if f.Version != a.seen {
			return loyalty.Refuse(loyalty.CodeConflict, "the questions were changed by somebody else")
		}
		before := f.Clone()
		if err := a.change(&f); err != nil {
			return err
		}
		f.Before = before
		body, err := json.Marshal(f.Page)
		if err != nil {
			return err
		}
		ok, err := tx.SaveSettingsDoc(shop.ID, store.SettingsDoc{Name: store.FAQPage, Body: body, Seen: a.seen, NowMs: p.now()})
		if err != nil || !ok {
			return orConflict(err, "the questions were changed by somebody else")
		}
		f.Version++
		out = f
		if before.On != f.On {
			if err := p.publishSettingsLater(tx, shop); err != nil {
				return err
			}
		}
		return p.audit(tx, shop.ID, deed{by: a.by, did: a.did, to: "faq:" + a.to})
	})
	return out, err
}

// WordFAQ sets the merchant's own words; empty ones give ours back.
func (p *Program) WordFAQ(ctx context.Context, actor string, shop loyalty.Shop, seen int64, w FAQWords) (FAQ, error) {
	return p.changeFAQ(ctx, shop, faqAct{by: actor, did: "faq.worded", to: w.ID, seen: seen, change: func(f *FAQ) error {
		return f.Word(f.Standard, w.ID, w.Language, w.Text)
	}})
}

// FAQWords are the merchant's words of one question in one language.
type FAQWords struct {
	ID       string
	Language string
	faq.Text
}

// ApproveFAQ marks questions as gone through. What is marked is what would be said
// now: if that is no longer what was seen in some language, it is CodeConflict.
func (p *Program) ApproveFAQ(ctx context.Context, actor string, shop loyalty.Shop, seen int64, read FAQRead) (FAQ, error) {
	return p.changeFAQ(ctx, shop, faqAct{by: actor, did: "faq.approved", to: read.ID, seen: seen, change: func(f *FAQ) error {
		if !slices.Contains(faq.Questions, read.ID) {
			return loyalty.NotFound("question")
		}
		if f.Draft(f.Standard, read.ID, read.Language) != read.Text {
			return loyalty.Refuse(loyalty.CodeConflict, "the answer has changed since you read it")
		}
		f.Approve(f.Standard, read.ID, actor, p.now())
		return nil
	}})
}

// FAQRead is a question as the merchant has read it.
type FAQRead = FAQWords

// ArrangeFAQ sets the order of the questions and which are hidden, at once.
func (p *Program) ArrangeFAQ(ctx context.Context, actor string, shop loyalty.Shop, seen int64, order [2][]string) (FAQ, error) {
	return p.changeFAQ(ctx, shop, faqAct{by: actor, did: "faq.arranged", to: "all", seen: seen, change: func(f *FAQ) error {
		return f.Arrange(order[0], order[1])
	}})
}

// PublishFAQ shows the questions to shoppers, or takes them away.
func (p *Program) PublishFAQ(ctx context.Context, actor string, shop loyalty.Shop, seen int64, on bool) (FAQ, error) {
	did := "faq.published"
	if !on {
		did = "faq.withdrawn"
	}
	return p.changeFAQ(ctx, shop, faqAct{by: actor, did: did, to: "all", seen: seen, change: func(f *FAQ) error {
		if !on {
			f.On = false
			return nil
		}
		return f.Publish(f.Standard)
	}})
}

// UndoFAQ brings back what was before the last change. Undone twice it is as it was.
func (p *Program) UndoFAQ(ctx context.Context, actor string, shop loyalty.Shop, seen int64) (FAQ, error) {
	return p.changeFAQ(ctx, shop, faqAct{by: actor, did: "faq.undone", to: "all", seen: seen, change: func(f *FAQ) error {
		if f.Before == nil {
			return loyalty.Refuse(loyalty.CodeConflict, "there is nothing to undo")
		}
		f.Page = *f.Before
		return nil
	}})
}

// ShownFAQ is what a shopper sees, in the language of the shop that fits best.
func (p *Program) ShownFAQ(tx *store.Tx, shop loyalty.Shop, locale string) (language string, list []faq.Answer, err error) {
	var page faq.Page
	body, version, err := tx.SettingsDoc(shop.ID, store.FAQPage)
	if err != nil || version == 0 {
		return languageOf(locale, shop.Language), nil, err
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return "", nil, fmt.Errorf("program: questions of shop %s: %w", shop.ID, err)
	}
	language, err = p.shopLanguage(tx, shop, locale)
	return language, page.Shown(language), err
}

// shopLanguage is the best of the languages that the shop uses: the reader's, the
// shop's own, English, else the first.
func (p *Program) shopLanguage(tx *store.Tx, shop loyalty.Shop, locale string) (string, error) {
	s, err := p.Settings(tx, shop.ID)
	if err != nil {
		return "", err
	}
	for _, wanted := range []string{languageOf(locale, shop.Language), languageOf(shop.Language, ""), "en"} {
		if slices.Contains(s.Languages, wanted) {
			return wanted, nil
		}
	}
	return s.Languages[0], nil
}

// faqFacts are the settings that answers depend on, as they are today.
func (p *Program) faqFacts(tx *store.Tx, shop loyalty.Shop, s ShopSettings) (faq.Facts, error) {
	f := faq.Facts{Shop: shop.Name, CodeDays: defaultCodeDays, ProductPages: !slices.Contains(s.Off, "product"),
		Money: func(minor int64, language string) string { return moneyText(minor, shop.Currency, language) }}
	if f.Shop == "" {
		f.Shop = shop.Domain
	}
	plan, err := p.CurrentPlan(tx, shop)
	if err != nil {
		return f, err
	}
	doc := plan.Doc
	f.NeedsLogin, f.At = doc.needsLogin(), string(doc.Earning.EarnAt)
	f.PendingDays, f.Months, f.IdleMonths = doc.Pending.Days, doc.Expiry.Months, doc.Expiry.InactivityMonths
	f.KeepUsed, f.Proportional, f.Debt = doc.Refunds.KeepUsedPoints, doc.Refunds.Proportional, doc.Refunds.Spent != ledger.SpentWriteOff
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return f, err
	}
	earningFacts(&f, doc.Earning, loyalty.DateOf(p.Clock.Now().In(zone)), shop.Currency)
	if err := redeemingFacts(&f, doc.Redeem); err != nil {
		return f, err
	}
	news, err := p.NewsletterSettings(tx, shop.ID)
	if err != nil {
		return f, err
	}
	f.Contact, f.Voucher = news.ReplyTo, news.On && news.Template != 0
	f.Rewards, err = tx.AnyRewardLive(shop.ID, p.now())
	return f, err
}

func earningFacts(f *faq.Facts, e earning.Program, today loyalty.LocalDate, currency loyalty.Currency) {
	activities := map[string]*loyalty.Points{"welcome": &f.Welcome, "newsletter": &f.Newsletter, "review": &f.Review, "article": &f.Article,
		"referral": &f.Referrer, "friend": &f.Friend, "birthday": &f.Birthday}
	f.Chosen = true
	for i := range e.Rules {
		r := &e.Rules[i]
		if r.Off || !r.When.From.IsZero() && today.Before(r.When.From) || !r.When.Until.IsZero() && r.When.Until.Before(today) {
			continue
		}
		everybody := r.When.Tags == nil && r.When.MemberTypes == nil
		if name, is := publishedActivities[r.Kind]; is {
			if everybody {
				*activities[name] += r.Points
			}
			continue
		}
		if r.Kind == earning.KindCustom || !earnsIn(r, currency) {
			continue
		}
		f.Earning, f.GiftCards = true, f.GiftCards || r.Match.GiftCards
		all := len(r.Match.Products)+len(r.Match.Collections)+len(r.Match.Groups)+len(r.Match.ExcludeProducts)+len(r.Match.ExcludeCollections)+len(r.Match.ExcludeGroups) == 0
		f.Chosen = f.Chosen && !(all && everybody)
		if r.Kind != earning.KindPerAmount || !everybody || f.Earn.Points > 0 {
			f.EarnMore = true
			continue
		}
		f.Earn, f.EarnFrom, f.WithTax, f.WithShipping = r.Earn, r.When.MinBasis, r.Basis.WithTax, r.Basis.WithShipping
		f.Whole = r.Rounding == "" || r.Rounding == loyalty.Floor
	}
}

func redeemingFacts(f *faq.Facts, policy reward.Policy) error {
	pages, err := publishedRedeem(policy)
	if err != nil {
		return err
	}
	f.Redeeming, f.Redeem, f.Least, f.Step = pages.On, policy.Rate, pages.Min, pages.Step
	f.MostPoints, f.MostMinor, f.MostPercent, f.MinSubtotal = pages.MaxPoints, pages.MaxMinor, pages.MaxPercent, pages.MinSubtotal
	f.PayChosen, f.CodeDays = len(pages.Products)+len(pages.Collections) > 0, pages.Days
	f.LeastMinor, err = policy.Rate.ValueOf(pages.Min)
	return err
}
