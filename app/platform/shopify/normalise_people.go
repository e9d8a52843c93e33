package shopify

import (
	"strings"

	"zugabe/app/earning"
	"zugabe/app/platform"
)

type customerPayload struct {
	ID        id    `json:"id"`
	Email     word  `json:"email"`
	FirstName word  `json:"first_name"`
	LastName  word  `json:"last_name"`
	Locale    word  `json:"locale"`
	State     word  `json:"state"`
	Tags      *word `json:"tags"` // gone since 2025-01, but older subscriptions still have it
	CreatedAt stamp `json:"created_at"`
	UpdatedAt stamp `json:"updated_at"`
}

func readCustomer(body []byte) (*platform.Customer, error) {
	var p customerPayload
	if err := decode(body, &p); err != nil {
		return nil, err
	}
	if p.ID == "" {
		return nil, missing("id")
	}
	c := &platform.Customer{
		Key: string(p.ID), Email: string(p.Email), FirstName: string(p.FirstName), LastName: string(p.LastName),
		Locale: string(p.Locale), HasLogin: p.State == "enabled", CreatedAt: int64(p.CreatedAt), UpdatedAt: int64(p.UpdatedAt),
	}
	if p.Tags != nil {
		c.Tags = []string{}
		for t := range strings.SplitSeq(string(*p.Tags), ",") {
			if t = strings.TrimSpace(t); t != "" {
				c.Tags = append(c.Tags, t)
			}
		}
	}
	return c, nil
}

func customerChanged(body []byte) ([]platform.Change, error) {
	c, err := readCustomer(body)
	if err != nil {
		return nil, err
	}
	return []platform.Change{{Kind: platform.CustomerSnapshot, Key: c.Key, Customer: c}}, nil
}

// customerCreated is also a sign-up (S4-04). The host says nothing by which an
// account could be told from a guest or a newsletter address: accounts without
// password are "disabled" too. The key keeps it to once per customer.
func customerCreated(body []byte) ([]platform.Change, error) {
	changes, err := customerChanged(body)
	if err != nil {
		return nil, err
	}
	c := changes[0].Customer
	return append(changes, platform.Change{Kind: platform.ActivityChanged, Key: c.Key, Activity: &earning.Activity{
		Key: "signup:" + c.Key, Kind: earning.ActivitySignup, CustomerKey: c.Key, State: earning.ActivityApproved,
		At: c.CreatedAt, UpdatedAt: c.CreatedAt,
		Contact: earning.Contact{Email: c.Email, FirstName: c.FirstName, LastName: c.LastName, Locale: c.Locale},
	}}), nil
}

// customersMerged is told when the merge begins, has ended or failed; only a
// completed one has moved anything.
func customersMerged(body []byte) ([]platform.Change, error) {
	var p struct {
		Kept    id   `json:"admin_graphql_api_customer_kept_id"`
		Deleted id   `json:"admin_graphql_api_customer_deleted_id"`
		Status  word `json:"status"`
	}
	if err := decode(body, &p); err != nil {
		return nil, err
	}
	if p.Kept == "" || p.Deleted == "" {
		return nil, missing("customer id")
	}
	if s := strings.ToLower(string(p.Status)); s != "" && s != "completed" && s != "succeeded" {
		return ignored("merge is " + s)
	}
	return []platform.Change{{Kind: platform.CustomersMerged, Key: string(p.Deleted), IntoKey: string(p.Kept)}}, nil
}

// consent is the newsletter activity: one per customer for ever, so that
// subscribing again after leaving gives back what leaving took and no more. A
// consent that awaits confirmation is pending and earns nothing.
func consent(v platform.Delivery) ([]platform.Change, error) {
	var p struct {
		CustomerID id   `json:"customer_id"`
		Email      word `json:"email_address"`
		Consent    struct {
			State     word  `json:"state"`
			UpdatedAt stamp `json:"consent_updated_at"`
		} `json:"email_marketing_consent"`
	}
	if err := decode(v.Body, &p); err != nil {
		return nil, err
	}
	if p.CustomerID == "" {
		return nil, missing("customer id")
	}
	state, known := consentStates[word(strings.ToLower(string(p.Consent.State)))]
	if !known {
		// not_subscribed comes with every new customer; newer states must not break old code (D18).
		return ignored("consent is " + string(p.Consent.State))
	}
	at := int64(p.Consent.UpdatedAt)
	if at == 0 {
		at = v.TriggeredAt
	}
	if at == 0 {
		at = v.ReceivedAt
	}
	key := string(p.CustomerID)
	return []platform.Change{{Kind: platform.ConsentChanged, Key: key, Activity: &earning.Activity{
		Key: "newsletter:" + key, Kind: earning.ActivityNewsletter, CustomerKey: key, State: state, At: at, UpdatedAt: at,
		Contact: earning.Contact{Email: string(p.Email)},
	}}}, nil
}
