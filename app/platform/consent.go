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

// NoConsent answers for a host that keeps no marketing consent, or lets nobody set it.
type NoConsent struct{}

// SetConsent is not possible.
func (NoConsent) SetConsent(context.Context, Conn, Consent) error { return ErrUnsupported }

func (g guarded) SetConsent(ctx context.Context, c Conn, consent Consent) error {
	return g.do(c, func() error { return g.Driver.SetConsent(ctx, c, consent) })
}
