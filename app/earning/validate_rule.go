package earning

import (
	"fmt"

	"zugabe/app/loyalty"
)

// validateKind refuses an unknown kind, a missing amount, and a setting that the kind would ignore.
func (r *Rule) validateKind() error {
	_, sale := saleKinds[r.Kind]
	_, activity := activityKinds[r.Kind]
	if !sale && !activity {
		return loyalty.Invalid("kind", "is not a known kind of rule")
	}
	if activity {
		return r.validateActivity()
	}
	if r.Activity != "" {
		return loyalty.Invalid("activity", "belongs to a custom rule only")
	}
	switch r.Kind {
	case KindPerAmount:
		if r.Points != 0 || r.Products != nil {
			return loyalty.Invalid("points", "do not belong to a rule by amount: use earn")
		}
		return under("earn", r.Earn.Validate())
	case KindPerProduct:
		return r.validateProducts()
	default:
		if r.Products != nil {
			return loyalty.Invalid("products", "belong to a per_product rule only")
		}
		return r.validatePoints()
	}
}

func (r *Rule) validateProducts() error {
	if r.Points != 0 || r.Earn != (loyalty.EarnRate{}) {
		return loyalty.Invalid("points", "of a per_product rule belong into products")
	}
	if len(r.Products) == 0 || len(r.Products) > maxProducts {
		return loyalty.Invalid("products", "must be between 1 and 20,000")
	}
	for key, p := range r.Products {
		if key == "" || p < 0 || p > loyalty.MaxEntryPoints {
			return loyalty.Invalid("products."+key, "must have between 0 and 1,000,000,000 points")
		}
	}
	return nil
}

func (r *Rule) validatePoints() error {
	if r.Earn != (loyalty.EarnRate{}) {
		return loyalty.Invalid("earn", "belongs to a per_amount rule only")
	}
	if r.Points <= 0 || r.Points > loyalty.MaxEntryPoints {
		return loyalty.Invalid("points", "must be between 1 and 1,000,000,000")
	}
	return nil
}

func (r *Rule) validateActivity() error {
	switch {
	case (r.Activity != "") != (r.Kind == KindCustom):
		return loyalty.Invalid("activity", "must be named by a custom rule, and by no other")
	case len(r.Activity) > 60:
		return loyalty.Invalid("activity", "is too long")
	case r.Products != nil:
		return loyalty.Invalid("products", "belong to a per_product rule only")
	case r.Basis != (Basis{}):
		return loyalty.Invalid("basis", "belongs to sale rules only")
	case !r.Match.everything() || r.Match.GiftCards:
		return loyalty.Invalid("match", "belongs to sale rules only")
	case r.When.MinBasis != 0:
		return loyalty.Invalid("when.min_basis", "belongs to sale rules only")
	case len(r.Currencies) > 0:
		return loyalty.Invalid("currencies", "belong to sale rules only")
	}
	return r.validatePoints()
}

func (m *Match) validate(groups map[string][]string) error {
	lists := [][]string{m.Products, m.Collections, m.ExcludeProducts, m.ExcludeCollections}
	for i, name := range []string{"products", "collections", "exclude_products", "exclude_collections"} {
		if len(lists[i]) > maxProducts {
			return loyalty.Invalid(name, "are more than 20,000")
		}
	}
	if err := knownGroups("groups", m.Groups, groups); err != nil {
		return err
	}
	return knownGroups("exclude_groups", m.ExcludeGroups, groups)
}

func knownGroups(path string, names []string, groups map[string][]string) error {
	for i, n := range names {
		if _, ok := groups[n]; !ok {
			return loyalty.Invalid(fmt.Sprintf("%s[%d]", path, i), "is not a group of this plan")
		}
	}
	return nil
}

func (w *When) validate() error {
	if w.MinBasis < 0 || w.MinBasis > loyalty.MaxMinor {
		return loyalty.Invalid("min_basis", "must not be negative")
	}
	for i, t := range w.MemberTypes {
		if m := loyalty.MemberType(t); m != loyalty.NewCustomer && m != loyalty.Customer {
			return loyalty.Invalid(fmt.Sprintf("member_types[%d]", i), "must be new_customer or customer")
		}
	}
	if !w.From.IsZero() && !w.Until.IsZero() && w.Until.Before(w.From) {
		return loyalty.Invalid("until", "is before from")
	}
	return nil
}

var limitWindows = map[LimitPer]bool{PerDay: true, PerWeek: true, PerMonth: true, PerYear: true, PerLifetime: true, PerSubject: true}

func (l Limit) validate(kind RuleKind) error {
	_, sale := saleKinds[kind]
	switch {
	case !limitWindows[l.Per]:
		return loyalty.Invalid("per", "must be day, week, month, year, lifetime or subject")
	case l.Per == PerSubject && sale:
		return loyalty.Invalid("per", "subject belongs to activities: a sale has none")
	case l.Times < 0 || l.Points < 0 || l.Points > loyalty.MaxBalancePoints:
		return loyalty.Invalid("times", "and points must not be negative")
	case l.Times == 0 && l.Points == 0:
		return loyalty.Invalid("times", "or points must be set")
	}
	return nil
}
