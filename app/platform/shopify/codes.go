package shopify

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"zugabe/app/platform"
	"zugabe/app/platform/shopify/admin"
	"zugabe/app/voucher"
)

// Our mark stands at the end of a discount's title, which only the merchant's staff sees.
const markPrefix = "zugabe:"

const maxTitle = 255

var markForm = regexp.MustCompile(`\b` + markPrefix + `([0-9A-Za-z-]+)\s*$`)

// markedTitle shortens the merchant's words rather than the mark.
func markedTitle(title, marker string) string {
	mark := markPrefix + marker
	title = strings.Join(strings.Fields(title), " ")
	if title == "" {
		return mark
	}
	const sep = " · "
	room := maxTitle - len([]rune(sep+mark))
	if r := []rune(title); len(r) > room {
		title = string(r[:max(room, 0)])
	}
	return title + sep + mark
}

// markOf finds our mark in a title.
func markOf(title string) (marker string, ours bool) {
	m := markForm.FindStringSubmatch(title)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// CreateCode makes a discount with exactly this code. The host has no idempotency
// key for it (reliability 1.4), so the code itself is the key: ErrTaken when it
// is there already, and FindCode tells whose it is.
func (d *Driver) CreateCode(ctx context.Context, c platform.Conn, code, marker string, spec voucher.Spec) (platform.CodeRef, error) {
	remembered := spec.Audience != "" && d.segmentOf(c.ShopID, spec.Audience) != ""
	ref, err := d.createCode(ctx, c, code, marker, spec)
	if remembered && errors.Is(err, platform.ErrRefused) { // somebody may have deleted our segment
		d.keepSegment(c.ShopID, spec.Audience, "")
		return d.createCode(ctx, c, code, marker, spec)
	}
	return ref, err
}

func (d *Driver) createCode(ctx context.Context, c platform.Conn, code, marker string, spec voucher.Spec) (platform.CodeRef, error) {
	s := d.open(c)
	spec, err := s.prepared(ctx, spec)
	if err != nil {
		return platform.CodeRef{}, err
	}
	var id string
	var refusals []*admin.DiscountRefusal
	if spec.Kind == voucher.FreeShipping {
		input, err := freeShippingInput(code, marker, spec)
		if err != nil {
			return platform.CodeRef{}, err
		}
		data, err := admin.CreateFreeShippingCode(ctx, s, input)
		if err != nil {
			return platform.CodeRef{}, err
		}
		if p := data.DiscountCodeFreeShippingCreate; p != nil {
			refusals = p.UserErrors
			if p.CodeDiscountNode != nil {
				id = p.CodeDiscountNode.Id
			}
		}
	} else {
		input, err := basicInput(code, marker, spec)
		if err != nil {
			return platform.CodeRef{}, err
		}
		data, err := admin.CreateBasicCode(ctx, s, input)
		if err != nil {
			return platform.CodeRef{}, err
		}
		if p := data.DiscountCodeBasicCreate; p != nil {
			refusals = p.UserErrors
			if p.CodeDiscountNode != nil {
				id = p.CodeDiscountNode.Id
			}
		}
	}
	if err := refusal(refusals); err != nil {
		return platform.CodeRef{}, err
	}
	if id == "" {
		return platform.CodeRef{}, fmt.Errorf("%w: neither a discount nor a reason", platform.ErrUnknown)
	}
	return platform.CodeRef{HostRef: id, Code: code, Ours: true, Active: true, Marker: marker}, nil
}

// refusal names what the host has against an input. A taken code alone is
// ErrTaken; together with other errors a new code would not help.
func refusal(list []*admin.DiscountRefusal) error {
	if len(list) == 0 {
		return nil
	}
	var said []string
	taken := true
	for _, r := range list {
		taken = taken && r.Code != nil && *r.Code == admin.DiscountErrorCodeTaken && slices.Contains(r.Field, "code")
		said = append(said, strings.Join(r.Field, ".")+" "+r.Message)
		if r.Code != nil && *r.Code == admin.DiscountErrorCodeInternalError {
			return fmt.Errorf("%w: %s", platform.ErrUnknown, r.Message)
		}
	}
	if taken {
		return platform.ErrTaken
	}
	return platform.Refused("%s", platform.Excerpt([]byte(strings.Join(said, "; "))))
}

// FindCode looks a code up by its text, which the host compares without regard to case.
func (d *Driver) FindCode(ctx context.Context, c platform.Conn, code string) (platform.CodeRef, bool, error) {
	data, err := admin.CodeByText(ctx, d.open(c), code)
	if err != nil || data.CodeDiscountNodeByCode == nil {
		return platform.CodeRef{}, false, err
	}
	return codeRef(data.CodeDiscountNodeByCode, code), true, nil
}

func codeRef(n *admin.DiscountFields, code string) platform.CodeRef {
	title, status := describe(n)
	marker, ours := markOf(title)
	// A scheduled code is not usable yet but will be: it is alive.
	return platform.CodeRef{HostRef: n.Id, Code: code, Ours: ours, Marker: marker, Active: status != admin.DiscountStatusExpired}
}

func describe(n *admin.DiscountFields) (title string, status admin.DiscountStatus) {
	switch c := n.CodeDiscount.(type) {
	case *admin.DiscountFieldsCodeDiscountDiscountCodeBasic:
		return c.Title, c.Status
	case *admin.DiscountFieldsCodeDiscountDiscountCodeFreeShipping:
		return c.Title, c.Status
	case *admin.DiscountFieldsCodeDiscountDiscountCodeBxgy:
		return c.Title, c.Status
	case *admin.DiscountFieldsCodeDiscountDiscountCodeApp:
		return c.Title, c.Status
	}
	return "", ""
}

// DisableCode ends a code at once. Where the host refuses, it is asked whether the code is dead already.
func (d *Driver) DisableCode(ctx context.Context, c platform.Conn, hostRef string) error {
	s := d.open(c)
	data, err := admin.DeactivateCode(ctx, s, hostRef)
	if err != nil {
		return err
	}
	if data.DiscountCodeDeactivate == nil {
		return platform.ErrUnknown
	}
	err = refusal(data.DiscountCodeDeactivate.UserErrors)
	if err == nil {
		return nil
	}
	now, lookErr := admin.CodeByID(ctx, s, hostRef)
	if lookErr != nil {
		return lookErr
	}
	if now.CodeDiscountNode == nil || !codeRef(now.CodeDiscountNode, "").Active {
		return nil
	}
	return err
}

// DeleteCode removes a discount; one that is gone already is fine.
func (d *Driver) DeleteCode(ctx context.Context, c platform.Conn, hostRef string) error {
	s := d.open(c)
	data, err := admin.DeleteCode(ctx, s, hostRef)
	if err != nil {
		return err
	}
	if data.DiscountCodeDelete == nil {
		return platform.ErrUnknown
	}
	err = refusal(data.DiscountCodeDelete.UserErrors)
	if err == nil {
		return nil
	}
	now, lookErr := admin.CodeByID(ctx, s, hostRef)
	if lookErr != nil {
		return lookErr
	}
	if now.CodeDiscountNode == nil {
		return nil
	}
	return err
}
