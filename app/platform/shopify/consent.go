package shopify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"zugabe/app/platform"
	"zugabe/app/platform/shopify/admin"
)

// SetConsent looks before it writes, so that repeating it does no harm and what the host
// was told later by somebody else stays. A subscriber whom the host does not know
// becomes a customer without an account there, as with the host's own form.
func (d *Driver) SetConsent(ctx context.Context, c platform.Conn, consent platform.Consent) error {
	s := d.open(c)
	known, err := s.subscriber(ctx, consent)
	if err != nil {
		return err
	}
	if known == nil && consent.Given {
		known, err = s.createSubscriber(ctx, consent)
	}
	if err != nil || known == nil || !differs(known, consent) {
		return err
	}
	data, err := admin.SetConsent(ctx, s, known.Id, consentInput(known, consent))
	if err != nil {
		return err
	}
	p := data.CustomerEmailMarketingConsentUpdate
	if p == nil {
		return platform.ErrUnknown
	}
	for _, e := range p.UserErrors {
		return consentRefused(e.Field, e.Message)
	}
	return nil
}

// subscriber is the customer at the host, nil if there is none.
func (s *session) subscriber(ctx context.Context, consent platform.Consent) (*admin.ConsentFields, error) {
	if isKey(consent.CustomerKey) {
		data, err := admin.ConsentByID(ctx, s, gid("Customer", consent.CustomerKey))
		if err != nil {
			return nil, err
		}
		if data.Customer != nil {
			return &data.Customer.ConsentFields, nil
		}
	}
	data, err := admin.ConsentByEmail(ctx, s, consent.Email)
	if err != nil || data.CustomerByIdentifier == nil {
		return nil, err
	}
	return &data.CustomerByIdentifier.ConsentFields, nil
}

// createSubscriber makes the customer with the consent; who was quicker is found instead.
func (s *session) createSubscriber(ctx context.Context, consent platform.Consent) (*admin.ConsentFields, error) {
	var locale *string
	if consent.Locale != "" {
		locale = &consent.Locale
	}
	data, err := admin.CreateSubscriber(ctx, s, consent.Email, locale, consentInput(nil, consent))
	if err != nil {
		return nil, err
	}
	if data.CustomerCreate == nil {
		return nil, platform.ErrUnknown
	}
	if len(data.CustomerCreate.UserErrors) == 0 {
		return nil, nil
	}
	e := data.CustomerCreate.UserErrors[0]
	if slices.Contains(e.Field, "email") && strings.Contains(e.Message, "taken") {
		if known, err := s.subscriber(ctx, platform.Consent{Email: consent.Email}); err != nil || known != nil {
			return known, err
		}
	}
	return nil, consentRefused(e.Field, e.Message)
}

// differs says whether the host must be told: not if it says so already, and not if a
// later word of the person is known there.
func differs(known *admin.ConsentFields, consent platform.Consent) bool {
	e := known.DefaultEmailAddress
	if e == nil {
		return consent.Given
	}
	switch e.MarketingState {
	case wantedState(consent):
		return false
	case admin.CustomerEmailAddressMarketingStateSubscribed, admin.CustomerEmailAddressMarketingStateUnsubscribed:
		return e.MarketingUpdatedAt == nil || e.MarketingUpdatedAt.UnixMilli() <= consent.At
	}
	return true
}

func consentInput(known *admin.ConsentFields, consent platform.Consent) *admin.CustomerEmailMarketingConsentInput {
	level := admin.CustomerMarketingOptInLevelConfirmedOptIn
	if !consent.Given {
		level = admin.CustomerMarketingOptInLevelUnknown
		if known != nil && known.DefaultEmailAddress != nil && known.DefaultEmailAddress.MarketingOptInLevel != nil {
			level = *known.DefaultEmailAddress.MarketingOptInLevel
		}
	}
	state := admin.CustomerEmailMarketingStateUnsubscribed
	if consent.Given {
		state = admin.CustomerEmailMarketingStateSubscribed
	}
	at := time.UnixMilli(consent.At).UTC().Truncate(time.Second) // the host keeps no finer times
	return &admin.CustomerEmailMarketingConsentInput{MarketingState: state, MarketingOptInLevel: &level, ConsentUpdatedAt: &at}
}

func wantedState(consent platform.Consent) admin.CustomerEmailAddressMarketingState {
	if consent.Given {
		return admin.CustomerEmailAddressMarketingStateSubscribed
	}
	return admin.CustomerEmailAddressMarketingStateUnsubscribed
}

// consentRefused reads what the host has against it. A time that is still to come for
// the host, whose clock is behind ours, has come when it is asked again.
func consentRefused(field []string, message string) error {
	if slices.Contains(field, "consentUpdatedAt") {
		return fmt.Errorf("%w: consent: %s", platform.ErrUnreachable, message)
	}
	return platform.Refused("consent: %s %s", strings.Join(field, "."), message)
}
