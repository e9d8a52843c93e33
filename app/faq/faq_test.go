package faq

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zugabe/app/loyalty"
)

func money(minor int64, language string) string {
	return loyalty.FormatMinor(minor, "EUR") + " EUR"
}

func everything() Facts {
	return Facts{
		Shop: "Kontor", Contact: "post@kontor.example", Earning: true, Earn: loyalty.EarnRate{Points: 1, PerMinor: 1000}, EarnFrom: 500, EarnMore: true, Whole: true,
		Redeeming: true, Redeem: loyalty.RedeemRate{Minor: 100, PerPoints: 100}, Least: 100, LeastMinor: 100, Step: 50, MostPoints: 2000, MostMinor: 2000, MostPercent: 50, MinSubtotal: 1500,
		CodeDays: 30, PendingDays: 14, Months: 12, IdleMonths: 6, Welcome: 50, Birthday: 25, Review: 10, Article: 5, Referrer: 200, Friend: 100, Newsletter: 20, Voucher: true,
		Debt: true, Rewards: true, ProductPages: true, Money: money,
	}
}

// covers: S4-26, S4-27, N-13
func TestSeventeenQuestionsAreAnsweredInEveryLanguage(t *testing.T) {
	if len(Questions) != 17 {
		t.Fatalf("%d questions", len(Questions))
	}
	hole := regexp.MustCompile(`[{}<>]|  |^ | $`)
	for _, informal := range []bool{false, true} {
		for _, l := range Languages {
			for _, a := range Answers(everything(), l, informal) {
				if a.Text == "" || !strings.HasSuffix(a.Question, "?") || hole.MatchString(a.Question+a.Text) {
					t.Errorf("%s %s: %q %q", l, a.ID, a.Question, a.Text)
				}
			}
		}
	}
}

func textOf(t *testing.T, f Facts, language, id string) string {
	t.Helper()
	for _, a := range Answers(f, language, false) {
		if a.ID == id {
			return a.Text
		}
	}
	t.Fatalf("no question %s", id)
	return ""
}

// covers: N-13, S4-26
func TestAnswersSayTheSettingsOfTheShop(t *testing.T) {
	f := everything()
	for id, want := range map[string]string{
		"earn":     "You get 1 point for every 10.00 EUR that you spend. Orders from 5.00 EUR count.",
		"worth":    "You get 1.00 EUR off for 100 points.",
		"limits":   "At least 100 points, which is 1.00 EUR. Always in steps of 50 points. The goods in the cart must be worth 15.00 EUR or more. At most 2,000 points for one order. At most 20.00 EUR for one order. At most 50% of the value of the goods.",
		"basis":    "The price of the goods after discounts, without VAT and without shipping.",
		"pending":  "Points are noted once the order is paid. You can use them 14 days later",
		"expiry":   "12 months from the day on which you earned them.",
		"welcome":  "opening an account brings 50 points, once. Your birthday brings 25 points.",
		"referral": "Your friend gets 100 points, too.",
		"privacy":  "Please write to post@kontor.example.",
		"other":    "such as tickets or gifts",
	} {
		if got := textOf(t, f, "en", id); !strings.Contains(got, want) {
			t.Errorf("%s: %q", id, got)
		}
	}
	f.WithTax, f.PendingDays, f.Months, f.IdleMonths, f.KeepUsed = true, 0, 0, 0, true
	f.At, f.NeedsLogin, f.Rewards = AtCompleted, true, false
	for id, want := range map[string]string{"basis": "VAT included", "pending": "completed. You can use them at once.", "expiry": "They do not expire.",
		"returns": "do not come back", "account": "guest orders earn no points", "other": "No, points are taken off"} {
		if got := textOf(t, f, "en", id); !strings.Contains(got, want) {
			t.Errorf("%s: %q", id, got)
		}
	}
}

// covers: S4-26
func TestAQuestionWhoseFeatureIsOffIsLeftOutOrSaysSo(t *testing.T) {
	var said []string
	for _, a := range Answers(Facts{Shop: "Kontor", Money: money}, "da", false) {
		if a.Text != "" {
			said = append(said, a.ID)
		}
	}
	if want := []string{"account", "earn", "use", "expiry", "other", "balance", "privacy"}; !slices.Equal(said, want) {
		t.Errorf("%v, want %v", said, want)
	}
	if got := textOf(t, Facts{Money: money}, "de", "earn"); got != "Zurzeit gibt es für Bestellungen keine Punkte." {
		t.Error(got)
	}
}

func TestPolishCountsInThreeForms(t *testing.T) {
	for n, want := range map[loyalty.Points]string{1: "1 punkt", 3: "3 punkty", 5: "5 punktów", 12: "12 punktów", 22: "22 punkty", 1200: "1\u00a0200 punktów"} {
		f := everything()
		f.Welcome = n
		if got := textOf(t, f, "pl", "welcome"); !strings.Contains(got, "jednorazowo "+want+".") {
			t.Errorf("%d: %q", n, got)
		}
	}
}

func TestGermanSpeaksToFriendsWhereTheShopDoes(t *testing.T) {
	formal := regexp.MustCompile(`\b(Sie|Ihr|Ihre|Ihrem|Ihrer|Ihren|Ihnen)\b`)
	harmless := strings.NewReplacer("Sie verfallen nicht.", "")
	for _, a := range Answers(everything(), "de", true) {
		if found := formal.FindString(harmless.Replace(a.Question + " " + a.Text)); found != "" {
			t.Errorf("%s says %s: %s", a.ID, found, a.Text)
		}
	}
}

func approveAll(p *Page, s Standard) {
	for _, id := range Questions {
		p.Approve(s, id, "staff:1", 1)
	}
}

// covers: S4-28, N-13
func TestNothingIsPublishedBeforeEveryQuestionWasGoneThrough(t *testing.T) {
	s := StandardOf(everything(), false)
	p := &Page{}
	for i, id := range Questions {
		if err := p.Publish(s); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Fatalf("after %d questions: %v", i, err)
		}
		p.Approve(s, id, "staff:1", 1)
	}
	if len(p.Shown("da")) != 0 {
		t.Error("shown before it was published")
	}
	if err := p.Publish(s); err != nil {
		t.Fatal(err)
	}
	for _, l := range Languages {
		if len(p.Shown(l)) != 17 {
			t.Errorf("%s: %d questions", l, len(p.Shown(l)))
		}
	}
}

// covers: N-13, S4-28
func TestAChangedSettingMakesItsAnswersStaleAndKeepsWhatIsPublished(t *testing.T) {
	f := everything()
	p := &Page{}
	approveAll(p, StandardOf(f, false))
	if err := p.Publish(StandardOf(f, false)); err != nil {
		t.Fatal(err)
	}
	f.Months = 24
	s := StandardOf(f, false)
	if got := p.Missing(s); !slices.Equal(got, []string{"expiry"}) {
		t.Fatalf("stale: %v", got)
	}
	shown := func() string {
		at := slices.IndexFunc(p.Shown("de"), func(a Answer) bool { return a.ID == "expiry" })
		return p.Shown("de")[at].Text
	}
	if !strings.HasPrefix(shown(), "12 Monate") {
		t.Errorf("published: %s", shown())
	}
	p.Approve(s, "expiry", "staff:1", 2)
	if !strings.HasPrefix(shown(), "24 Monate") || len(p.Missing(s)) != 0 {
		t.Errorf("after the approval: %s, %v", shown(), p.Missing(s))
	}
}

// covers: S4-28
func TestTheMerchantsWordsWinAndAreMarkedWhenASettingBehindThemChanges(t *testing.T) {
	f := everything()
	s := StandardOf(f, false)
	p := &Page{}
	if err := p.Word(s, "expiry", "pl", Text{"Jak długo?", "Rok.\r\nNaprawdę."}); err != nil {
		t.Fatal(err)
	}
	approveAll(p, s)
	if err := p.Publish(s); err != nil {
		t.Fatal(err)
	}
	if got := p.Approved["expiry"].Texts["pl"]; got.Answer != "Rok.\nNaprawdę." || p.Approved["expiry"].Texts["it"] != s["expiry"]["it"] {
		t.Errorf("approved %+v", got)
	}
	f.Months = 6
	if got := p.StateOf(StandardOf(f, false), "expiry"); got != Stale {
		t.Errorf("the setting changed, and the question is %s", got)
	}
	before := p.Clone()
	if err := p.Word(s, "expiry", "pl", Text{}); err != nil || p.Own["expiry"] != nil {
		t.Errorf("%v, %v", err, p.Own)
	}
	if got := before.Own["expiry"]["pl"].Question; got != "Jak długo?" {
		t.Errorf("a copy changed with its original: %q", got)
	}
	for field, wrong := range map[string]Text{"question": {"", "x"}, "answer": {"x", "a\x00b"}} {
		if err := p.Word(s, "expiry", "pl", wrong); loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := p.Word(s, "nothing", "pl", Text{}); loyalty.CodeOf(err) != loyalty.CodeNotFound {
		t.Error(err)
	}
}

// covers: S4-28
func TestQuestionsAreHiddenAndOrdered(t *testing.T) {
	s := StandardOf(everything(), false)
	p := &Page{}
	approveAll(p, s)
	if err := p.Publish(s); err != nil {
		t.Fatal(err)
	}
	if err := p.Arrange([]string{"privacy", "expiry"}, []string{"earn"}); err != nil {
		t.Fatal(err)
	}
	list := p.Shown("en")
	if len(list) != 16 || list[0].ID != "privacy" || list[1].ID != "expiry" || list[2].ID != "account" {
		t.Errorf("%d: %v", len(list), list[:3])
	}
	if err := p.Arrange([]string{"earn", "earn"}, nil); loyalty.CodeOf(err) != loyalty.CodeInvalid {
		t.Error(err)
	}
}

func TestEveryLanguageHasTheSameSentencesWithTheSamePlaceholders(t *testing.T) {
	holes := regexp.MustCompile(`\{[a-z]+\}`)
	for _, l := range append([]string{"de-informal"}, Languages...) {
		for key, ours := range texts()["en"] {
			said, has := texts()[l][key]
			if l == "de-informal" && !has || strings.HasSuffix(key, ".other") && l == "pl" {
				continue
			}
			want, got := map[string]bool{}, map[string]bool{}
			for _, h := range holes.FindAllString(ours, -1) {
				want[h] = true
			}
			for _, h := range holes.FindAllString(said, -1) {
				got[strings.Replace(h, "{count}", "{days}", 1)] = true // Polish names the number alone
			}
			if !has || !maps.Equal(want, got) {
				t.Errorf("%s %s: %q", l, key, said)
			}
		}
	}
}
