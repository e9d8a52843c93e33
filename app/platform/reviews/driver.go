package reviews

import (
	"context"
	"fmt"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/voucher"
)

// Host is the host name that review deliveries are stored under.
const Host = "reviews"

// The topics under which the front door stores a review app's deliveries.
const (
	TopicStandard = "reviews/standard" // our format above
	TopicSvix     = "reviews/svix"     // Okendo and others that sign with Svix
	TopicJudgeMe  = "reviews/judgeme"
)

// Driver reads review deliveries; there is nothing to call.
type Driver struct {
	platform.NoDiscounts
	platform.NoConsent
}

// New is the driver for review apps.
func New() Driver { return Driver{} }

// Name is "reviews".
func (Driver) Name() string { return Host }

// Capabilities: the shop's own secret proves the message.
func (Driver) Capabilities() platform.Capabilities {
	return platform.Capabilities{SecretPerShop: true, RetriesWebhooks: true}
}

// Normalise turns a delivery into an activity, or says why it is none of ours.
func (Driver) Normalise(d platform.Delivery, _ loyalty.Currency) ([]platform.Change, error) {
	var r review
	var err error
	switch d.Topic {
	case TopicStandard:
		r, err = readStandard(d.Body)
	case TopicSvix:
		r, err = readOkendo(d.Body)
	case TopicJudgeMe:
		r, err = readJudgeMe(d.Body)
	default:
		return ignored("unknown topic"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", platform.ErrMalformed, err)
	}
	if r.skip != "" {
		return ignored(r.skip), nil
	}
	return []platform.Change{{Kind: platform.ActivityChanged, Activity: r.activity(d)}}, nil
}

func ignored(reason string) []platform.Change {
	return []platform.Change{{Kind: platform.Ignored, Reason: reason}}
}

// review is what all formats come down to.
type review struct {
	skip      string
	app, id   string
	kind      earning.ActivityKind
	subject   string
	customer  string
	contact   earning.Contact
	state     earning.ActivityState
	createdAt int64
	updatedAt int64
}

func (r review) activity(d platform.Delivery) *earning.Activity {
	at, updated := r.createdAt, r.updatedAt
	if at == 0 {
		at = d.ReceivedAt
	}
	if updated == 0 {
		updated = d.ReceivedAt
	}
	return &earning.Activity{Key: "review:" + r.app + ":" + r.id, Kind: r.kind, CustomerKey: r.customer, Subject: r.subject,
		State: r.state, At: at, UpdatedAt: updated, Contact: r.contact}
}

// FetchOrders is not for review apps.
func (Driver) FetchOrders(context.Context, platform.Conn, []string) ([]earning.Sale, error) {
	return nil, platform.ErrUnsupported
}

// OrdersSince is not for review apps.
func (Driver) OrdersSince(context.Context, platform.Conn, int64, string) (platform.OrderPage, error) {
	return platform.OrderPage{}, platform.ErrUnsupported
}

// CreateCode is not for review apps.
func (Driver) CreateCode(context.Context, platform.Conn, string, string, voucher.Spec) (platform.CodeRef, error) {
	return platform.CodeRef{}, platform.ErrUnsupported
}

// FindCode is not for review apps.
func (Driver) FindCode(context.Context, platform.Conn, string) (platform.CodeRef, bool, error) {
	return platform.CodeRef{}, false, platform.ErrUnsupported
}

// DisableCode is not for review apps.
func (Driver) DisableCode(context.Context, platform.Conn, string) error {
	return platform.ErrUnsupported
}

// DeleteCode is not for review apps.
func (Driver) DeleteCode(context.Context, platform.Conn, string) error {
	return platform.ErrUnsupported
}

// PublishBalances is not for review apps.
func (Driver) PublishBalances(context.Context, platform.Conn, []platform.PublicBalance) error {
	return platform.ErrUnsupported
}

// CheckSubscriptions is not for review apps.
func (Driver) CheckSubscriptions(context.Context, platform.Conn) ([]platform.Subscription, error) {
	return nil, platform.ErrUnsupported
}

// CustomerGone is not for review apps.
func (Driver) CustomerGone(context.Context, platform.Conn, string) (bool, error) {
	return false, platform.ErrUnsupported
}
