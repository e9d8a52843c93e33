package loyalty

import (
	"errors"
	"fmt"
)

// Code names an expected failure. It gets its HTTP status in one place (api) and
// its words in the shopper's language there too.
type Code string

// The codes. A refusal is a value with a name, never a bare string.
const (
	CodeInvalid            Code = "invalid"              // the input breaks a rule of its form
	CodeNotFound           Code = "not_found"            // no such thing in this shop
	CodeConflict           Code = "conflict"             // somebody else changed it, or the same key came with other content
	CodeInsufficientPoints Code = "insufficient_points"  // fewer points available than asked for
	CodeBelowMinimum       Code = "below_minimum"        // fewer points than the smallest redemption
	CodeAboveMaximum       Code = "above_maximum"        // more than the plan allows at once
	CodeNotAStep           Code = "not_a_step"           // points are not a multiple of the step
	CodeBlocked            Code = "blocked"              // the member may not earn or redeem
	CodeConfirmByMail      Code = "confirm_by_mail"      // so many points are redeemed only after the press of a link in a mail
	CodeLimitReached       Code = "limit_reached"        // a limit or budget is used up
	CodeForbidden          Code = "forbidden"            // the actor may not do this
	CodeOverflow           Code = "overflow"             // a number left the range we keep
	CodeUnavailable        Code = "unavailable"          // an outage of ours; nothing was done, try again
	CodeKeyReused          Code = "idempotency_mismatch" // same idempotency key, other content
	CodeInFlight           Code = "in_flight"            // the same key is being worked on
)

// Error is an expected failure with a public message. Field names the input it
// speaks of, if one does. Detail carries numbers for the message ("need": 20).
type Error struct {
	Code    Code
	Field   string
	Message string
	Detail  map[string]any
}

func (e *Error) Error() string {
	if e.Field != "" {
		return fmt.Sprintf("%s: %s %s", e.Code, e.Field, e.Message)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Is lets errors.Is compare by code.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code && (t.Field == "" || t.Field == e.Field)
}

// Refuse makes an Error with a message.
func Refuse(code Code, message string) *Error { return &Error{Code: code, Message: message} }

// With returns a copy of e that carries one more detail.
func (e *Error) With(key string, value any) *Error {
	c := *e
	c.Detail = map[string]any{key: value}
	for k, v := range e.Detail {
		c.Detail[k] = v
	}
	return &c
}

// Invalid says what is wrong with one input field.
func Invalid(field, message string) *Error {
	return &Error{Code: CodeInvalid, Field: field, Message: message}
}

// NotFound says that there is no such thing in this shop.
func NotFound(what string) *Error { return &Error{Code: CodeNotFound, Message: "no such " + what} }

// CodeOf is the code of the first Error in err's chain, or "".
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
