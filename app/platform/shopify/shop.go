package shopify

import (
	"context"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/platform/shopify/admin"
)

// Topics are the webhooks that the app wants, as the Admin API names them. The
// privacy topics are not among them: they exist in the app's configuration only.
func Topics() []string {
	return []string{
		"ORDERS_CREATE", "ORDERS_PAID", "ORDERS_UPDATED", "ORDERS_CANCELLED", "ORDERS_DELETE", "REFUNDS_CREATE",
		"CUSTOMERS_CREATE", "CUSTOMERS_UPDATE", "CUSTOMERS_DELETE", "CUSTOMERS_MERGE", "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE",
		"DISCOUNTS_UPDATE", "DISCOUNTS_DELETE", "APP_UNINSTALLED", "APP_SCOPES_UPDATE", "SHOP_UPDATE",
	}
}

// Scopes are the permissions that the operations and topics need.
func Scopes() []string {
	return []string{"read_orders", "read_customers", "write_customers", "read_products", "read_discounts", "write_discounts", "read_customer_merge"}
}

// Describe reads the shop's own data and what the merchant has granted.
func (d *Driver) Describe(ctx context.Context, c platform.Conn) (platform.HostShop, error) {
	data, err := admin.ShopInfo(ctx, d.open(c))
	if err != nil {
		return platform.HostShop{}, err
	}
	shop := platform.HostShop{
		HostShopID: bare(data.Shop.Id), Domain: strings.ToLower(data.Shop.MyshopifyDomain), Name: data.Shop.Name,
		Currency: loyalty.Currency(data.Shop.CurrencyCode), Zone: data.Shop.IanaTimezone,
	}
	if data.Shop.Plan != nil {
		shop.Plan = data.Shop.Plan.PublicDisplayName
	}
	if data.CurrentAppInstallation != nil {
		for _, s := range data.CurrentAppInstallation.AccessScopes {
			shop.Scopes = append(shop.Scopes, s.Handle)
		}
	}
	return shop, nil
}

// CheckSubscriptions lists what the shop sends us, makes what is missing and
// returns what could not be made. Without a WebhookAddress the subscriptions are
// the app's own: the host keeps them and shows them to nobody.
func (d *Driver) CheckSubscriptions(ctx context.Context, c platform.Conn) ([]platform.Subscription, error) {
	if d.cfg.WebhookAddress == "" {
		return nil, nil
	}
	s := d.open(c)
	there, err := s.subscribed(ctx)
	if err != nil {
		return nil, err
	}
	var missing []platform.Subscription
	for _, topic := range d.cfg.Topics {
		if there[topic] {
			continue
		}
		why, err := s.subscribe(ctx, topic)
		if err != nil {
			return nil, err
		}
		if why != "" {
			missing = append(missing, platform.Subscription{Topic: topic, Address: d.cfg.WebhookAddress, State: why})
		}
	}
	return missing, nil
}

func (s *session) subscribed(ctx context.Context) (map[string]bool, error) {
	there := map[string]bool{}
	var after *string
	for {
		data, err := admin.WebhookSubscriptions(ctx, s, 100, after)
		if err != nil {
			return nil, err
		}
		for _, n := range data.WebhookSubscriptions.Nodes {
			if n.Uri == s.d.cfg.WebhookAddress {
				there[string(n.Topic)] = true
			}
		}
		info := data.WebhookSubscriptions.PageInfo
		if !info.HasNextPage {
			return there, nil
		}
		after = info.EndCursor
	}
}

// subscribe makes one subscription; why is empty if it is there now.
func (s *session) subscribe(ctx context.Context, topic string) (why string, err error) {
	input := &admin.WebhookSubscriptionInput{Uri: &s.d.cfg.WebhookAddress, Format: ptr(admin.WebhookSubscriptionFormatJson)}
	data, err := admin.CreateWebhookSubscription(ctx, s, admin.WebhookSubscriptionTopic(topic), input)
	if err != nil {
		return "", err
	}
	if data.WebhookSubscriptionCreate == nil {
		return "", platform.ErrUnknown
	}
	for _, e := range data.WebhookSubscriptionCreate.UserErrors {
		if !strings.Contains(e.Message, "already been taken") {
			return e.Message, nil
		}
	}
	return "", nil
}

// CustomerGone asks whether the customer is no longer there.
func (d *Driver) CustomerGone(ctx context.Context, c platform.Conn, key string) (bool, error) {
	if !isKey(key) {
		return false, platform.Refused("%q is not a customer of the host", key)
	}
	data, err := admin.CustomerByID(ctx, d.open(c), gid("Customer", key))
	if err != nil {
		return false, err
	}
	return data.Customer == nil, nil
}

// FetchCustomer reads a customer with what webhooks no longer carry: the tags.
func (d *Driver) FetchCustomer(ctx context.Context, c platform.Conn, key string) (platform.Customer, bool, error) {
	if !isKey(key) {
		return platform.Customer{}, false, platform.Refused("%q is not a customer of the host", key)
	}
	data, err := admin.CustomerByID(ctx, d.open(c), gid("Customer", key))
	if err != nil || data.Customer == nil {
		return platform.Customer{}, false, err
	}
	p := data.Customer
	out := platform.Customer{
		Key: bare(p.Id), FirstName: text(p.FirstName), LastName: text(p.LastName), Locale: p.Locale, Tags: append([]string{}, p.Tags...),
		HasLogin: p.State == admin.CustomerStateEnabled, CreatedAt: p.CreatedAt.UnixMilli(), UpdatedAt: p.UpdatedAt.UnixMilli(),
	}
	if p.DefaultEmailAddress != nil {
		out.Email = p.DefaultEmailAddress.EmailAddress
	}
	return out, true, nil
}
