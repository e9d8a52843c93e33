package program

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// The origins of templates' codes.
const (
	OriginAdmin   = "admin"
	OriginAPI     = "api"
	OriginPartner = "partner"
	OriginImport  = "import"
	OriginSignup  = "newsletter"
	OriginRest    = "rest" // what an order left of another code
)

// MostCodesAtOnce is how many codes one request makes; more come by an import or a batch.
const MostCodesAtOnce = 1000

// CodeRequest says which codes to make from a voucher.
type CodeRequest struct {
	Texts    []string   // as people will read them; empty = Count generated ones
	Count    int        // 0 means 1
	Pattern  string     // of generated ones, "" = long and unguessable
	Prefix   string     // of generated ones without a pattern
	MaxUses  int64      // -1 = as the voucher says, 0 = no limit
	MemberID loyalty.ID // FOR a customer (S0-34), 0 = anybody
	IssuerID loyalty.ID // FROM a partner (S0-33), 0 = the shop
	BatchID  loyalty.ID
	Origin   string
	StartsAt int64 // Unix ms; 0 = as the voucher says
	EndsAt   int64
}

// MakeCodes makes codes from a voucher, all or none. They can be redeemed as soon
// as the host has them. CodeConflict names the texts that are taken, whoever has
// them: no two codes of a shop are the same without case (S0-10).
func (p *Program) MakeCodes(ctx context.Context, actor string, shop loyalty.Shop, template loyalty.ID, r CodeRequest) (made []store.Code, err error) {
	err = rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			made, err = p.makeCodes(tx, actor, shop, template, r)
			return err
		})
	})
	return made, err
}

// makeCodes is MakeCodes inside a transaction, for use cases that do more.
func (p *Program) makeCodes(tx *store.Tx, actor string, shop loyalty.Shop, template loyalty.ID, r CodeRequest) ([]store.Code, error) {
	v, err := p.voucherByID(tx, shop.ID, template)
	if err != nil {
		return nil, err
	}
	if v.Row.State == voucher.TemplateEnded {
		return nil, loyalty.Refuse(loyalty.CodeConflict, "the voucher has ended")
	}
	if r.MemberID != 0 {
		if _, err := p.liveMember(tx, shop.ID, r.MemberID); err != nil {
			return nil, err
		}
	}
	texts, err := p.textsFor(tx, shop.ID, r)
	if err != nil {
		return nil, err
	}
	made := make([]store.Code, len(texts))
	for i, text := range texts {
		if made[i], err = p.newTemplateCode(shop, v, r, text); err != nil {
			return nil, err
		}
	}
	if err := tx.InsertCodes(shop.ID, made); err != nil {
		return nil, err
	}
	if err := p.oweNew(tx, shop.ID, codeIDs(made)); err != nil {
		return nil, err
	}
	return made, p.audit(tx, shop.ID, deed{by: actor, did: "codes.made", to: TemplateSubject(template), after: map[string]any{
		"codes": len(made), "first": made[0].Code, "member": r.MemberID, "issuer": r.IssuerID, "batch": r.BatchID}})
}

// newTemplateCode is a code of the voucher's newest version, not stored yet.
func (p *Program) newTemplateCode(shop loyalty.Shop, v Voucher, r CodeRequest, text string) (store.Code, error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return store.Code{}, err
	}
	now := p.now()
	c := store.Code{ID: p.IDs.Next(), Code: text, Folded: voucher.Fold(text), Origin: r.Origin, MemberID: r.MemberID, State: voucher.Pending, MaxUses: r.MaxUses,
		CreatedAt: now, TemplateID: v.Row.ID, TemplateVersion: v.Row.Version, IssuerID: r.IssuerID, BatchID: r.BatchID}
	if c.MaxUses < 0 {
		c.MaxUses = v.Doc.Limits.PerCode
	}
	c.StartsAt, c.ExpiresAt = v.Doc.Valid.CodeSpan(voucher.Moment{At: now, Zone: zone})
	c.StartsAt = max(c.StartsAt, r.StartsAt)
	if r.EndsAt != 0 && (c.ExpiresAt == 0 || r.EndsAt < c.ExpiresAt) {
		c.ExpiresAt = r.EndsAt
	}
	if c.ExpiresAt != 0 && c.ExpiresAt <= c.StartsAt {
		return c, loyalty.Invalid("until", "must be after the beginning")
	}
	c.Spec = specOf(shop, v.Doc, c)
	return c, nil
}

// textsFor are the texts of the codes to be made, none of which anybody has: those
// that were typed, or generated ones.
func (p *Program) textsFor(tx *store.Tx, shop loyalty.ShopID, r CodeRequest) ([]string, error) {
	if len(r.Texts) > MostCodesAtOnce || r.Count > MostCodesAtOnce {
		return nil, loyalty.Invalid("count", fmt.Sprintf("must be at most %d", MostCodesAtOnce))
	}
	if len(r.Texts) == 0 {
		return p.generate(tx, shop, r)
	}
	texts, seen := make([]string, len(r.Texts)), map[string]bool{}
	for i, text := range r.Texts {
		texts[i] = strings.TrimSpace(text)
		folded := voucher.Fold(texts[i])
		switch {
		case len(folded) < 3 || utf8.RuneCountInString(texts[i]) > 60 || len(folded) > 200:
			return nil, loyalty.Invalid("text", "must have 3 to 60 letters and digits")
		case seen[folded]:
			return nil, loyalty.Invalid("text", "the same code twice: "+texts[i])
		}
		seen[folded] = true
	}
	taken, err := p.takenOf(tx, shop, texts)
	if err == nil && len(taken) > 0 {
		err = loyalty.Refuse(loyalty.CodeConflict, "the code is taken: "+strings.Join(taken, ", ")).With("taken", taken)
	}
	return texts, err
}

// generate draws texts; one that somebody has is drawn again.
func (p *Program) generate(tx *store.Tx, shop loyalty.ShopID, r CodeRequest) ([]string, error) {
	var pattern voucher.Pattern
	var err error
	if r.Pattern != "" {
		if pattern, err = voucher.ParsePattern(r.Pattern); err != nil {
			return nil, err
		}
	}
	var texts []string
	avoid := map[string]bool{}
	for count := max(r.Count, 1); len(texts) < count; {
		drawn, err := draw(pattern, r, count-len(texts), avoid)
		if err != nil {
			return nil, err
		}
		taken, err := p.takenOf(tx, shop, drawn)
		if err != nil {
			return nil, err
		}
		for _, text := range drawn {
			avoid[voucher.Fold(text)] = true
			if !slices.Contains(taken, text) {
				texts = append(texts, text)
			}
		}
	}
	return texts, nil
}

func draw(pattern voucher.Pattern, r CodeRequest, count int, avoid map[string]bool) ([]string, error) {
	if r.Pattern != "" {
		return pattern.Codes(int64(count), rand.Reader, func(folded string) bool { return avoid[folded] })
	}
	texts := make([]string, count)
	for i := range texts {
		var err error
		if texts[i], err = voucher.NewCode(r.Prefix, rand.Reader); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// takenOf lists the texts that some code of the shop has, without case.
func (p *Program) takenOf(tx *store.Tx, shop loyalty.ShopID, texts []string) ([]string, error) {
	folded := make([]string, len(texts))
	for i, text := range texts {
		folded[i] = voucher.Fold(text)
	}
	found, err := tx.CodesByFolded(shop, folded)
	var taken []string
	for i, f := range folded {
		if _, is := found[f]; is {
			taken = append(taken, texts[i])
		}
	}
	return taken, err
}

// restCode is a single-use code of what an order left of a voucher.
func (p *Program) restCode(shop loyalty.Shop, member loyalty.ID, of store.Code, t voucher.Template, minor int64) (store.Code, error) {
	text, err := voucher.NewCode("", rand.Reader)
	if err != nil {
		return store.Code{}, err
	}
	t.Minor = minor
	c := store.Code{ID: p.IDs.Next(), Code: text, Folded: voucher.Fold(text), Origin: OriginRest, MemberID: member, State: voucher.Pending, MaxUses: 1,
		StartsAt: p.now(), ExpiresAt: of.ExpiresAt, CreatedAt: p.now(), TemplateID: of.TemplateID, TemplateVersion: of.TemplateVersion, IssuerID: of.IssuerID}
	c.Spec = specOf(shop, t, c)
	return c, nil
}

// CodeSubject is what the audit log calls a code.
func CodeSubject(id loyalty.ID) string { return "code:" + id.String() }

// SetVoucherCodeState stops a code of a voucher, or lets it work again (S0-22).
// Doing it again changes nothing. CodeConflict for codes that are used up, run
// out or gone at the host.
func (p *Program) SetVoucherCodeState(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, stop bool) (c store.Code, err error) {
	from, to, did := []voucher.State{voucher.Void}, voucher.Active, "code.reactivated"
	if stop {
		from, to, did = []voucher.State{voucher.Active, voucher.Pending}, voucher.Void, "code.stopped"
	}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		found := false
		if c, found, err = tx.CodeByID(shop.ID, id); err != nil || !found || c.TemplateID == 0 {
			return orMissing(err, "code")
		}
		was := c.State
		if was == to {
			return nil
		}
		ok, err := tx.MoveCode(shop.ID, id, from, to, p.now())
		if err != nil || !ok {
			return orConflict(err, "a code that is "+string(was)+" cannot be changed")
		}
		c.State = to
		if fresh, err := p.neverWorked(tx, shop.ID, c); err != nil {
			return err
		} else if fresh && !stop {
			did = "code.activated"
		}
		if err := p.oweMirror(tx, shop.ID, []loyalty.ID{id}); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: did, to: CodeSubject(id), before: map[string]any{"state": was}, after: map[string]any{"state": to}})
	})
	return c, err
}

// neverWorked says that a printed code has waited since it was made.
func (p *Program) neverWorked(tx *store.Tx, shop loyalty.ShopID, c store.Code) (bool, error) {
	if c.BatchID == 0 {
		return false, nil
	}
	b, _, err := tx.BatchByID(shop, c.BatchID)
	if err != nil || b.State != store.BatchMade {
		return false, err
	}
	reads, err := tx.ActivationsOf(shop, c.ID)
	if err != nil || len(reads) > 0 {
		return false, err
	}
	deeds, err := tx.AuditOf(shop, CodeSubject(c.ID), 0, 1)
	return len(deeds) == 0, err
}
