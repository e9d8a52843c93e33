package faq

import (
	"strings"

	"zugabe/app/loyalty"
)

// Questions are the ids of all questions in the order in which we propose them.
var Questions = []string{"account", "earn", "basis", "goods", "worth", "use", "limits", "pending", "expiry", "welcome", "reviews", "referral", "newsletter",
	"returns", "other", "balance", "privacy"}

// Answer is one question with its answer in one language. The texts are plain: who
// shows them escapes them. An empty Text means that the shop has nothing of the kind,
// and that the question is left out.
type Answer struct {
	ID       string `json:"id"`
	Question string `json:"question"`
	Text     string `json:"text"`
}

// Answers are all questions in a language; informal speaks to friends where the
// language makes a difference.
func Answers(f Facts, language string, informal bool) []Answer {
	v := voiceOf(language, informal)
	list := make([]Answer, 0, len(Questions))
	for _, id := range Questions {
		a := answer{Facts: f, voice: v, id: id}
		answerers[id](&a)
		list = append(list, Answer{ID: id, Question: v.say(id + ".q"), Text: strings.Join(a.said, " ")})
	}
	return list
}

// answer collects the sentences of one answer.
type answer struct {
	Facts
	voice
	id   string
	said []string
}

// add says a sentence of the question where it holds.
func (a *answer) add(when bool, key string, fill ...string) {
	if when {
		a.said = append(a.said, a.say(a.id+"."+key, fill...))
	}
}

func (a *answer) points(n loyalty.Points) string { return a.count("points", int64(n)) }

func (a *answer) money(minor int64) string { return a.Money(minor, a.language) }

var answerers = map[string]func(*answer){
	"account":    (*answer).account,
	"earn":       (*answer).earn,
	"basis":      (*answer).basis,
	"goods":      (*answer).goods,
	"worth":      (*answer).worth,
	"use":        (*answer).use,
	"limits":     (*answer).limits,
	"pending":    (*answer).pending,
	"expiry":     (*answer).expiry,
	"welcome":    (*answer).welcome,
	"reviews":    (*answer).reviews,
	"referral":   (*answer).referral,
	"newsletter": (*answer).letters,
	"returns":    (*answer).returns,
	"other":      (*answer).other,
	"balance":    (*answer).balance,
	"privacy":    (*answer).privacy,
}

func (a *answer) account() {
	a.add(a.NeedsLogin, "login")
	a.add(!a.NeedsLogin, "record")
}

func (a *answer) earn() {
	rate := a.Earn.Points > 0
	a.add(!a.Earning, "none")
	a.add(rate, "rate", "points", a.points(a.Earn.Points), "money", a.money(a.Earn.PerMinor))
	a.add(rate && a.EarnFrom > 0, "from", "money", a.money(a.EarnFrom))
	a.add(rate && a.EarnMore, "more")
	a.add(a.Earning && !rate, "each")
}

func (a *answer) basis() {
	key := "net"
	if a.WithTax {
		key = "gross"
	}
	if a.WithShipping {
		key += "_shipping"
	}
	a.add(a.Earn.Points > 0, key)
	a.add(a.Earn.Points > 0 && a.Whole, "whole")
}

func (a *answer) goods() {
	if !a.Earning && !a.Redeeming {
		return
	}
	a.add(a.Earning && !a.Chosen, "all")
	a.add(a.Earning && a.Chosen, "some")
	a.add(a.Earning && !a.GiftCards, "cards")
	a.add(a.Redeeming && !a.PayChosen, "pay_all")
	a.add(a.Redeeming && a.PayChosen, "pay_some")
}

func (a *answer) worth() {
	a.add(a.Redeeming, "rate", "points", a.points(a.Redeem.PerPoints), "money", a.money(a.Redeem.Minor))
	a.add(a.Redeeming, "kept")
}

func (a *answer) use() {
	a.add(a.Redeeming, "how")
	a.add(a.Redeeming && a.CodeDays > 0, "days", "days", a.count("days", int64(a.CodeDays)))
	a.add(!a.Redeeming, "off")
}

func (a *answer) limits() {
	if !a.Redeeming {
		return
	}
	a.add(a.Least > 1, "least", "points", a.points(a.Least), "money", a.money(a.LeastMinor))
	a.add(a.Step > 1, "step", "points", a.points(a.Step))
	a.add(a.MinSubtotal > 0, "order", "money", a.money(a.MinSubtotal))
	a.add(a.MostPoints > 0, "points", "points", a.points(a.MostPoints))
	a.add(a.MostMinor > 0, "money", "money", a.money(a.MostMinor))
	a.add(a.MostPercent > 0, "percent", "percent", a.number(a.MostPercent))
	a.add(a.MostPoints == 0 && a.MostMinor == 0 && a.MostPercent == 0, "none")
}

func (a *answer) pending() {
	if !a.Earning {
		return
	}
	at := a.At
	if at == "" {
		at = AtPaid
	}
	a.add(true, at)
	a.add(a.PendingDays == 0, "now")
	a.add(a.PendingDays > 0, "days", "days", a.count("days", int64(a.PendingDays)), "count", a.number(int64(a.PendingDays)))
}

func (a *answer) expiry() {
	a.add(a.Months > 0, "months", "months", a.count("months", int64(a.Months)))
	a.add(a.IdleMonths > 0, "idle", "months", a.count("months", int64(a.IdleMonths)))
	a.add(a.Months == 0 && a.IdleMonths == 0, "never")
	a.add(a.Months > 0, "seen")
}

func (a *answer) welcome() {
	a.add(a.Welcome > 0, "signup", "points", a.points(a.Welcome))
	a.add(a.Birthday > 0, "birthday", "points", a.points(a.Birthday))
}

func (a *answer) reviews() {
	a.add(a.Review > 0, "product", "points", a.points(a.Review))
	a.add(a.Article > 0, "article", "points", a.points(a.Article))
	a.add(a.Review > 0 || a.Article > 0, "checked")
}

func (a *answer) referral() {
	a.add(a.Referrer > 0, "you", "points", a.points(a.Referrer))
	a.add(a.Friend > 0, "friend", "points", a.points(a.Friend))
	a.add(a.Referrer > 0 || a.Friend > 0, "link")
}

func (a *answer) letters() {
	a.add(a.Newsletter > 0, "points", "points", a.points(a.Newsletter))
	a.add(a.Newsletter > 0 && a.Voucher, "both")
	a.add(a.Newsletter == 0 && a.Voucher, "voucher")
	a.add(a.Newsletter > 0 || a.Voucher, "leave")
}

func (a *answer) returns() {
	a.add(a.Earning, "earned")
	a.add(a.Earning && a.Debt, "debt")
	a.add(a.Redeeming && a.KeepUsed, "kept")
	a.add(a.Redeeming && !a.KeepUsed && a.Proportional, "part")
	a.add(a.Redeeming && !a.KeepUsed && !a.Proportional, "used")
}

func (a *answer) other() {
	a.add(a.Rewards, "yes")
	a.add(!a.Rewards, "no")
	a.add(true, "cash")
}

func (a *answer) balance() {
	a.add(true, "account")
	a.add(a.ProductPages && a.Earning, "product")
}

func (a *answer) privacy() {
	a.add(true, "data")
	a.add(a.Contact != "", "mail", "contact", a.Contact)
	a.add(a.Contact == "" && a.Shop != "", "shop", "contact", a.Shop)
}
