package program

import (
	"context"
	"html"
	"strings"

	"zugabe/app/document"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// Handout is what it takes to spread one voucher (S2-15).
type Handout struct {
	Code   string
	CodeID loyalty.ID
	Link   string
	Title  string
	Terms  []string
	Text   string // for mails and messages
	Banner string // HTML without scripts, for pages of others (S2-08)
	QR     string // data: address of a PNG picture

	sheets document.Sheets
}

// Handout makes the texts for one voucher: with the code of that id, or 0 for one that
// anybody may use. CodeConflict if the voucher has none.
func (p *Program) Handout(ctx context.Context, shop loyalty.Shop, template, code loyalty.ID, language string) (h Handout, err error) {
	var v Voucher
	var c store.Code
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		found := false
		if v, err = p.voucherByID(tx, shop.ID, template); err != nil {
			return err
		}
		if code != 0 {
			if c, found, err = tx.CodeByID(shop.ID, code); err != nil || !found || c.TemplateID != template {
				return orMissing(err, "code")
			}
		} else if c, found, err = tx.CodeToShow(shop.ID, template, 0); err != nil || !found {
			return orConflict(err, "the voucher has no code that anybody may use; make one first")
		}
		if c.TemplateVersion != v.Row.Version {
			key := store.TemplateKey{ID: template, Version: c.TemplateVersion}
			docs, err := p.templateDocs(tx, shop.ID, []store.TemplateKey{key})
			if err != nil {
				return err
			}
			v.Doc = docs[key]
		}
		return nil
	})
	if err != nil {
		return h, err
	}
	home, err := p.homeOf(ctx, shop)
	if err != nil {
		return h, err
	}
	h = Handout{Code: c.Code, CodeID: c.ID, Link: discountLink(home, c.Code), sheets: sheetsOf(shop, valueOf(v.Doc, c), home, language)}
	h.Title, h.Terms = h.sheets.Value, h.sheets.Terms
	if h.sheets.Title != v.Row.Name {
		h.Title = h.sheets.Title
	}
	h.Text = h.message(language)
	h.Banner = h.banner(language)
	h.QR, err = document.QRPicture(h.Link)
	return h, err
}

func (h Handout) message(language string) string {
	lines := append([]string{h.sheets.Shop + ": " + h.Title}, h.Terms...)
	lines = append(lines, said(language, "with", "{code}", h.Code), h.Link)
	return strings.Join(lines, "\n")
}

// banner is HTML that can be copied into any page: a link with inline styles. Every
// text in it is escaped; it runs nothing and loads nothing.
func (h Handout) banner(language string) string {
	e := html.EscapeString
	var b strings.Builder
	b.WriteString(`<a href="` + e(h.Link) + `" target="_blank" rel="noopener" style="display:block;max-width:600px;box-sizing:border-box;padding:20px 24px;` +
		`border:1px solid #d0d5dd;border-radius:12px;background:#ffffff;color:#101828;font-family:Arial,Helvetica,sans-serif;text-decoration:none">` + "\n")
	b.WriteString(`  <span style="display:block;font-size:14px;color:#475467">` + e(h.sheets.Shop) + "</span>\n")
	b.WriteString(`  <strong style="display:block;margin:4px 0 8px;font-size:26px;line-height:1.2">` + e(h.Title) + "</strong>\n")
	for _, t := range h.Terms {
		b.WriteString(`  <span style="display:block;font-size:14px;line-height:1.5;color:#475467">` + e(t) + "</span>\n")
	}
	b.WriteString(`  <span style="display:inline-block;margin-top:14px;padding:10px 18px;border-radius:8px;background:#101828;color:#ffffff;font-size:16px">` +
		e(said(language, "button")) + ": " + e(h.Code) + "</span>\n</a>\n")
	return b.String()
}

// PosterRequest says which page to print of a voucher.
type PosterRequest struct {
	Template loyalty.ID
	Code     loyalty.ID // 0 = one that anybody may use
	Lang     string
	Kind     string // "print" = cards, four to a page; "fair" = one large page
}

// Poster makes a page to print (S2-09).
func (p *Program) Poster(ctx context.Context, shop loyalty.Shop, r PosterRequest) ([]byte, error) {
	h, err := p.Handout(ctx, shop, r.Template, r.Code, r.Lang)
	if err != nil {
		return nil, err
	}
	card := document.Card{Code: h.Code, Link: h.Link}
	if r.Kind == "fair" {
		return document.Poster(h.sheets, card)
	}
	s := h.sheets
	s.PerPage = 4
	return document.Cards(s, []document.Card{card, card, card, card})
}
