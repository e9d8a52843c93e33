package program

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image/png"
	"net/url"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// mostPartnerCodes is how many codes one partner may make. Printed ones that were
// handed out are not among them.
const mostPartnerCodes = 100

// DeskVoucher is a voucher from which a partner may make codes.
type DeskVoucher struct {
	ID    loyalty.ID     `json:"id"`
	Name  string         `json:"name"`
	Lines []string       `json:"lines" doc:"what the merchant says of it, in the partner's language"`
	Parts []voucher.Part `json:"parts" doc:"what it gives and under which conditions, clause by clause"`
}

// DeskCode is a partner's own code.
type DeskCode struct {
	ID        loyalty.ID    `json:"id"`
	Code      string        `json:"code"`
	State     voucher.State `json:"state" enum:"pending,active,used,expired,void,lost"`
	Voucher   DeskVoucher   `json:"voucher"`
	Redeemed  int64         `json:"redeemed" doc:"orders that count"`
	Customers int64         `json:"customers" doc:"new customers who came by it"`
	Minor     int64         `json:"commission_minor" doc:"commissions by it, minor units"`
	EndsAt    int64         `json:"ends_at,omitempty" doc:"Unix milliseconds"`
	CreatedAt int64         `json:"created_at" doc:"Unix milliseconds"`
}

func deskVoucher(v Voucher, language string) DeskVoucher {
	d := DeskVoucher{ID: v.Row.ID, Name: v.Doc.Name, Lines: []string{}, Parts: v.Doc.Describe()}
	for _, line := range []string{v.Doc.Texts[language].Title, v.Doc.Texts[language].Line} {
		if line != "" {
			d.Lines = append(d.Lines, line)
		}
	}
	if d.Parts == nil {
		d.Parts = []voucher.Part{}
	}
	return d
}

// DeskVouchers lists what is released for partners and running (S0-07).
func (p *Program) DeskVouchers(ctx context.Context, shop loyalty.Shop, language string) ([]DeskVoucher, error) {
	running, err := p.Vouchers(ctx, shop, store.TemplateList{States: []voucher.TemplateState{voucher.TemplateActive}, Partners: true, Limit: 100})
	list := []DeskVoucher{}
	for _, v := range running {
		list = append(list, deskVoucher(v, language))
	}
	return list, err
}

// CheckedCode says whether a partner could have a text as a code.
type CheckedCode struct {
	OK          bool     `json:"ok"`
	Reason      string   `json:"reason,omitempty" enum:"short,long,symbols,letter,word,generated,taken"`
	Suggestions []string `json:"suggestions" doc:"free ones that are close to it"`
}

// CheckPartnerCode says whether a text is free and allowed (S0-08, S0-10).
func (p *Program) CheckPartnerCode(ctx context.Context, shop loyalty.Shop, text string) (c CheckedCode, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		c, err = p.checkVanity(tx, shop.ID, text)
		return err
	})
	return c, err
}

func (p *Program) checkVanity(tx *store.Tx, shop loyalty.ShopID, text string) (CheckedCode, error) {
	text = strings.TrimSpace(text)
	c := CheckedCode{OK: true, Suggestions: []string{}}
	if refused := voucher.CheckVanity(text); refused != nil {
		c.OK, c.Reason = false, vanityReason(refused)
	} else {
		found, err := tx.CodesByFolded(shop, append(voucher.LookAlikes(text), voucher.Fold(text)))
		if err != nil {
			return c, err
		}
		if len(found) > 0 {
			c.OK, c.Reason = false, "taken"
		}
	}
	if c.OK {
		return c, nil
	}
	var failed error
	suggested := voucher.Suggest(text, func(folded string) bool {
		found, err := tx.CodesByFolded(shop, append(voucher.LookAlikes(folded), folded))
		if err != nil {
			failed = err
		}
		return len(found) > 0
	})
	c.Suggestions = append(c.Suggestions, suggested...)
	return c, failed
}

func vanityReason(err error) string {
	if e, ok := err.(*loyalty.Error); ok {
		if reason, is := e.Detail["reason"].(string); is {
			return reason
		}
	}
	return "symbols"
}

// MakePartnerCode gives a partner an own code of a voucher that is released for
// partners; of its conditions nothing but the text can be chosen (S0-07 to S0-10).
// Code "conflict" with Detail["suggestions"] for a text that somebody has.
func (p *Program) MakePartnerCode(ctx context.Context, shop loyalty.Shop, issuer, template loyalty.ID, text string) (DeskCode, error) {
	text = strings.TrimSpace(text)
	var id loyalty.ID
	err := rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			if err := p.mayMakeCode(tx, shop.ID, issuer, template); err != nil {
				return err
			}
			checked, err := p.checkVanity(tx, shop.ID, text)
			switch {
			case err != nil:
				return err
			case checked.Reason == "taken":
				e := &loyalty.Error{Code: loyalty.CodeConflict, Field: "text", Message: "is taken, or looks like one that is"}
				return e.With("suggestions", checked.Suggestions).With("reason", "taken")
			case !checked.OK:
				return loyalty.Invalid("text", "cannot be a code").With("reason", checked.Reason).With("suggestions", checked.Suggestions)
			}
			made, err := p.makeCodes(tx, "desk:"+issuer.String(), shop, template, CodeRequest{Texts: []string{text}, MaxUses: -1, IssuerID: issuer, Origin: OriginPartner})
			if loyalty.CodeOf(err) == loyalty.CodeConflict {
				return errRaced // somebody took it since we looked: say so with suggestions
			}
			if err == nil {
				id = made[0].ID
			}
			return err
		})
	})
	if err != nil {
		return DeskCode{}, err
	}
	return p.DeskCode(ctx, shop, issuer, id)
}

func (p *Program) mayMakeCode(tx *store.Tx, shop loyalty.ShopID, issuer, template loyalty.ID) error {
	accepted, err := p.acceptsPartners(tx, shop, issuer)
	if err != nil {
		return err
	}
	if !accepted {
		return loyalty.Refuse(loyalty.CodeForbidden, "the shop takes no codes of partners at the moment")
	}
	v, err := p.voucherByID(tx, shop, template)
	if err != nil {
		return err
	}
	if !v.Doc.Partners || v.Row.State != voucher.TemplateActive {
		return loyalty.NotFound("voucher for partners")
	}
	have, err := tx.Codes(shop, store.CodeList{IssuerID: issuer, Unprinted: true, Limit: mostPartnerCodes})
	if err == nil && len(have) >= mostPartnerCodes {
		err = loyalty.Refuse(loyalty.CodeLimitReached, fmt.Sprintf("%d codes are the most", mostPartnerCodes))
	}
	return err
}

// DeskCodes lists the codes that a partner has made, newest first, with texts in the
// locale ("" = the partner's own). Printed ones that
// were handed out would drown them; they count in the figures.
func (p *Program) DeskCodes(ctx context.Context, shop loyalty.Shop, issuer loyalty.ID, locale string) (list []DeskCode, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		codes, err := tx.Codes(shop.ID, store.CodeList{IssuerID: issuer, Unprinted: true, Limit: mostPartnerCodes})
		if err != nil {
			return err
		}
		m, err := p.liveMember(tx, shop.ID, issuer)
		if err != nil {
			return err
		}
		list, err = p.deskCodes(tx, shop, codes, languageOf(cmp.Or(locale, m.Locale), shop.Language))
		return err
	})
	return list, err
}

func (p *Program) deskCodes(tx *store.Tx, shop loyalty.Shop, codes []store.Code, language string) ([]DeskCode, error) {
	var keys []store.TemplateKey
	var ids []loyalty.ID
	for _, c := range codes {
		keys, ids = append(keys, store.TemplateKey{ID: c.TemplateID, Version: c.TemplateVersion}), append(ids, c.ID)
	}
	docs, err := p.templateDocs(tx, shop.ID, keys)
	if err != nil {
		return nil, err
	}
	brought, err := tx.BroughtByCodes(shop.ID, ids)
	list := make([]DeskCode, len(codes))
	for i, c := range codes {
		v := Voucher{Row: store.TemplateRow{ID: c.TemplateID}, Doc: docs[keys[i]]}
		list[i] = DeskCode{ID: c.ID, Code: c.Code, State: c.State, Voucher: deskVoucher(v, language), Redeemed: c.Uses, Customers: brought[c.ID].Customers,
			Minor: brought[c.ID].Minor, EndsAt: c.ExpiresAt, CreatedAt: c.CreatedAt}
	}
	return list, err
}

// DeskCode reads one of a partner's own codes. CodeNotFound for those of others.
func (p *Program) DeskCode(ctx context.Context, shop loyalty.Shop, issuer, id loyalty.ID) (d DeskCode, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		c, m, err := p.ownCode(tx, shop.ID, issuer, id)
		if err != nil {
			return err
		}
		list, err := p.deskCodes(tx, shop, []store.Code{c}, languageOf(m.Locale, shop.Language))
		if err == nil {
			d = list[0]
		}
		return err
	})
	return d, err
}

func (p *Program) ownCode(tx *store.Tx, shop loyalty.ShopID, issuer, id loyalty.ID) (store.Code, loyalty.Member, error) {
	c, found, err := tx.CodeByID(shop, id)
	if err != nil || !found || c.IssuerID != issuer || issuer == 0 {
		return c, loyalty.Member{}, orMissing(err, "code")
	}
	m, err := p.liveMember(tx, shop, issuer)
	return c, m, err
}

// StopPartnerCode lets a partner stop an own code, or let it work again.
func (p *Program) StopPartnerCode(ctx context.Context, shop loyalty.Shop, issuer, id loyalty.ID, stop bool) (DeskCode, error) {
	if _, err := p.DeskCode(ctx, shop, issuer, id); err != nil {
		return DeskCode{}, err
	}
	if _, err := p.SetVoucherCodeState(ctx, "desk:"+issuer.String(), shop, id, stop); err != nil {
		return DeskCode{}, err
	}
	return p.DeskCode(ctx, shop, issuer, id)
}

// Share is what a partner needs to pass a code on (S0-21).
type Share struct {
	Code string `json:"code"`
	Text string `json:"text" doc:"in the asked language, with the link in it"`
	Link string `json:"link" doc:"opens the shop with the code in the cart, at an address by which the visit is counted"`
	QR   string `json:"qr" doc:"an SVG drawing of the link, with its quiet zone"`
}

// shareTexts are what partners copy. They speak to nobody in particular, so that they
// fit both kinds of address.
var shareTexts = map[string]string{
	"en": "{title} at {shop} with the code {code}: {link}",
	"de": "{title} bei {shop} mit dem Code {code}: {link}",
	"da": "{title} hos {shop} med koden {code}: {link}",
	"pl": "{title} w {shop} z kodem {code}: {link}",
	"it": "{title} da {shop} con il codice {code}: {link}",
}

// ShareCode makes the share data of an own code.
func (p *Program) ShareCode(ctx context.Context, shop loyalty.Shop, issuer, id loyalty.ID, locale string) (s Share, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		c, m, err := p.ownCode(tx, shop.ID, issuer, id)
		if err != nil {
			return err
		}
		if locale == "" {
			locale = m.Locale
		}
		language := languageOf(locale, shop.Language)
		docs, err := p.templateDocs(tx, shop.ID, []store.TemplateKey{{ID: c.TemplateID, Version: c.TemplateVersion}})
		if err != nil {
			return err
		}
		doc := docs[store.TemplateKey{ID: c.TemplateID, Version: c.TemplateVersion}]
		title := doc.Name
		if own := doc.Texts[language].Title; own != "" {
			title = own
		}
		home, err := p.ShopURL(tx, shop)
		if err != nil {
			return err
		}
		s = Share{Code: c.Code, Link: home + "/discount/" + url.PathEscape(c.Code) + "?redirect=/?via=" + url.QueryEscape(c.Code)}
		s.Text = strings.NewReplacer("{title}", title, "{shop}", shop.Name, "{code}", c.Code, "{link}", s.Link).Replace(shareTexts[language])
		s.QR, err = QRDrawing(s.Link)
		return err
	})
	return s, err
}

// quietZone is how many modules of white a reader needs around a QR code.
const quietZone = 4

// QRDrawing is a QR code of a text as SVG: black on white whatever is around it.
func QRDrawing(text string) (string, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", err
	}
	side := code.Bounds().Dx()
	var path strings.Builder
	for y := range side {
		for x := range side {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quietZone, y+quietZone)
			}
		}
	}
	full := side + 2*quietZone
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><rect width="%d" height="%d" fill="#fff"/><path d="%s" fill="#000"/></svg>`,
		full, full, full, full, path.String()), nil
}

// QRPicture is the same as PNG, at least so many pixels wide.
func QRPicture(text string, pixels int) ([]byte, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, err
	}
	each := max(1, (pixels+code.Bounds().Dx()+2*quietZone-1)/(code.Bounds().Dx()+2*quietZone))
	scaled, err := barcode.Scale(code, code.Bounds().Dx()*each, code.Bounds().Dy()*each)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = png.Encode(&out, framed{scaled, quietZone * each})
	return out.Bytes(), err
}

// LinkOfCode is the address that opens the shop with an own code in the cart.
func (p *Program) LinkOfCode(ctx context.Context, shop loyalty.Shop, issuer, id loyalty.ID) (string, error) {
	s, err := p.ShareCode(ctx, shop, issuer, id, "")
	return s.Link, err
}
