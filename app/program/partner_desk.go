package program

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/mail"
	"zugabe/app/store"
)

const (
	// DeskLinkFor is how long a link holds that was asked for.
	DeskLinkFor   = 15 * time.Minute
	inviteLinkFor = 7 * 24 * time.Hour
	// DeskSessionFor is how long a desk stays open without signing in again.
	DeskSessionFor = 14 * 24 * time.Hour
	// mostDeskLinks is how many links one address gets while one of them holds.
	mostDeskLinks = 3
)

// AskDeskLink sends a way into the desk to an address, if a partner has it. Whether
// one does is not told (H24): the only refusal is CodeInvalid for what is no address.
func (p *Program) AskDeskLink(ctx context.Context, shop loyalty.Shop, email string) error {
	email = strings.TrimSpace(email)
	if mail.CheckAddress(email) != nil {
		return loyalty.Invalid("email", "must be one e-mail address")
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		s, err := p.PartnerSettings(tx, shop.ID)
		if err != nil {
			return err
		}
		m, found, err := p.partnerOfAddress(tx, shop.ID, email)
		if err != nil || !found || !s.On {
			return err
		}
		n, err := tx.CountDeskLinks(shop.ID, foldEmail(m.Email), p.now())
		if err != nil || n >= mostDeskLinks {
			return err // nobody fills a mailbox through us
		}
		return p.sendDeskLink(tx, shop, m, "desk", DeskLinkFor)
	})
}

// partnerOfAddress is the partner with an address who may sign in.
func (p *Program) partnerOfAddress(tx *store.Tx, shop loyalty.ShopID, email string) (loyalty.Member, bool, error) {
	person := p.personKey(email)
	found, err := tx.MembersByPerson(shop, [][]byte{person})
	if err != nil {
		return loyalty.Member{}, false, err
	}
	var ids []loyalty.ID
	for _, m := range found[string(person)] {
		ids = append(ids, m.ID)
	}
	rows, err := tx.PartnersByID(shop, ids)
	for _, m := range found[string(person)] {
		if row, is := rows[m.ID]; is && row.State != store.PartnerPaused && m.State == loyalty.MemberActive && m.Email != "" {
			return m, true, err
		}
	}
	return loyalty.Member{}, false, err
}

// sendDeskLink owes the mail with a way in that works once. The mail goes to the
// address that we know, whatever was typed.
func (p *Program) sendDeskLink(tx *store.Tx, shop loyalty.Shop, m loyalty.Member, kind string, holds time.Duration) error {
	if m.Email == "" {
		return nil
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return err
	}
	token := shop.ID.String() + "." + base64.RawURLEncoding.EncodeToString(secret)
	link := store.DeskLink{Hash: hashOf(token), MemberID: m.ID, EmailFold: foldEmail(m.Email), ExpiresAt: p.now() + holds.Milliseconds()}
	if err := tx.InsertDeskLink(shop.ID, link); err != nil {
		return err
	}
	_, err := p.QueueMail(tx, shop, MailRequest{Kind: kind, Key: hexOf(link.Hash), To: m.Email, Locale: m.Locale, Link: p.deskURL(shop) + "#t=" + token,
		Fill: map[string]string{"minutes": strconv.Itoa(int(holds.Minutes())), "days": strconv.Itoa(int(holds.Hours() / 24)), "name": calledBy(m)}})
	return err
}

// deskURL is where partners of a shop sign in. The token of a link goes behind the #:
// it reaches no server, so neither logs nor mail scanners use it up.
func (p *Program) deskURL(shop loyalty.Shop) string {
	return p.Post.DeskURL + "/desk?shop=" + url.QueryEscape(shop.Domain)
}

func foldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// errModuleOff is told only to who has proved to be a partner: nothing is lost, and the
// same session goes on when the shop opens again (S0-01).
var errModuleOff = loyalty.Refuse(loyalty.CodeForbidden, "the shop has closed its programme for partners").With("reason", ModuleOff)

// ModuleOff is the reason of a refusal where the shop has switched partners off.
const ModuleOff = "module_off"

// DeskEntry is a desk that was opened.
type DeskEntry struct {
	Shop   loyalty.Shop
	Member loyalty.Member
}

// OpenDesk uses a link up. CodeForbidden for one that was used, has run out or never
// was: the answer is the same. For a good one it has the reason ModuleOff while the
// shop has switched partners off.
func (p *Program) OpenDesk(ctx context.Context, token string) (DeskEntry, error) {
	number, _, _ := strings.Cut(token, ".")
	id, err := loyalty.ParseID(number)
	refused := loyalty.Refuse(loyalty.CodeForbidden, "the link no longer works: ask for a new one")
	if err != nil || len(token) > 100 {
		return DeskEntry{}, refused
	}
	var entry DeskEntry
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		shop, found, err := tx.ShopByID(loyalty.ShopID(id))
		if err != nil {
			return err
		}
		if !found || shop.State != loyalty.ShopActive {
			return refused
		}
		s, err := p.PartnerSettings(tx, shop.ID)
		if err != nil {
			return err
		}
		member, ok, err := tx.UseDeskLink(shop.ID, hashOf(token), p.now())
		if err != nil {
			return err
		}
		if !ok {
			return refused
		}
		if !s.On {
			return errModuleOff // the link is not used up
		}
		m, row, err := p.deskMember(tx, shop.ID, member)
		if err != nil {
			return refused
		}
		if row.State == store.PartnerInvited {
			row.State, row.UpdatedAt = store.PartnerActive, p.now()
			if err := tx.SavePartner(shop.ID, row); err != nil {
				return err
			}
		}
		entry = DeskEntry{Shop: shop, Member: m}
		return p.audit(tx, shop.ID, deed{by: "desk:" + m.ID.String(), did: "desk.opened", to: PartnerSubject(m.ID)})
	})
	return entry, err
}

// deskMember is a partner who may use the desk.
func (p *Program) deskMember(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID) (loyalty.Member, store.PartnerRow, error) {
	m, err := p.liveMember(tx, shop, id)
	if err != nil {
		return m, store.PartnerRow{}, err
	}
	row, err := p.partnerRow(tx, shop, m.ID)
	if err == nil && row.State == store.PartnerPaused {
		err = loyalty.Refuse(loyalty.CodeForbidden, "the desk is closed")
	}
	return m, row, err
}

// KeepDesk notes an opened desk, so that it can be closed before its cookie ends.
func (p *Program) KeepDesk(ctx context.Context, shop loyalty.ShopID, s store.DeskSession) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error { return tx.InsertDeskSession(shop, s) })
}

// DeskOf proves that a desk is still open, and whose it is. CodeForbidden otherwise, with
// the reason ModuleOff for an open one while the shop has switched partners off.
func (p *Program) DeskOf(ctx context.Context, shop loyalty.ShopID, member loyalty.ID, tokenID string) (DeskEntry, error) {
	var entry DeskEntry
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		open, err := tx.DeskSessionOpen(shop, member, tokenID, p.now())
		if err != nil {
			return err
		}
		found := false
		if entry.Shop, found, err = tx.ShopByID(shop); err != nil {
			return err
		}
		if !open || !found || entry.Shop.State != loyalty.ShopActive {
			return loyalty.Refuse(loyalty.CodeForbidden, "sign in again")
		}
		s, err := p.PartnerSettings(tx, shop)
		if err != nil {
			return err
		}
		if !s.On {
			return errModuleOff
		}
		entry.Member, _, err = p.deskMember(tx, shop, member)
		return err
	})
	return entry, err
}

// CloseDesk signs a partner out: here, or everywhere if all is set.
func (p *Program) CloseDesk(ctx context.Context, shop loyalty.ShopID, member loyalty.ID, tokenID string, all bool) error {
	if all {
		tokenID = ""
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error { return tx.EndDeskSessions(shop, member, tokenID, p.now()) })
}

// DeskShop finds the shop whose desk a page means: by the shop's name; without one
// only where there is no other.
func (p *Program) DeskShop(ctx context.Context, domain string) (shop loyalty.Shop, found bool, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		for _, host := range []string{"shopify", "woocommerce"} {
			if domain == "" {
				break
			}
			if shop, found, err = tx.ShopByDomain(host, strings.ToLower(domain)); err != nil || found {
				found = found && shop.State == loyalty.ShopActive
				return err
			}
		}
		if domain != "" {
			return nil
		}
		only, err := tx.ListShops(0, 2, loyalty.ShopActive)
		if err == nil && len(only) == 1 {
			shop, found = only[0], true
		}
		return err
	})
	return shop, found, err
}

// SweepDesk forgets links and sessions that ended a day ago.
func (p *Program) SweepDesk(ctx context.Context, shop loyalty.ShopID) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error { return tx.SweepDesk(shop, p.now()-dayMs) })
}
