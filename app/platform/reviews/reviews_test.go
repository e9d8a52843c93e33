package reviews_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/platform"
	"zugabe/app/platform/platformtest"
	"zugabe/app/platform/reviews"
)

const received = 1_795_283_800_000

func standard(change ...string) string {
	body := `{"type":"review.created","timestamp":"2026-11-21T10:00:05Z","data":{"id":"r-81","kind":"product","subject":"632910392",
		"customer":"6940095564","email":"ada@example.com","status":"approved","created_at":"2026-11-20T18:00:00Z"}}`
	return strings.NewReplacer(change...).Replace(body)
}

const judgeMe = `{"review":{"id":81,"rating":5,"title":"t","body":"b","published":true,"created_at":"2026-11-20T18:00:00Z","updated_at":"2026-11-21T10:00:05Z",
	"reviewer":{"email":"ada@example.com","external_id":6940095564},"product_external_id":632910392}}`

const okendo = `{"type":"review.created","review":{"reviewId":"81","productId":"shopify-632910392","status":"approved",
	"dateCreated":"2026-11-20T18:00:00Z","reviewer":{"email":"ada@example.com"}}}`

func delivery(topic, body string) platform.Delivery {
	return platform.Delivery{ID: 1, Topic: topic, Body: []byte(body), ReceivedAt: received}
}

func suite() platformtest.Suite {
	kinds := []platform.ChangeKind{platform.ActivityChanged}
	return platformtest.Suite{Driver: reviews.New(), Currency: "EUR", Recorded: []platformtest.Recorded{
		{Name: "standard", Delivery: delivery(reviews.TopicStandard, standard()), Kinds: kinds},
		{Name: "judge.me", Delivery: delivery(reviews.TopicJudgeMe, judgeMe), Kinds: kinds},
		{Name: "okendo", Delivery: delivery(reviews.TopicSvix, okendo), Kinds: kinds},
	}}
}

func TestReviewAppsPassTheSuiteOfDrivers(t *testing.T) { platformtest.Run(t, suite()) }

func FuzzNormalise(f *testing.F) { platformtest.Fuzz(f, suite()) }

func activity(t *testing.T, topic, body string) *earning.Activity {
	t.Helper()
	changes, err := reviews.New().Normalise(delivery(topic, body), "EUR")
	if err != nil || len(changes) != 1 || changes[0].Activity == nil {
		t.Fatalf("%s: %+v %v", body, changes, err)
	}
	return changes[0].Activity
}

// S4-02, S4-03, B17: only an approved review counts, and moderation takes it back.
func TestOnlyAnApprovedReviewCounts(t *testing.T) {
	for name, tc := range map[string]struct {
		topic, body string
		want        earning.ActivityState
	}{
		"approved":           {reviews.TopicStandard, standard(), earning.ActivityApproved},
		"updated":            {reviews.TopicStandard, standard("review.created", "review.updated"), earning.ActivityApproved},
		"waiting":            {reviews.TopicStandard, standard("approved", "pending"), earning.ActivityPending},
		"rejected":           {reviews.TopicStandard, standard("approved", "rejected"), earning.ActivityWithdrawn},
		"deleted":            {reviews.TopicStandard, standard("review.created", "review.deleted"), earning.ActivityWithdrawn},
		"judge.me":           {reviews.TopicJudgeMe, judgeMe, earning.ActivityApproved},
		"judge.me withdrawn": {reviews.TopicJudgeMe, strings.Replace(judgeMe, "true", "false", 1), earning.ActivityWithdrawn},
		"judge.me untouched": {reviews.TopicJudgeMe, strings.Replace(judgeMe, `"published":true,`, "", 1), earning.ActivityPending},
		"judge.me spam":      {reviews.TopicJudgeMe, strings.Replace(judgeMe, `"rating"`, `"curated":"spam","rating"`, 1), earning.ActivityWithdrawn},
		"okendo":             {reviews.TopicSvix, okendo, earning.ActivityApproved},
		"okendo deleted":     {reviews.TopicSvix, strings.Replace(okendo, "review.created", "review.deleted", 1), earning.ActivityWithdrawn},
	} {
		if got := activity(t, tc.topic, tc.body); got.State != tc.want {
			t.Errorf("%s: %+v, want %s", name, got, tc.want)
		}
	}
}

func TestAReviewSaysWhoWhatAndWhen(t *testing.T) {
	a := activity(t, reviews.TopicStandard, standard())
	want := earning.Activity{Key: "review:standard:r-81", Kind: earning.ActivityProductReview, CustomerKey: "6940095564", Subject: "632910392",
		State: earning.ActivityApproved, At: 1_795_197_600_000, UpdatedAt: 1_795_255_205_000, Contact: earning.Contact{Email: "ada@example.com"}}
	if fmt.Sprint(*a) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", *a, want)
	}
	if a := activity(t, reviews.TopicStandard, standard(`"kind":"product"`, `"kind":"article"`)); a.Kind != earning.ActivityArticleReview {
		t.Errorf("%+v", a)
	}
	if a := activity(t, reviews.TopicJudgeMe, judgeMe); a.Key != "review:judgeme:81" || a.Subject != "632910392" || a.CustomerKey != "6940095564" {
		t.Errorf("%+v", a)
	}
	if a := activity(t, reviews.TopicSvix, okendo); a.Key != "review:okendo:81" || a.Subject != "632910392" || a.UpdatedAt != received {
		t.Errorf("%+v", a)
	}
	if a := activity(t, reviews.TopicStandard, standard("6940095564", "")); a.CustomerKey != "" || a.Contact.Email == "" {
		t.Errorf("by e-mail: %+v", a)
	}
}

// A22, A23.
func TestReviewsThatCannotBeRead(t *testing.T) {
	for name, tc := range map[string]struct {
		body string
		want platform.ChangeKind // "" = malformed
	}{
		"no id":           {standard(`"id":"r-81",`, ""), ""},
		"no subject":      {standard(`"subject":"632910392",`, ""), ""},
		"id with blank":   {standard("r-81", "r 81"), ""},
		"id too long":     {standard("r-81", strings.Repeat("r", 101)), ""},
		"unknown status":  {standard("approved", "liked"), ""},
		"time of no form": {standard("2026-11-20T18:00:00Z", "yesterday"), ""},
		"unknown type":    {standard("review.created", "review.liked"), platform.Ignored},
		"unknown kind":    {standard(`"kind":"product"`, `"kind":"shop"`), platform.Ignored},
		"nobody":          {standard("6940095564", "", "ada@example.com", ""), platform.Ignored},
	} {
		changes, err := reviews.New().Normalise(delivery(reviews.TopicStandard, tc.body), "EUR")
		if tc.want == "" {
			if !errors.Is(err, platform.ErrMalformed) {
				t.Errorf("%s: %+v %v", name, changes, err)
			}
			continue
		}
		if err != nil || len(changes) != 1 || changes[0].Kind != tc.want {
			t.Errorf("%s: %+v %v", name, changes, err)
		}
	}
}
