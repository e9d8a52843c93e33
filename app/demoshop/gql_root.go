package demoshop

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

const (
	shopID    = 90210777001
	shopName  = "Kontor Nord"
	shopZone  = "Europe/Berlin"
	webVer    = "2026-10"
	shopOwner = "merchant@demo.example"
)

func (s *Shop) queryRoot() *obj {
	return &obj{"QueryRoot", map[string]any{
		"shop":                   func(args) any { return shopObj() },
		"currentAppInstallation": func(args) any { return s.installation() },
		"order":                  func(a args) any { return s.nodeOf("Order", a["id"]) },
		"customer":               func(a args) any { return s.nodeOf("Customer", a["id"]) },
		"customerByIdentifier":   func(a args) any { return s.customerByIdentifier(sub(a, "identifier")) },
		"refund":                 func(a args) any { return s.nodeOf("Refund", a["id"]) },
		"product":                func(a args) any { return s.nodeOf("Product", a["id"]) },
		"codeDiscountNode":       func(a args) any { return s.nodeOf("DiscountCodeNode", a["id"]) },
		"node":                   func(a args) any { return s.nodeOf("", a["id"]) },
		"nodes":                  func(a args) any { return s.nodes(a["ids"]) },
		"orders":                 func(a args) any { return s.findOrders(a) },
		"webhookSubscriptions":   func(a args) any { return s.subscriptions(a) },
		"codeDiscountNodeByCode": func(a args) any {
			code, _ := a["code"].(string)
			if d := s.discount(code); d != nil {
				return s.discountNode(d)
			}
			return nil
		},
		"discountNodes":                  func(a args) any { return s.findDiscounts(a) },
		"discountRedeemCodeBulkCreation": func(a args) any { return s.bulkCreation(a["id"]) },
		"segments":                       func(a args) any { return s.findSegments(a) },
		"products": func(a args) any {
			var list []*obj
			for _, p := range s.products {
				list = append(list, s.productObj(p))
			}
			return connection("Product", byPlace(list), a)
		},
		"collections": func(a args) any {
			var list []*obj
			for _, c := range s.collections {
				list = append(list, s.collectionObj(c))
			}
			return connection("Collection", byPlace(list), a)
		},
	}}
}

func (s *Shop) mutationRoot() *obj {
	id := func(a args) string { text, _ := a["id"].(string); return text }
	return &obj{"Mutation", map[string]any{
		"discountCodeBasicCreate": func(a args) any {
			return s.discountCreate(sub(a, "basicCodeDiscount"), "basicCodeDiscount", false)
		},
		"discountCodeFreeShippingCreate": func(a args) any {
			return s.discountCreate(sub(a, "freeShippingCodeDiscount"), "freeShippingCodeDiscount", true)
		},
		"discountCodeBasicUpdate": func(a args) any {
			return s.discountUpdate(id(a), sub(a, "basicCodeDiscount"), "basicCodeDiscount", false)
		},
		"discountCodeFreeShippingUpdate": func(a args) any {
			return s.discountUpdate(id(a), sub(a, "freeShippingCodeDiscount"), "freeShippingCodeDiscount", true)
		},
		"discountRedeemCodeBulkAdd": func(a args) any {
			list, _ := a["codes"].([]any)
			return s.bulkAdd(a["discountId"], list)
		},
		"discountCodeRedeemCodeBulkDelete": func(a args) any { return s.bulkDelete(a) },
		"discountCodeBulkDelete":           func(a args) any { return s.discountBulkDelete(a) },
		"segmentCreate": func(a args) any {
			name, _ := a["name"].(string)
			query, _ := a["query"].(string)
			return s.segmentCreate(name, query)
		},
		"discountCodeDeactivate": func(a args) any { return s.discountDeactivate(id(a)) },
		"discountCodeActivate":   func(a args) any { return s.discountActivate(id(a)) },
		"discountCodeDelete":     func(a args) any { return s.discountDelete(id(a)) },
		"metafieldsSet": func(a args) any {
			list, _ := a["metafields"].([]any)
			return s.metafieldsSet(list)
		},
		"customerEmailMarketingConsentUpdate": func(a args) any { return s.consentUpdate(sub(a, "input")) },
		"customerCreate":                      func(a args) any { return s.customerCreate(sub(a, "input")) },
		"webhookSubscriptionCreate": func(a args) any {
			topic, _ := a["topic"].(string)
			return s.subscribe(topic, sub(a, "webhookSubscription"))
		},
	}}
}

func shopObj() *obj {
	return &obj{"Shop", map[string]any{
		"id": gid("Shop", shopID), "name": shopName, "myshopifyDomain": Domain, "currencyCode": currency, "ianaTimezone": shopZone,
		"email": shopOwner, "taxesIncluded": true, "billingAddress": nil,
		"plan": &obj{"ShopPlan", map[string]any{"publicDisplayName": "Basic", "displayName": "Basic", "partnerDevelopment": false, "shopifyPlus": false}},
	}}
}

func (s *Shop) installation() *obj {
	scopes := []*obj{}
	for _, h := range s.scopes {
		scopes = append(scopes, &obj{"AccessScope", map[string]any{"handle": h, "description": h}})
	}
	return &obj{"AppInstallation", map[string]any{"id": gid("AppInstallation", installationID), "accessScopes": scopes, "metafield": s.metafieldOf(gid("AppInstallation", installationID)), "metafields": s.metafieldsOf(gid("AppInstallation", installationID))}}
}

func (s *Shop) nodes(v any) any {
	list, _ := v.([]any)
	if len(list) > 250 {
		return fmt.Errorf("the ids argument may not have more than 250 items")
	}
	out := make([]any, len(list))
	for i, id := range list {
		out[i] = s.nodeOf("", id)
	}
	return out
}

// nodeOf finds a thing by its gid, of the wanted kind only if one is wanted.
func (s *Shop) nodeOf(want string, v any) any {
	text, _ := v.(string)
	kind, id, ok := splitGID(text)
	if !ok || (want != "" && kind != want) {
		return fmt.Errorf("invalid global id '%s'", text)
	}
	switch kind {
	case "Order":
		if o := s.order(id); o != nil {
			return s.orderObj(o)
		}
	case "Customer":
		if c := s.liveCustomer(id); c != nil {
			return s.customerObj(c)
		}
	case "Product":
		return s.productObj(s.product(id))
	case "ProductVariant":
		return s.variantObj(s.variant(id))
	case "Collection":
		return s.collectionObj(s.collection(id))
	case "DiscountCodeNode":
		if d, errs := s.discountByGID(text); errs == nil {
			return s.discountNode(d)
		}
	case "Refund":
		return s.refundByID(id)
	case "AppInstallation":
		if id == installationID {
			return s.installation()
		}
	case "Shop":
		return shopObj()
	}
	return nil
}

func (s *Shop) refundByID(id int64) any {
	for _, o := range s.orders {
		for i, r := range o.Refunds {
			if r.ID == id {
				return s.refundObjs(o, s.lineObjs(o))[i]
			}
		}
	}
	return nil
}

func (s *Shop) productObj(p *Product) *obj {
	if p == nil {
		return nil
	}
	return &obj{"Product", map[string]any{
		"id": gid("Product", p.ID), "legacyResourceId": str(p.ID), "title": p.Title, "handle": p.Handle, "isGiftCard": p.GiftCard, "status": "ACTIVE",
		"collections": func(a args) any {
			var list []*obj
			for _, id := range p.Collections {
				list = append(list, s.collectionObj(s.collection(id)))
			}
			return connection("Collection", byPlace(list), a)
		},
		"variants": func(a args) any {
			var list []*obj
			for _, v := range p.Variants {
				list = append(list, s.variantObj(p, v))
			}
			return connection("ProductVariant", byPlace(list), a)
		},
	}}
}

func (s *Shop) variantObj(p *Product, v *Variant) *obj {
	if v == nil {
		return nil
	}
	title := v.Title
	if title == "" {
		title = "Default Title"
	}
	return &obj{"ProductVariant", map[string]any{"id": gid("ProductVariant", v.ID), "legacyResourceId": str(v.ID), "title": title, "sku": textOrNull(v.SKU), "price": amount(v.Price), "displayName": p.Title + " - " + title}}
}

func (s *Shop) collectionObj(c *Collection) *obj {
	if c == nil {
		return nil
	}
	return &obj{"Collection", map[string]any{"id": gid("Collection", c.ID), "legacyResourceId": str(c.ID), "title": c.Title, "handle": c.Handle}}
}

func (s *Shop) subscriptions(a args) any {
	var items []item
	for _, sub := range s.subs {
		if s.topicWanted(a["topics"], sub.Topic) {
			items = append(items, item{key: fmt.Sprintf("%020d", sub.ID), o: subscriptionObj(sub)})
		}
	}
	return connection("WebhookSubscription", items, a)
}

func (s *Shop) topicWanted(v any, topic string) bool {
	wanted := texts(v)
	for _, t := range wanted {
		if t == topic {
			return true
		}
	}
	return len(wanted) == 0
}

func subscriptionObj(w *Subscription) *obj {
	return &obj{"WebhookSubscription", map[string]any{
		"id": gid("WebhookSubscription", w.ID), "legacyResourceId": str(w.ID), "topic": w.Topic, "uri": w.URI, "callbackUrl": w.URI, "name": textOrNull(w.Name),
		"filter": textOrNull(w.Filter), "format": "JSON", "includeFields": []string{}, "metafieldNamespaces": []string{}, "metafields": []*obj{},
		"createdAt": dateTime(w.CreatedAt), "updatedAt": dateTime(w.CreatedAt), "apiVersion": &obj{"ApiVersion", map[string]any{"handle": webVer, "displayName": webVer, "supported": true}},
	}}
}

var webhookName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,50}$`)

func (s *Shop) subscribe(topic string, in map[string]any) *obj {
	at := []string{"webhookSubscription", "uri"}
	uri, _ := in["uri"].(string)
	if uri == "" {
		uri, _ = in["callbackUrl"].(string)
		at[1] = "callbackUrl"
	}
	name, _ := in["name"].(string)
	filter, _ := in["filter"].(string)
	var errs []userError
	refuse := func(message string, field ...string) { errs = append(errs, userError{field, "", message}) }
	u, err := url.Parse(uri)
	switch {
	case uri == "":
		refuse("Address can't be blank", at...)
	case err != nil || u.Host == "":
		refuse("Address is invalid", at...)
	case u.Scheme != "https" && !loopback(u.Hostname()):
		refuse("Address protocol http:// is not supported", at...)
	case find(s.subs, func(w *Subscription) bool { return w.Topic == topic && w.URI == uri && w.Filter == filter }) != nil:
		refuse("Address for this topic has already been taken", at...)
	}
	if name != "" && !webhookName.MatchString(name) {
		refuse("Name must contain only letters, numbers, underscores and hyphens", "webhookSubscription", "name")
	}
	if name != "" && find(s.subs, func(w *Subscription) bool { return w.Name == name }) != nil {
		refuse("Name has already been taken", "webhookSubscription", "name")
	}
	f := map[string]any{"webhookSubscription": nil, "userErrors": userErrors("UserError", errs)}
	if len(errs) == 0 {
		w := &Subscription{ID: s.newID("WebhookSubscription"), Topic: topic, URI: uri, Name: name, Filter: filter, CreatedAt: s.now()}
		s.subs = append(s.subs, w)
		f["webhookSubscription"] = subscriptionObj(w)
	}
	return &obj{"WebhookSubscriptionCreatePayload", f}
}

// loopback hosts may be reached without TLS: the app beside the demo shop.
func loopback(host string) bool {
	return host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
}
