package demoshop

import (
	"net/mail"
	"strings"
	"time"
)

// customerByIdentifier finds a customer by the address alone: the app asks for nothing else.
func (s *Shop) customerByIdentifier(in map[string]any) any {
	email, _ := in["emailAddress"].(string)
	if c := s.customerByEmail(strings.TrimSpace(email)); c != nil {
		return s.customerObj(c)
	}
	return nil
}

// consentUpdate sets the marketing consent as an app may. What is so already is told to nobody.
func (s *Shop) consentUpdate(in map[string]any) *obj {
	f := map[string]any{"customer": nil}
	var errs []userError
	text, _ := in["customerId"].(string)
	kind, id, _ := splitGID(text)
	c := s.liveCustomer(id)
	state, at, bad := s.readConsent(sub(in, "emailMarketingConsent"))
	switch {
	case kind != "Customer" || c == nil:
		errs = append(errs, userError{[]string{"input", "customerId"}, "INVALID", "Customer not found"})
	case bad != nil:
		bad.field = append([]string{"input", "emailMarketingConsent"}, bad.field...)
		errs = append(errs, *bad)
	default:
		if c.Consent != state {
			s.setConsentAt(c, state, at)
		}
		f["customer"] = s.customerObj(c)
	}
	f["userErrors"] = userErrors("CustomerEmailMarketingConsentUpdateUserError", errs)
	return &obj{"CustomerEmailMarketingConsentUpdatePayload", f}
}

func (s *Shop) readConsent(in map[string]any) (state string, at time.Time, bad *userError) {
	state, _ = in["marketingState"].(string)
	state = strings.ToLower(state)
	if state != "subscribed" && state != "unsubscribed" && state != "pending" {
		return state, at, &userError{[]string{"marketingState"}, "INVALID", "Cannot specify " + state + " as a marketing state input"}
	}
	if in["marketingOptInLevel"] == nil {
		return state, at, &userError{[]string{"marketingOptInLevel"}, "MISSING_ARGUMENT", "Marketing opt in level must be given"}
	}
	at = s.stamp()
	if text, _ := in["consentUpdatedAt"].(string); text != "" {
		given, err := time.Parse(time.RFC3339, text)
		if err != nil || given.After(s.now()) {
			return state, at, &userError{[]string{"consentUpdatedAt"}, "INVALID", "Consent updated at must not be in the future"}
		}
		at = given.Truncate(time.Second)
	}
	return state, at, nil
}

// customerCreate makes a customer without an account.
func (s *Shop) customerCreate(in map[string]any) *obj {
	f := map[string]any{"customer": nil}
	var errs []userError
	email, _ := in["email"].(string)
	consent := sub(in, "emailMarketingConsent")
	state, at, bad := s.readConsent(consent)
	addr, err := mail.ParseAddress(email)
	switch {
	case err != nil || addr.Address != email:
		errs = append(errs, userError{[]string{"email"}, "", "Email is invalid"})
	case s.customerByEmail(email) != nil:
		errs = append(errs, userError{[]string{"email"}, "", "Email has already been taken"})
	case consent != nil && bad != nil:
		bad.field = append([]string{"emailMarketingConsent"}, bad.field...)
		errs = append(errs, *bad)
	default:
		c := s.guest(email, s.stamp())
		if locale, _ := in["locale"].(string); locale != "" {
			c.Locale = locale
		}
		if consent != nil {
			s.setConsentAt(c, state, at)
		}
		f["customer"] = s.customerObj(c)
	}
	f["userErrors"] = userErrors("UserError", errs)
	return &obj{"CustomerCreatePayload", f}
}
