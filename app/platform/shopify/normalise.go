package shopify

import (
	"strings"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

// Normalise reads a delivery of either header family. Topics that we do not know
// are Ignored: the host adds new ones and merchants' apps subscribe to them.
func (d *Driver) Normalise(v platform.Delivery, currency loyalty.Currency) ([]platform.Change, error) {
	switch topic := strings.ToLower(strings.TrimSpace(v.Topic)); topic {
	case "orders/create", "orders/paid", "orders/updated", "orders/cancelled", "orders/fulfilled", "orders/partially_fulfilled":
		return saleSnapshot(v.Body, currency)
	case "orders/edited":
		return orderEdited(v.Body)
	case "refunds/create", "fulfillments/create", "fulfillments/update":
		return orderTouched(v.Body, true)
	case "order_transactions/create", "disputes/create", "disputes/update":
		return orderTouched(v.Body, false)
	case "orders/delete":
		return keyed(v.Body, platform.SaleDeleted)
	case "order":
		return eventOrder(v.Body)
	case "app/uninstalled":
		return aboutShop(v.Body, platform.AppUninstalled)
	case "shop/update":
		return aboutShop(v.Body, platform.ShopChanged)
	case "app/scopes_update":
		return []platform.Change{{Kind: platform.ShopChanged}}, decode(v.Body, &struct{}{})
	case "customers/data_request":
		return privacy(v.Body, platform.DataRequested)
	case "customers/redact":
		return privacy(v.Body, platform.CustomerRedact)
	case "shop/redact":
		return shopRedact(v.Body)
	default:
		if strings.HasPrefix(topic, "discounts/") {
			return codeTouched(v.Body)
		}
		return normalisePeople(topic, v)
	}
}

func normalisePeople(topic string, v platform.Delivery) ([]platform.Change, error) {
	switch topic {
	case "customers/create":
		return customerCreated(v.Body)
	case "customers/update", "customers/enable", "customers/disable":
		return customerChanged(v.Body)
	case "customers/delete":
		return keyed(v.Body, platform.CustomerDeleted)
	case "customers/merge":
		return customersMerged(v.Body)
	case "customers_email_marketing_consent/update", "customers/email_marketing_consent_update":
		return consent(v)
	}
	return ignored("unknown topic")
}

func ignored(why string) ([]platform.Change, error) {
	return []platform.Change{{Kind: platform.Ignored, Reason: why}}, nil
}

// keyed reads a body that only says which thing it is about.
func keyed(body []byte, kind platform.ChangeKind) ([]platform.Change, error) {
	var p struct {
		ID  id `json:"id"`
		GID id `json:"admin_graphql_api_id"`
	}
	if err := decode(body, &p); err != nil {
		return nil, err
	}
	if p.ID == "" {
		p.ID = p.GID
	}
	if p.ID == "" {
		return nil, missing("id")
	}
	return []platform.Change{{Kind: kind, Key: string(p.ID)}}, nil
}

// orderTouched reads a body that is about a part of an order. Disputes and
// transactions need not be about any.
func orderTouched(body []byte, always bool) ([]platform.Change, error) {
	var p struct {
		OrderID id `json:"order_id"`
	}
	if err := decode(body, &p); err != nil {
		return nil, err
	}
	switch {
	case p.OrderID == "" && always:
		return nil, missing("order id")
	case p.OrderID == "":
		return ignored("about no order")
	}
	return []platform.Change{{Kind: platform.SaleTouched, Key: string(p.OrderID)}}, nil
}

func orderEdited(body []byte) ([]platform.Change, error) {
	var p struct {
		Edit struct {
			OrderID id `json:"order_id"`
		} `json:"order_edit"`
	}
	if err := decode(body, &p); err != nil {
		return nil, err
	}
	if p.Edit.OrderID == "" {
		return nil, missing("order id")
	}
	return []platform.Change{{Kind: platform.SaleTouched, Key: string(p.Edit.OrderID)}}, nil
}

// eventOrder reads the events family, whose data is what our own subscription
// asks for: at least the order's id, directly or inside "order".
func eventOrder(body []byte) ([]platform.Change, error) {
	var p struct {
		Data struct {
			ID    id `json:"id"`
			Order struct {
				ID id `json:"id"`
			} `json:"order"`
		} `json:"data"`
	}
	if err := decode(body, &p); err != nil {
		return nil, err
	}
	key := p.Data.Order.ID
	if key == "" {
		key = p.Data.ID
	}
	if key == "" {
		return nil, missing("order id")
	}
	return []platform.Change{{Kind: platform.SaleTouched, Key: string(key)}}, nil
}

func aboutShop(body []byte, kind platform.ChangeKind) ([]platform.Change, error) {
	var p struct {
		ID id `json:"id"`
	}
	if err := decode(body, &p); err != nil {
		return nil, err
	}
	if p.ID == "" {
		return nil, missing("shop id")
	}
	return []platform.Change{{Kind: kind, HostShop: string(p.ID)}}, nil
}

type privacyPayload struct {
	ShopID   id `json:"shop_id"`
	Customer struct {
		ID    id   `json:"id"`
		Email word `json:"email"`
	} `json:"customer"`
}

// privacy reads a request about one person. A person without a customer record
// (a guest, a newsletter address) comes with an e-mail only.
func privacy(body []byte, kind platform.ChangeKind) ([]platform.Change, error) {
	var p privacyPayload
	if err := decode(body, &p); err != nil {
		return nil, err
	}
	if p.ShopID == "" {
		return nil, missing("shop id")
	}
	if p.Customer.ID == "" && p.Customer.Email == "" {
		return nil, missing("customer")
	}
	c := platform.Change{Kind: kind, Key: string(p.Customer.ID), HostShop: string(p.ShopID)}
	if p.Customer.Email != "" {
		c.Customer = &platform.Customer{Key: c.Key, Email: string(p.Customer.Email)}
	}
	return []platform.Change{c}, nil
}

func shopRedact(body []byte) ([]platform.Change, error) {
	var p privacyPayload
	if err := decode(body, &p); err != nil {
		return nil, err
	}
	if p.ShopID == "" {
		return nil, missing("shop id")
	}
	return []platform.Change{{Kind: platform.ShopRedact, HostShop: string(p.ShopID)}}, nil
}

// codeTouched reads any discounts topic. Key is the discount as the Admin API
// refers to it, Code its text where the body has one.
func codeTouched(body []byte) ([]platform.Change, error) {
	var p struct {
		GID        id `json:"admin_graphql_api_id"`
		RedeemCode struct {
			Code word `json:"code"`
		} `json:"redeem_code"`
	}
	if err := decode(body, &p); err != nil {
		return nil, err
	}
	if p.GID == "" && p.RedeemCode.Code == "" {
		return nil, missing("discount")
	}
	c := platform.Change{Kind: platform.CodeTouched, Code: string(p.RedeemCode.Code)}
	if p.GID != "" {
		// Webhooks say DiscountNode where the API says DiscountCodeNode; the number is the same.
		c.Key = gid("DiscountCodeNode", string(p.GID))
	}
	return []platform.Change{c}, nil
}

var consentStates = map[word]earning.ActivityState{
	"subscribed": earning.ActivityApproved, "pending": earning.ActivityPending,
	"unsubscribed": earning.ActivityWithdrawn, "redacted": earning.ActivityWithdrawn, "invalid": earning.ActivityWithdrawn,
}
