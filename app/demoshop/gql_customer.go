package demoshop

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

func (s *Shop) customerObj(c *Customer) *obj {
	id := gid("Customer", c.ID)
	return &obj{"Customer", map[string]any{
		"id": id, "legacyResourceId": str(c.ID), "email": textOrNull(c.Email), "firstName": textOrNull(c.First), "lastName": textOrNull(c.Last),
		"displayName": strings.TrimSpace(c.First + " " + c.Last), "locale": c.Locale, "tags": append([]string{}, c.Tags...), "note": nil, "phone": nil,
		"state": c.accountState(), "createdAt": dateTime(c.CreatedAt), "updatedAt": dateTime(c.UpdatedAt), "verifiedEmail": true, "validEmailAddress": true,
		"numberOfOrders": func(args) any { return strconv.Itoa(len(s.ordersBy(c.ID))) }, "amountSpent": func(args) any { return moneyV2(s.spentBy(c.ID)) }, "taxExempt": false,
		"defaultEmailAddress": &obj{"CustomerEmailAddress", map[string]any{
			"emailAddress": c.Email, "marketingState": strings.ToUpper(c.Consent), "marketingOptInLevel": optInLevel(c),
			"marketingUpdatedAt": dateTime(c.ConsentAt), "validFormat": true,
		}},
		"emailMarketingConsent": &obj{"CustomerEmailMarketingConsentState", map[string]any{
			"marketingState": strings.ToUpper(c.Consent), "marketingOptInLevel": optInLevel(c), "consentUpdatedAt": dateTime(c.ConsentAt), "sourceLocation": nil,
		}},
		"metafield": s.metafieldOf(id), "metafields": s.metafieldsOf(id),
		"orders": func(a args) any {
			var list []*obj
			for _, o := range s.ordersBy(c.ID) {
				list = append(list, s.orderObj(o))
			}
			return connection("Order", byPlace(list), a)
		},
	}}
}

func (s *Shop) ordersBy(customer int64) (out []*Order) {
	for _, o := range s.orders {
		if o.CustomerID == customer {
			out = append(out, o)
		}
	}
	return out
}

// spentBy is what a customer has paid, before refunds.
func (s *Shop) spentBy(customer int64) (sum int64) {
	for _, o := range s.ordersBy(customer) {
		sum += o.received(o.totals().gross)
	}
	return sum
}

func optInLevel(c *Customer) any {
	if c.Consent == "not_subscribed" {
		return nil
	}
	return "CONFIRMED_OPT_IN"
}

func (c *Customer) accountState() string {
	if c.Account {
		return "ENABLED"
	}
	return "DISABLED"
}

// appNamespace is what "$app" stands for: a namespace of the asking app alone.
const appNamespace = "app--424242"

func fullNamespace(ns string) string {
	switch {
	case ns == "" || ns == "$app":
		return appNamespace
	case strings.HasPrefix(ns, "$app:"):
		return appNamespace + "--" + ns[len("$app:"):]
	}
	return ns
}

func (s *Shop) metafieldOf(owner string) func(args) any {
	return func(a args) any {
		ns, _ := a["namespace"].(string)
		key, _ := a["key"].(string)
		if m := s.metafield(owner, fullNamespace(ns), key); m != nil {
			return metafieldObj(m)
		}
		return nil
	}
}

func (s *Shop) metafieldsOf(owner string) func(args) any {
	return func(a args) any {
		ns, given := a["namespace"].(string)
		var list []*obj
		for _, m := range s.metafields {
			if m.OwnerID == owner && (!given || m.Namespace == fullNamespace(ns)) {
				list = append(list, metafieldObj(m))
			}
		}
		return connection("Metafield", byPlace(list), a)
	}
}

func (s *Shop) metafield(owner, ns, key string) *Metafield {
	return find(s.metafields, func(m *Metafield) bool { return m.OwnerID == owner && m.Namespace == ns && m.Key == key })
}

func metafieldObj(m *Metafield) *obj {
	var js any = m.Value
	if m.Type == "json" || strings.HasPrefix(m.Type, "number") || m.Type == "boolean" {
		js = json.RawMessage(m.Value)
	}
	kind, _, _ := splitGID(m.OwnerID)
	return &obj{"Metafield", map[string]any{
		"id": gid("Metafield", m.ID), "legacyResourceId": str(m.ID), "namespace": m.Namespace, "key": m.Key, "type": m.Type, "value": m.Value, "jsonValue": js,
		"compareDigest": digest(m.Value), "createdAt": dateTime(m.CreatedAt), "updatedAt": dateTime(m.UpdatedAt), "ownerType": strings.ToUpper(kind), "sizeInBytes": len(m.Value),
	}}
}

func digest(v string) string {
	h := sha256.Sum256([]byte(v))
	return hex.EncodeToString(h[:])
}

// metafieldsSet is atomic: one refused field and nothing is written.
func (s *Shop) metafieldsSet(list []any) any {
	if len(list) > 25 {
		return fmt.Errorf("exceeded the maximum metafields input limit of 25")
	}
	var errs []userError
	var fresh []*Metafield
	for i, v := range list {
		m, bad := s.readMetafield(v.(map[string]any))
		if bad != nil {
			bad.field = append([]string{"metafields", strconv.Itoa(i)}, bad.field...)
			errs = append(errs, *bad)
		}
		fresh = append(fresh, m)
	}
	f := map[string]any{"metafields": nil, "userErrors": userErrors("MetafieldsSetUserError", errs)}
	if len(errs) == 0 {
		var out []*obj
		for _, m := range fresh {
			out = append(out, metafieldObj(s.putMetafield(m)))
		}
		f["metafields"] = out
	}
	return &obj{"MetafieldsSetPayload", f}
}

func (s *Shop) readMetafield(in map[string]any) (*Metafield, *userError) {
	get := func(k string) string { t, _ := in[k].(string); return t }
	m := &Metafield{OwnerID: get("ownerId"), Namespace: fullNamespace(get("namespace")), Key: get("key"), Type: get("type"), Value: get("value")}
	kind, id, ok := splitGID(m.OwnerID)
	if !ok || (kind == "Customer" && s.liveCustomer(id) == nil) || (kind == "AppInstallation" && id != installationID) {
		return nil, &userError{[]string{"ownerId"}, "INVALID", "Owner does not exist."}
	}
	have := s.metafield(m.OwnerID, m.Namespace, m.Key)
	if m.Type == "" && have != nil {
		m.Type = have.Type
	}
	if want, given := in["compareDigest"]; given {
		if (want == nil) != (have == nil) || (have != nil && want != digest(have.Value)) {
			return nil, &userError{[]string{"compareDigest"}, "STALE_OBJECT", "The resource has been updated since it was loaded. Try again with an updated `compareDigest` value."}
		}
	}
	switch {
	case m.Type == "":
		return nil, &userError{[]string{"type"}, "BLANK", "Type can't be blank"}
	case m.Value == "":
		return nil, &userError{[]string{"value"}, "BLANK", "Value can't be blank"}
	case m.Type == "json" && !json.Valid([]byte(m.Value)):
		return nil, &userError{[]string{"value"}, "INVALID_VALUE", "Value is invalid JSON."}
	case m.Type == "number_integer" && !wholeNumber(json.Number(m.Value)):
		return nil, &userError{[]string{"value"}, "INVALID_VALUE", "Value must be an integer."}
	}
	return m, nil
}

func (s *Shop) putMetafield(m *Metafield) *Metafield {
	now := s.now()
	if have := s.metafield(m.OwnerID, m.Namespace, m.Key); have != nil {
		have.Type, have.Value, have.UpdatedAt = m.Type, m.Value, now
		return have
	}
	m.ID, m.CreatedAt, m.UpdatedAt = s.newID("Metafield"), now, now
	s.metafields = append(s.metafields, m)
	return m
}

// liveCustomer leaves out those who were merged away or erased.
func (s *Shop) liveCustomer(id int64) *Customer {
	c := s.customer(id)
	if c == nil || c.MergedInto != 0 || c.Redacted {
		return nil
	}
	return c
}
