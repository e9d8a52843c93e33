package platform

import "context"

// Consent is a person's word on advertising by e-mail.
type Consent struct {
	CustomerKey string // empty = the host may not know the person yet
	Email       string
	Locale      string
	Given       bool  // false = withdrawn
	At          int64 // Unix ms
}

// Consenter is a driver whose host keeps marketing consent and lets us set it.
// Setting what is set already is fine.
type Consenter interface {
	SetConsent(ctx context.Context, c Conn, consent Consent) error
}
