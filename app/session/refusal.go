package session

import "errors"

// Refusal says why a proof was not accepted. Callers answer 401 without it.
type Refusal string

func (r Refusal) Error() string { return "refused: " + string(r) }

// The reasons.
const (
	NoSignature   Refusal = "no signature"
	ManySignature Refusal = "more than one signature"
	BadEncoding   Refusal = "signature is not encoded as it must be"
	WrongMAC      Refusal = "signature does not fit"
	NoBody        Refusal = "empty body"
	NoSecret      Refusal = "no secret to check with"
	Stale         Refusal = "outside the time window"
	BadForm       Refusal = "not of the required form"
	WrongKind     Refusal = "a proof of another kind"
	Expired       Refusal = "expired"
	NotYet        Refusal = "not valid yet"
	WrongAudience Refusal = "made for another app"
	WrongShop     Refusal = "made for another shop"
)

// ReasonOf is the Refusal in err's chain, or "" if there is none.
func ReasonOf(err error) Refusal {
	var r Refusal
	if errors.As(err, &r) {
		return r
	}
	return ""
}
