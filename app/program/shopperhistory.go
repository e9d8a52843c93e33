package program

import (
	"context"
	"strings"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// What an entry was for, in the shopper's terms. Pages and extensions have a text for each.
const (
	ForPurchase   = "purchase"   // an order earned
	ForChange     = "changed"    // an order earns something else than before, for whatever reason
	ForRefund     = "refund"     // an order was refunded
	ForCancelled  = "cancelled"  // an order was cancelled
	ForNothing    = "nothing"    // something that earns no points
	ForWelcome    = "welcome"    // an account was opened
	ForNewsletter = "newsletter" // the newsletter was confirmed
	ForReview     = "review"     // of a product
	ForArticle    = "article"    // a comment on an article
	ForReferral   = "referral"   // a friend bought
	ForFriend     = "friend"     // came by a friend's link
	ForBirthday   = "birthday"   //
	ForCustom     = "custom"     // something of the shop's own
	ForWithdrawn  = "withdrawn"  // an activity that counts no longer
	ForUse        = "used"       // points were turned into a code
	ForExchange   = "exchanged"  // points were exchanged for a reward
	ForBack       = "back"       // used points came back
	ForExpiry     = "expired"    //
	ForAdjustment = "adjusted"   // by the shop
	ForRate       = "rate"       // points that make up for a new worth
	ForWriteOff   = "waived"     // the shop bears points that would have been taken back
	ForMerge      = "merged"     // two accounts became one
)

// ShopperPurposes are all of them.
var ShopperPurposes = []string{ForPurchase, ForChange, ForRefund, ForCancelled, ForNothing, ForWelcome, ForNewsletter, ForReview, ForArticle, ForReferral, ForFriend,
	ForBirthday, ForCustom, ForWithdrawn, ForUse, ForExchange, ForBack, ForExpiry, ForAdjustment, ForRate, ForWriteOff, ForMerge}

// ShopperEntry is an entry with what it was for.
type ShopperEntry struct {
	ledger.Entry
	For   string // one of the purposes
	Order string // what people call the order, "#1001"; empty = no order, or one that we do not know
}

// ShopperHistory is History with what each entry was for.
func (p *Program) ShopperHistory(ctx context.Context, shop loyalty.Shop, memberID loyalty.ID, beforeSeq int64, limit int) ([]ShopperEntry, error) {
	var list []ShopperEntry
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		list = nil
		_, account, err := p.accountOf(tx, shop, memberID)
		if err != nil {
			return err
		}
		entries, err := tx.EntriesPage(shop.ID, account.ID, beforeSeq, limit)
		if err != nil {
			return err
		}
		sales, acts, err := p.causesOf(tx, shop.ID, entries)
		for _, e := range entries {
			sale := sales[strings.TrimPrefix(e.Source, "sale:")]
			list = append(list, ShopperEntry{Entry: e, For: purposeOf(e, sale, acts[strings.TrimPrefix(e.Source, "activity:")]), Order: sale.Number})
		}
		return err
	})
	return list, err
}

// causesOf reads the orders and activities behind entries, by the host's keys.
func (p *Program) causesOf(tx *store.Tx, shop loyalty.ShopID, entries []ledger.Entry) (sales map[string]store.SaleRow, acts map[string]store.ActivityRow, err error) {
	var orders, activities []string
	for _, e := range entries {
		if key, is := strings.CutPrefix(e.Source, "sale:"); is {
			orders = append(orders, key)
		}
		if key, is := strings.CutPrefix(e.Source, "activity:"); is {
			activities = append(activities, key)
		}
	}
	if sales, err = tx.SalesByKey(shop, orders); err != nil {
		return nil, nil, err
	}
	acts, err = tx.ActivitiesByKey(shop, activities)
	return sales, acts, err
}

// purposeOf reads an entry; sale or act is what caused it, empty if nothing did.
func purposeOf(e ledger.Entry, sale store.SaleRow, act store.ActivityRow) string {
	switch e.Kind {
	case ledger.Burn:
		if strings.HasPrefix(e.Source, rewardPrefix) {
			return ForExchange
		}
		return ForUse
	case ledger.Release:
		return ForBack
	case ledger.Expiry:
		return ForExpiry
	case ledger.Transfer:
		return ForMerge
	case ledger.Adjustment:
		switch {
		case e.RuleID == ledger.RuleRescale:
			return ForRate
		case strings.HasPrefix(e.RuleID, ledger.RuleSpent):
			return ForWriteOff
		}
		return ForAdjustment
	}
	switch {
	case e.Kind == ledger.Accrual && e.Points == 0:
		return ForNothing
	case strings.HasPrefix(e.Source, "sale:"):
		return salePurpose(e, sale)
	case e.Points < 0:
		return ForWithdrawn
	}
	return activityPurpose(act.Activity)
}

func salePurpose(e ledger.Entry, sale store.SaleRow) string {
	switch {
	case e.Kind == ledger.Accrual && e.Seq == 0:
		return ForPurchase
	case e.Kind == ledger.Clawback && earning.SaleStatus(sale.Status) == earning.SaleCancelled:
		return ForCancelled
	case e.Kind == ledger.Clawback && sale.Refunded > 0:
		return ForRefund
	}
	return ForChange
}

func activityPurpose(a earning.Activity) string {
	switch a.Kind {
	case earning.ActivitySignup:
		return ForWelcome
	case earning.ActivityNewsletter:
		return ForNewsletter
	case earning.ActivityProductReview:
		return ForReview
	case earning.ActivityArticleReview:
		return ForArticle
	case earning.ActivityBirthday:
		return ForBirthday
	case earning.ActivityReferral:
		if a.Name == earning.FriendSide {
			return ForFriend
		}
		return ForReferral
	}
	return ForCustom
}
