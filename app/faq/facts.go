package faq

import "zugabe/app/loyalty"

// Facts are what the answers depend on. Points are whole, money is minor units, 0
// means that there is none.
type Facts struct {
	Shop    string // what shoppers call it
	Contact string // the merchant's e-mail address; empty = the shop's contact page

	NeedsLogin bool // only accounts with a login earn

	Earning      bool             // some rule is for purchases
	Earn         loyalty.EarnRate // what every purchase brings; the zero value = no such rule
	EarnFrom     int64            // the order must reach it
	EarnMore     bool             // there are further rules
	WithTax      bool
	WithShipping bool
	Chosen       bool // only chosen goods earn
	GiftCards    bool // gift cards earn, too
	Whole        bool // fractions are rounded down
	At           string

	Redeeming   bool
	Redeem      loyalty.RedeemRate
	Least       loyalty.Points
	LeastMinor  int64
	Step        loyalty.Points
	MostPoints  loyalty.Points
	MostMinor   int64
	MostPercent int64
	MinSubtotal int64
	PayChosen   bool // only chosen goods can be paid for
	CodeDays    int

	PendingDays int
	Months      int // from earning to the end
	IdleMonths  int

	Welcome, Birthday, Review, Article, Referrer, Friend, Newsletter loyalty.Points

	Voucher      bool // the newsletter brings one
	KeepUsed     bool // points used on a returned order are lost
	Proportional bool
	Debt         bool // spent points are owed when their order is returned
	Rewards      bool // there are rewards besides discounts
	ProductPages bool // say what an article brings

	// Money writes minor units as people of a language do.
	Money func(minor int64, language string) string `json:"-"`
}

// When points are noted.
const (
	AtPlaced    = "placed"
	AtPaid      = "paid"
	AtFulfilled = "fulfilled"
	AtCompleted = "completed"
)
