package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// Problem is the body of every refusal (RFC 9457). Code is stable and meant for
// programs; Detail is meant for people and says what to do.
type Problem struct {
	Type     string         `json:"type" example:"about:blank"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Code     string         `json:"code" example:"insufficient_points" doc:"stable name of the refusal"`
	Detail   string         `json:"detail,omitempty"`
	Field    string         `json:"field,omitempty" doc:"the input that is meant, if one is"`
	Numbers  map[string]any `json:"numbers,omitempty" doc:"the figures behind the refusal"`
	Instance string         `json:"instance,omitempty" doc:"reference number to quote to support"`
	Errors   []FieldError   `json:"errors,omitempty"`
}

// FieldError names one input that breaks a rule of its form.
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is RFC 9457's.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statuses is the one place where a refusal gets its HTTP status.
var statuses = map[loyalty.Code]int{
	loyalty.CodeInvalid: 422, loyalty.CodeNotFound: 404, loyalty.CodeConflict: 409,
	loyalty.CodeInsufficientPoints: 409, loyalty.CodeBelowMinimum: 422, loyalty.CodeAboveMaximum: 422,
	loyalty.CodeNotAStep: 422, loyalty.CodeBlocked: 403, loyalty.CodeConfirmByMail: 403, loyalty.CodeLimitReached: 409,
	loyalty.CodeForbidden: 403, loyalty.CodeOverflow: 422, loyalty.CodeUnavailable: 503,
	loyalty.CodeKeyReused: 422, loyalty.CodeInFlight: 409,
}

func problem(status int, code, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// unauthorised is the same answer for every failed proof of identity: it does not say why.
func unauthorised() *Problem {
	return problem(401, "unauthorised", "Sign in again and repeat the request.")
}

// init makes the framework's own refusals (malformed JSON, schema violations) look like ours.
func init() {
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		p := problem(status, codeForStatus(status), msg)
		for _, err := range errs {
			var d huma.ErrorDetailer
			if errors.As(err, &d) {
				e := d.ErrorDetail()
				p.Errors = append(p.Errors, FieldError{Field: e.Location, Message: e.Message})
			}
		}
		return p
	}
}

func codeForStatus(status int) string {
	switch status {
	case 400, 422:
		return string(loyalty.CodeInvalid)
	case 401:
		return "unauthorised"
	case 403:
		return string(loyalty.CodeForbidden)
	case 404:
		return string(loyalty.CodeNotFound)
	case 405:
		return "method_not_allowed"
	case 408:
		return "timeout"
	case 413, 431:
		return "too_large"
	case 415:
		return "unsupported_media_type"
	case 429:
		return "too_many_requests"
	case 503:
		return string(loyalty.CodeUnavailable)
	default:
		return "internal"
	}
}

// fail turns an error of a use case into the answer. What is not a named refusal
// is logged with the request's number and answered without detail (J16).
func (s *Server) fail(ctx context.Context, err error) error {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var e *loyalty.Error
	ref := requestID(ctx)
	if errors.As(err, &e) {
		status, known := statuses[e.Code]
		if !known {
			status = 422
		}
		p = problem(status, string(e.Code), sentence(e))
		p.Field, p.Numbers, p.Instance = e.Field, e.Detail, ref
		return p
	}
	if errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrDiskFull) || errors.Is(err, store.ErrReadOnly) ||
		errors.Is(err, context.DeadlineExceeded) {
		s.deps.Log.Error("request could not be served", slog.String("ref", ref), slog.Any("error", err))
		p = problem(503, string(loyalty.CodeUnavailable), "Nothing was changed. Try again in a moment.")
		p.Instance = ref
		return p
	}
	s.deps.Log.Error("request failed", slog.String("ref", ref), slog.Any("error", err))
	p = problem(500, "internal", "Something went wrong on our side. Quote the reference number if you ask for help.")
	p.Instance = ref
	return p
}

func sentence(e *loyalty.Error) string {
	if e.Field != "" {
		return e.Field + " " + e.Message
	}
	return e.Message
}
