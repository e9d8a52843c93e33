package earning

import (
	"testing"

	"zugabe/app/loyalty"
)

// covers: S4-02, S4-03, S4-04, S4-05, A-01, A-03, A-07, A-59, S4-18, B17
func TestActivities(t *testing.T) {
	done := func(k ActivityKind) Activity { return Activity{Key: "k", Kind: k, State: ActivityApproved, At: noon} }
	in := func(a Activity, s ActivityState) Activity { a.State = s; return a }
	friend, custom := done(ActivityReferral), done(ActivityCustom)
	friend.Name = FriendSide
	custom.Name, custom.Quantity = "survey", 3
	rule := func(k RuleKind) Rule { return Rule{ID: "r", Kind: k, Points: 10} }
	survey := rule(KindCustom)
	survey.Activity = "survey"
	later := rule(KindSignup)
	later.When.From = day("2026-06-02")
	for _, c := range []struct {
		name   string
		a      Activity
		rule   Rule
		who    Audience
		grants int
		points loyalty.Points
		reason string
	}{
		{"signing up is welcomed", done(ActivitySignup), rule(KindSignup), Audience{}, 1, 10, ""},
		{"a confirmed newsletter", done(ActivityNewsletter), rule(KindNewsletter), Audience{}, 1, 10, ""},
		{"a newsletter that nobody confirmed earns nothing", in(done(ActivityNewsletter), ActivityPending), rule(KindNewsletter), Audience{}, 1, 0, ReasonPending},
		{"an approved product review", done(ActivityProductReview), rule(KindProductRev), Audience{}, 1, 10, ""},
		{"a withdrawn review is worth nothing again", in(done(ActivityProductReview), ActivityWithdrawn), rule(KindProductRev), Audience{}, 1, 0, ReasonWithdrawn},
		{"an article review", done(ActivityArticleReview), rule(KindArticleRev), Audience{}, 1, 10, ""},
		{"a birthday", done(ActivityBirthday), rule(KindBirthday), Audience{}, 1, 10, ""},
		{"the one who referred", done(ActivityReferral), rule(KindReferrer), Audience{}, 1, 10, ""},
		{"the friend's side is not for the one who referred", friend, rule(KindReferrer), Audience{}, 0, 0, ""},
		{"the friend's side is for the friend", friend, rule(KindFriend), Audience{}, 1, 10, ""},
		{"the referrer's side is not for the friend", done(ActivityReferral), rule(KindFriend), Audience{}, 0, 0, ""},
		{"a custom activity counts its quantity", custom, survey, Audience{}, 1, 30, ""},
		{"a custom rule looks at its own activity only", done(ActivityCustom), survey, Audience{}, 0, 0, ""},
		{"another kind is not looked at", done(ActivitySignup), rule(KindNewsletter), Audience{}, 0, 0, ""},
		{"a blocked member earns nothing", done(ActivitySignup), rule(KindSignup), Audience{Blocked: true}, 1, 0, ReasonBlocked},
		{"before the rule begins", done(ActivitySignup), later, Audience{}, 1, 0, ReasonDates},
		{"the member's factor counts", done(ActivitySignup), rule(KindSignup), Audience{Factor: loyalty.Ratio{Num: 3, Den: 2}}, 1, 15, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := inBerlin()
			ctx.Audience = c.who
			p := Program{Rules: []Rule{c.rule}}
			if err := p.Validate(); err != nil {
				t.Fatal(err)
			}
			g, err := EvaluateActivity(c.a, p, ctx)
			if err != nil || len(g) != c.grants {
				t.Fatalf("got %+v, %v; want %d grants", g, err, c.grants)
			}
			if c.grants == 1 && (g[0].Points != c.points || g[0].Breakdown.Reason != c.reason) {
				t.Errorf("got %d points, reason %q; want %d, %q", g[0].Points, g[0].Breakdown.Reason, c.points, c.reason)
			}
		})
	}
}

// covers: A-07, B18
func TestLimitsAndTheSubjectRideOnTheGrant(t *testing.T) {
	r := Rule{ID: "r", Kind: KindProductRev, Points: 10, Limits: []Limit{{Per: PerSubject, Times: 1}, {Per: PerDay, Points: 20}}}
	a := Activity{Key: "review:1", Kind: ActivityProductReview, Subject: "tea", State: ActivityApproved, At: noon}
	g, err := EvaluateActivity(a, Program{Rules: []Rule{r}}, inBerlin())
	if err != nil || len(g) != 1 || len(g[0].Limits) != 2 || g[0].Subject != "tea" {
		t.Errorf("got %+v, %v", g, err)
	}
}

//
func TestACampaignReachesActivitiesOnlyByName(t *testing.T) {
	a := Activity{Key: "k", Kind: ActivitySignup, State: ActivityApproved, At: noon}
	c := double("d")
	p := Program{Rules: []Rule{{ID: "welcome", Kind: KindSignup, Points: 10}}, Campaigns: []Campaign{c}}
	if g, err := EvaluateActivity(a, p, inBerlin()); err != nil || len(g) != 1 {
		t.Errorf("a campaign without a list reached a sign-up: %+v, %v", g, err)
	}
	p.Campaigns[0].Rules = []string{"welcome"}
	if g, err := EvaluateActivity(a, p, inBerlin()); err != nil || len(g) != 2 || g[1].RuleID != "welcome+d" || g[1].Points != 10 {
		t.Errorf("got %+v, %v", g, err)
	}
}
