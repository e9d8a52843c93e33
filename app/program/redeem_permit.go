package program

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strconv"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/mail"
	"zugabe/app/store"
)

const (
	// PermitFor is how long the link in the mail holds, and after its press the permission.
	PermitFor = 30 * time.Minute
	// permitGap lies between two mails to one member whose owner presses the links, and
	// permitGapUnread where nobody does: nobody fills a mailbox through us.
	permitGap       = 3 * time.Minute
	permitGapUnread = 10 * time.Minute
	// permitWindow is in which redemptions count together.
	permitWindow = 24 * time.Hour
)

// What a refusal says of the mail that asks, in its detail "mail".
const (
	PermitSent = "sent" // on its way, or there is one whose link holds
	PermitWait = "wait" // the newest one is for fewer points and a few minutes old
	PermitNone = "none" // nobody can be written to
)

// spending is what a press of the button is about to use.
type spending struct {
	account, member loyalty.ID
	points, above   loyalty.Points
}

// confirmed refuses what goes beyond the shop's limit, at once or within a day, unless
// the member's own mail has allowed it (G19). The permission is used up with the
// redemption or not at all. The account is locked by the caller, so that what others
// redeem at the same moment is counted.
func (r redeemPress) confirmed(tx *store.Tx, s spending) error {
	if s.above == 0 {
		return nil
	}
	if s.points <= s.above {
		codes, rewards, err := tx.SpentSince(r.shop.ID, s.account, r.now()-permitWindow.Milliseconds())
		if err != nil || codes+rewards+s.points <= s.above {
			return err
		}
	}
	ok, err := tx.UsePermit(r.shop.ID, s.member, s.points, r.now())
	if err != nil || ok {
		return err
	}
	return loyalty.Refuse(loyalty.CodeConfirmByMail, "so many points are redeemed only after the press of a link that is sent by e-mail").
		With("points", int64(s.points)).With("above", int64(s.above))
}

// askByMail owes the mail that asks, in a transaction of its own, because the one that
// refused was rolled back. It returns the refusal with what became of the mail.
func (r redeemPress) askByMail(ctx context.Context, refusal error) error {
	var e *loyalty.Error
	if !errors.As(refusal, &e) {
		return refusal
	}
	points, _ := e.Detail["points"].(int64)
	var said string
	err := r.Store.Write(ctx, func(tx *store.Tx) (err error) {
		said, err = r.ask(tx, loyalty.Points(points))
		return err
	})
	if err != nil {
		return err
	}
	return e.With("mail", said)
}

func (r redeemPress) ask(tx *store.Tx, points loyalty.Points) (said string, err error) {
	who, err := r.redeemer(tx)
	if err != nil {
		return "", err
	}
	if r.Post.Mailer == nil || mail.CheckAddress(who.Email) != nil {
		return PermitNone, nil
	}
	if why, err := r.suppressed(tx, r.shop.ID, who.Email, false); err != nil || why != "" {
		return PermitNone, err
	}
	now := r.now()
	earlier, found, err := tx.PermitOf(r.shop.ID, who.ID)
	if err != nil {
		return "", err
	}
	gap := permitGapUnread
	if found && earlier.PressedAt > 0 {
		gap = permitGap
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return "", err
	}
	token := base64.RawURLEncoding.EncodeToString(secret)
	p := store.Permit{MemberID: who.ID, Hash: r.permitHash(r.shop.ID, token), Points: points, AskedAt: now, ExpiresAt: now + PermitFor.Milliseconds()}
	asked, err := tx.AskPermit(r.shop.ID, p, now-gap.Milliseconds())
	if err != nil {
		return "", err
	}
	if asked {
		return PermitSent, r.permitMail(tx, who, p, token)
	}
	if earlier, _, err = tx.PermitOf(r.shop.ID, who.ID); err == nil && earlier.PressedAt == 0 && earlier.Points >= points {
		return PermitSent, nil
	}
	return PermitWait, err
}

func (r redeemPress) permitMail(tx *store.Tx, who loyalty.Member, p store.Permit, token string) error {
	home, err := r.ShopURL(tx, r.shop)
	if err != nil {
		return err
	}
	_, err = r.QueueMail(tx, r.shop, MailRequest{Kind: "permit", Key: hexOf(p.Hash), To: who.Email, Locale: who.Locale, Link: home + proxyPath + "/permit?t=" + token,
		Counts: map[string]int64{"points": int64(p.Points)}, Fill: map[string]string{"minutes": permitMinutes()}})
	return err
}

func permitMinutes() string { return strconv.Itoa(int(PermitFor.Minutes())) }

// permitHash is by which a link is known; the link itself is only in the mail.
func (p *Program) permitHash(shop loyalty.ShopID, token string) []byte {
	return p.keyedHash("permit:" + shop.String() + ":" + token)
}

// Permit is what the link of a mail is about.
type Permit struct {
	Points  loyalty.Points
	Minutes string // how long the permission holds, in digits
	Given   bool   // the link was pressed, and nothing was redeemed since
	Locale  string // of the member, may be empty
}

// PermitOf is what a link asks; looking changes nothing. CodeNotFound for a link that
// was used, has run out, was replaced by a newer one or never was.
func (p *Program) PermitOf(tx *store.Tx, shop loyalty.ShopID, token string) (Permit, error) {
	out := Permit{Minutes: permitMinutes()}
	row, found, err := tx.PermitByToken(shop, p.permitHash(shop, token))
	if err != nil || !found {
		return out, orNotFound(err, "link")
	}
	m, _, err := tx.MemberByID(shop, row.MemberID)
	if err != nil {
		return out, err
	}
	out.Points, out.Locale = row.Points, m.Locale
	out.Given = row.PressedAt > 0 && row.GrantedUntil > p.now()
	if open := row.PressedAt == 0 && row.ExpiresAt > p.now(); !open && !out.Given {
		return out, loyalty.NotFound("link")
	}
	return out, nil
}

// GivePermit is the press of the link: one redemption of up to so many points is
// allowed for a while. A second press changes nothing. CodeNotFound as for PermitOf.
func (p *Program) GivePermit(ctx context.Context, shop loyalty.Shop, token string) (out Permit, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		hash := p.permitHash(shop.ID, token)
		given, err := tx.GrantPermit(shop.ID, hash, p.now()+PermitFor.Milliseconds(), p.now())
		if err != nil {
			return err
		}
		if out, err = p.PermitOf(tx, shop.ID, token); err != nil || !given {
			return err
		}
		row, _, err := tx.PermitByToken(shop.ID, hash)
		if err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: "mail", did: "member.permitted", to: "member:" + row.MemberID.String(), after: map[string]any{"points": row.Points}})
	})
	return out, err
}

// SweepPermits forgets questions of the days before.
func (p *Program) SweepPermits(ctx context.Context, shop loyalty.ShopID) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error { return tx.SweepPermits(shop, p.now()-dayMs) })
}

func noMailToConfirm() error {
	return loyalty.Invalid("confirm_above", "needs a mail server, and there is none: whoever runs the app has to set one first (ZUGABE_SMTP_URL)")
}
