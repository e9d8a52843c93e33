package platform

import (
	"errors"
	"fmt"
	"time"
)

// The outcomes a host call can have besides success. Anything else is a bug.
var (
	ErrMalformed   = errors.New("the body is not what the topic promises") // quarantine
	ErrUnknown     = errors.New("the outcome at the host is not known")    // look it up, never repeat blindly (D1, D2)
	ErrTaken       = errors.New("the host already has this code")          // D3, D4
	ErrRefused     = errors.New("the host refuses this for good")          // D10
	ErrUnreachable = errors.New("the host could not be reached")           // nothing happened; try again
	ErrRevoked     = errors.New("the host no longer lets us in")           // D7
	ErrFrozen      = errors.New("the shop is frozen at the host")          // D8
	ErrGone        = errors.New("the host no longer has this")             // D9
	ErrUnsupported = errors.New("this host cannot do this")                // a capability is missing
)

// Throttled is a host's request to wait (D5).
type Throttled struct{ After time.Duration }

func (t Throttled) Error() string { return fmt.Sprintf("the host asks to wait %s", t.After) }

// Refused wraps ErrRefused with what the host said, for people to read.
func Refused(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrRefused, fmt.Sprintf(format, args...))
}
