package reviews

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"zugabe/app/earning"
)

// text reads a JSON string or number as the digits or letters it was written
// with; ids exceed what a float can hold.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, (*string)(t))
	}
	if string(b) == "null" {
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return err
	}
	*t = text(n)
	return nil
}

// maxKey bounds ids that become part of our keys (their column has 190 bytes).
const maxKey = 100

func key(name string, t text) (string, error) {
	if t == "" || len(t) > maxKey || strings.ContainsFunc(string(t), func(r rune) bool { return r < 0x21 || r > 0x7e }) {
		return "", fmt.Errorf("%s is missing or not an id", name)
	}
	return string(t), nil
}

func instant(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return 0, errors.New("a time is not RFC 3339")
	}
	return at.UnixMilli(), nil
}

type standardBody struct {
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
	Data      struct {
		ID        text   `json:"id"`
		Kind      string `json:"kind"`
		Subject   text   `json:"subject"`
		Customer  text   `json:"customer"`
		Email     string `json:"email"`
		Status    string `json:"status"`
		CreatedAt string `json:"created_at"`
	} `json:"data"`
}

func readStandard(body []byte) (review, error) {
	var b standardBody
	if err := json.Unmarshal(body, &b); err != nil {
		return review{}, err
	}
	r := review{app: "standard", kind: earning.ActivityProductReview, contact: earning.Contact{Email: b.Data.Email}}
	switch b.Type {
	case "review.created", "review.updated":
		r.state = stateOf(b.Data.Status)
	case "review.deleted":
		r.state = earning.ActivityWithdrawn
	default:
		return review{skip: "unknown type"}, nil
	}
	if r.state == "" {
		return r, errors.New("unknown status")
	}
	switch b.Data.Kind {
	case "article":
		r.kind = earning.ActivityArticleReview
	case "product", "":
	default:
		return review{skip: "unknown kind"}, nil
	}
	return r.fill(b.Data.ID, b.Data.Subject, b.Data.Customer, b.Data.CreatedAt, b.Timestamp)
}

func stateOf(status string) earning.ActivityState {
	switch status {
	case "approved", "published":
		return earning.ActivityApproved
	case "pending", "":
		return earning.ActivityPending
	case "rejected", "deleted", "hidden", "spam":
		return earning.ActivityWithdrawn
	}
	return ""
}

func (r review) fill(id, subject, customer text, times ...string) (review, error) {
	var err error
	if r.id, err = key("id", id); err != nil {
		return r, err
	}
	if r.subject, err = key("subject", subject); err != nil {
		return r, err
	}
	if customer != "" {
		if r.customer, err = key("customer", customer); err != nil {
			return r, err
		}
	} else if r.contact.Email == "" || len(r.contact.Email) > 320 {
		return review{skip: "nobody to credit"}, nil
	}
	if r.createdAt, err = instant(times[0]); err != nil {
		return r, err
	}
	r.updatedAt, err = instant(times[1])
	return r, err
}

// judgeMeBody is the shape of Judge.me's review/created and review/updated.
type judgeMeBody struct {
	Review struct {
		ID        text   `json:"id"`
		Product   text   `json:"product_external_id"`
		Published *bool  `json:"published"`
		Hidden    bool   `json:"hidden"`
		Curated   string `json:"curated"`
		CreatedAt string `json:"created_at"`
		UpdatedAt string `json:"updated_at"`
		Reviewer  struct {
			Email    string `json:"email"`
			External text   `json:"external_id"`
			Name     string `json:"name"`
		} `json:"reviewer"`
	} `json:"review"`
}

func readJudgeMe(body []byte) (review, error) {
	var b judgeMeBody
	if err := json.Unmarshal(body, &b); err != nil {
		return review{}, err
	}
	v := b.Review
	if v.Product == "" || v.Product == "0" {
		return review{skip: "a review of the shop, not of a product"}, nil
	}
	r := review{app: "judgeme", kind: earning.ActivityProductReview, contact: earning.Contact{Email: v.Reviewer.Email}}
	switch {
	case v.Hidden || v.Curated == "spam":
		r.state = earning.ActivityWithdrawn
	case v.Published != nil && *v.Published:
		r.state = earning.ActivityApproved
	case v.Published != nil:
		r.state = earning.ActivityWithdrawn
	default:
		r.state = earning.ActivityPending
	}
	return r.fill(v.ID, v.Product, v.Reviewer.External, v.CreatedAt, v.UpdatedAt)
}

// okendoBody is an envelope signed by Svix: {type, data: {review: …}}.
type okendoBody struct {
	Type   string `json:"type"`
	Review struct {
		ID        text   `json:"reviewId"`
		Product   text   `json:"productId"`
		Status    string `json:"status"`
		CreatedAt string `json:"dateCreated"`
		UpdatedAt string `json:"dateUpdated"`
		Reviewer  struct {
			Email    string `json:"email"`
			Customer text   `json:"customerId"`
		} `json:"reviewer"`
	} `json:"review"`
}

func readOkendo(body []byte) (review, error) {
	var b okendoBody
	if err := json.Unmarshal(body, &b); err != nil {
		return review{}, err
	}
	if !strings.HasPrefix(b.Type, "review.") {
		return review{skip: "unknown type"}, nil
	}
	v := b.Review
	r := review{app: "okendo", kind: earning.ActivityProductReview, contact: earning.Contact{Email: v.Reviewer.Email}}
	if r.state = stateOf(v.Status); b.Type == "review.deleted" {
		r.state = earning.ActivityWithdrawn
	}
	if r.state == "" {
		return review{skip: "unknown status"}, nil
	}
	product := text(strings.TrimPrefix(string(v.Product), "shopify-"))
	return r.fill(v.ID, product, v.Reviewer.Customer, v.CreatedAt, v.UpdatedAt)
}
