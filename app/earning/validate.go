package earning

import (
	"errors"
	"fmt"
	"regexp"

	"zugabe/app/loyalty"
)

const (
	maxRules    = 100
	maxProducts = 20_000 // in one list
	maxName     = 190
)

var idForm = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// DecodeProgram reads a program from JSON and validates it; an unknown field is refused.
func DecodeProgram(raw []byte) (Program, error) {
	p, err := loyalty.DecodeStrict[Program](raw)
	if err != nil {
		return Program{}, err
	}
	return p, p.Validate()
}

// Validate refuses a program that Evaluate could not carry out or that would
// silently ignore a setting. The error is CodeInvalid and its Field is the path
// of the value that is wrong: "rules[2].earn.points".
func (p Program) Validate() error {
	if p.EarnAt != "" && stages[p.EarnAt] == 0 {
		return loyalty.Invalid("earn_at", "must be placed, paid, fulfilled or completed")
	}
	if len(p.Rules) > maxRules {
		return loyalty.Invalid("rules", "are more than 100")
	}
	if len(p.Campaigns) > maxRules {
		return loyalty.Invalid("campaigns", "are more than 100")
	}
	if err := p.validateGroups(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := range p.Rules {
		r := &p.Rules[i]
		if err := under(fmt.Sprintf("rules[%d]", i), r.validate(p.Groups)); err != nil {
			return err
		}
		if seen[r.ID] {
			return loyalty.Invalid(fmt.Sprintf("rules[%d].id", i), "is used twice")
		}
		seen[r.ID] = true
	}
	return p.validateCampaigns(seen)
}

func (p Program) validateGroups() error {
	for name, products := range p.Groups {
		if !idForm.MatchString(name) {
			return loyalty.Invalid("groups", "must be named by small letters, digits and hyphens")
		}
		if len(products) > maxProducts {
			return loyalty.Invalid("groups."+name, "has too many products")
		}
	}
	return nil
}

func (p Program) validateCampaigns(rules map[string]bool) error {
	seen := map[string]bool{}
	for i := range p.Campaigns {
		c := &p.Campaigns[i]
		path := fmt.Sprintf("campaigns[%d]", i)
		if err := under(path, c.validate(p.Groups, rules)); err != nil {
			return err
		}
		if seen[c.ID] {
			return loyalty.Invalid(path+".id", "is used twice")
		}
		seen[c.ID] = true
	}
	return nil
}

func (c *Campaign) validate(groups map[string][]string, rules map[string]bool) error {
	if err := validateName(c.ID, c.Name); err != nil {
		return err
	}
	if err := c.Factor.Validate(); err != nil {
		return under("factor", err)
	}
	switch {
	case c.Factor.Num <= c.Factor.Den:
		return loyalty.Invalid("factor", "must be more than 1")
	case c.From.IsZero():
		return loyalty.Invalid("from", "is missing")
	case c.Until.IsZero():
		return loyalty.Invalid("until", "is missing")
	case c.Until.Before(c.From):
		return loyalty.Invalid("until", "is before from")
	case c.Budget < 0 || c.Budget > loyalty.MaxBalancePoints:
		return loyalty.Invalid("budget", "must be between 0 and 1,000,000,000,000")
	}
	for i, id := range c.Rules {
		if !rules[id] {
			return loyalty.Invalid(fmt.Sprintf("rules[%d]", i), "is not a rule of this plan")
		}
	}
	if err := under("match", c.Match.validate(groups)); err != nil {
		return err
	}
	return under("when", c.When.validate())
}

// validate checks what all kinds share, then what the kind itself needs.
func (r *Rule) validate(groups map[string][]string) error {
	if err := validateName(r.ID, r.Name); err != nil {
		return err
	}
	if r.Rounding != "" && !r.Rounding.Valid() {
		return loyalty.Invalid("rounding", "must be floor, half_up or ceiling")
	}
	if err := under("match", r.Match.validate(groups)); err != nil {
		return err
	}
	if err := under("when", r.When.validate()); err != nil {
		return err
	}
	for i, l := range r.Limits {
		if err := under(fmt.Sprintf("limits[%d]", i), l.validate(r.Kind)); err != nil {
			return err
		}
	}
	for i, c := range r.Currencies {
		if !c.Valid() {
			return loyalty.Invalid(fmt.Sprintf("currencies[%d]", i), "is not a currency code")
		}
	}
	return r.validateKind()
}

func validateName(id, name string) error {
	if !idForm.MatchString(id) {
		return loyalty.Invalid("id", "must be 1 to 40 small letters, digits and hyphens")
	}
	if len(name) > maxName {
		return loyalty.Invalid("name", "is too long")
	}
	return nil
}

// under puts a path in front of the field that an error speaks of.
func under(path string, err error) error {
	var e *loyalty.Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	c := *e
	c.Field = path
	if e.Field != "" {
		c.Field += "." + e.Field
	}
	return &c
}
