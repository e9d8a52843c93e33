package shopify

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"zugabe/app/platform"
)

// answer is a GraphQL response as it comes.
type answer struct {
	Data       json.RawMessage `json:"data"`
	Errors     json.RawMessage `json:"errors"`
	Extensions struct {
		Cost *struct {
			Requested json.Number `json:"requestedQueryCost"`
			Throttle  *struct {
				Max       json.Number `json:"maximumAvailable"`
				Available json.Number `json:"currentlyAvailable"`
				Rate      json.Number `json:"restoreRate"`
			} `json:"throttleStatus"`
		} `json:"cost"`
	} `json:"extensions"`
}

// topError is an error outside of the data: the request as a whole went wrong.
type topError struct {
	Message    string `json:"message"`
	Path       []any  `json:"path"`
	Extensions struct {
		Code string `json:"code"`
	} `json:"extensions"`
}

// errTooCostly is a question that must be asked in smaller pieces.
var errTooCostly = fmt.Errorf("%w: too much asked at once", platform.ErrRefused)

func (a *answer) budget() *platform.Budget {
	if a == nil || a.Extensions.Cost == nil || a.Extensions.Cost.Throttle == nil {
		return nil
	}
	t := a.Extensions.Cost.Throttle
	return &platform.Budget{Max: points(t.Max), Available: points(t.Available), PerSecond: points(t.Rate)}
}

func (a *answer) requested() int64 {
	if a.Extensions.Cost == nil {
		return 0
	}
	return points(a.Extensions.Cost.Requested)
}

// read fills data from the answer, or says what went wrong.
func (s *session) read(op string, a *answer, mutates bool, data any) error {
	s.d.learnCost(op, a.requested())
	if err := s.outcome(op, a, mutates); err != nil {
		return err
	}
	if err := json.Unmarshal(a.Data, data); err != nil {
		return fmt.Errorf("%w: %w", platform.Lost(mutates), err)
	}
	return nil
}

func (s *session) outcome(op string, a *answer, mutates bool) error {
	hasData := len(a.Data) > 0 && string(a.Data) != "null"
	problems, err := a.problems()
	if err != nil {
		return fmt.Errorf("%w: %w", platform.Lost(mutates), err)
	}
	for _, p := range problems {
		if p.Extensions.Code == "THROTTLED" || (p.Message == "Throttled" && !hasData) {
			wait := s.d.cfg.Pacer.Drain(s.c.ShopID, max(a.requested(), 1))
			return platform.Throttled{After: max(wait, time.Second)}
		}
	}
	for _, p := range problems {
		if !mutates && hasData && p.isHiddenField() {
			s.d.warnOnce("hidden "+op+p.field(), "the host hides a field of a person from us", "operation", op, "field", p.field())
			continue
		}
		return p.outcome(mutates)
	}
	if !hasData {
		return fmt.Errorf("%w: an answer without data", platform.Lost(mutates))
	}
	return nil
}

// problems reads errors, which are a list, or for some refusals one string.
func (a *answer) problems() ([]topError, error) {
	if len(a.Errors) == 0 || string(a.Errors) == "null" {
		return nil, nil
	}
	var list []topError
	if json.Unmarshal(a.Errors, &list) == nil {
		return list, nil
	}
	var text string
	if json.Unmarshal(a.Errors, &text) == nil {
		return []topError{{Message: text}}, nil
	}
	return nil, errors.New("errors are in no form that we know")
}

// outcome names a top-level error. The host's validation errors have camelCase
// codes and come before anything is done; other codes in capitals come from
// running it, so a change may have happened.
func (p topError) outcome(mutates bool) error {
	said := platform.Excerpt([]byte(p.Message))
	switch code := p.Extensions.Code; {
	case code == "MAX_COST_EXCEEDED":
		return errTooCostly
	case code == "SHOP_INACTIVE":
		return fmt.Errorf("%w: %s", platform.ErrFrozen, said)
	case code == "ACCESS_DENIED":
		return platform.Refused("access denied, a permission is missing: %s", said)
	case code == "BAD_REQUEST", code == "MAX_INPUT_SIZE_EXCEEDED", code == "INVALID_VARIABLE", code != strings.ToUpper(code):
		return platform.Refused("%s: %s", code, said)
	default:
		return fmt.Errorf("%w: %s: %s", platform.Lost(mutates), code, said)
	}
}

// hidden are the fields of protected customer data: without the permission they
// are null and an order is still worth reading.
var hidden = map[string]bool{
	"customer": true, "email": true, "firstName": true, "lastName": true, "locale": true, "defaultEmailAddress": true, "emailAddress": true,
}

func (p topError) isHiddenField() bool {
	return p.Extensions.Code == "ACCESS_DENIED" && len(p.Path) > 1 && hidden[p.field()]
}

func (p topError) field() string {
	if len(p.Path) == 0 {
		return ""
	}
	name, _ := p.Path[len(p.Path)-1].(string)
	return name
}
