package store

import (
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/partner"
)

const sponsorColumns = `member_id, partner_id, state, code_id, sale_key, storefront, at_ms, final_at, revoked_at`

// LockSponsorships makes everybody else who changes these sponsorships wait until our COMMIT.
func (tx *Tx) LockSponsorships(shop loyalty.ShopID, members []loyalty.ID) error {
	if len(members) == 0 {
		return nil
	}
	_, err := tx.Exec(`UPDATE sponsorships SET state = state WHERE shop_id = ? AND member_id IN (`+placeholders(len(members))+`)`, argsOf(shop, members)...)
	return err
}

// SponsorshipsOf finds in whose first lines members are, keyed by member.
func (tx *Tx) SponsorshipsOf(shop loyalty.ShopID, members []loyalty.ID) (map[loyalty.ID]partner.Sponsorship, error) {
	found := make(map[loyalty.ID]partner.Sponsorship, len(members))
	if len(members) == 0 {
		return found, nil
	}
	err := tx.Rows(`SELECT `+sponsorColumns+` FROM sponsorships WHERE shop_id = ? AND member_id IN (`+placeholders(len(members))+`)`, argsOf(shop, members),
		func(row Scanner) error {
			s, err := scanSponsorship(row)
			found[s.MemberID] = s
			return err
		})
	return found, err
}

func scanSponsorship(row Scanner, more ...any) (partner.Sponsorship, error) {
	var s partner.Sponsorship
	var state string
	err := row.Scan(append([]any{&s.MemberID, &s.PartnerID, &state, &s.CodeID, &s.SaleKey, &s.Storefront, &s.At, &s.FinalAt, &s.RevokedAt}, more...)...)
	s.State = partner.State(state)
	return s, err
}

// PutSponsorships writes sponsorships whole: those that members had before are
// replaced. Two at once for one member are a *DuplicateError of
// "sponsorships.PRIMARY" for the second (S0-14).
func (tx *Tx) PutSponsorships(shop loyalty.ShopID, list []partner.Sponsorship, replaced []loyalty.ID) error {
	if len(replaced) > 0 {
		if _, err := tx.Exec(`DELETE FROM sponsorships WHERE shop_id = ? AND member_id IN (`+placeholders(len(replaced))+`)`, argsOf(shop, replaced)...); err != nil {
			return err
		}
	}
	rows := make([][]any, len(list))
	for i, s := range list {
		rows[i] = []any{int64(shop), int64(s.MemberID), int64(s.PartnerID), string(s.State), int64(s.CodeID), s.SaleKey, clip(s.Storefront, 100), s.At, s.FinalAt, s.RevokedAt}
	}
	return tx.InsertMany("sponsorships", []string{"shop_id", "member_id", "partner_id", "state", "code_id", "sale_key", "storefront", "at_ms", "final_at", "revoked_at"}, rows)
}

// LineList says which members below a partner a list shows, the newest first.
type LineList struct {
	Path   string // of the partner at the top
	Level  int    // 1 = the first line
	New    bool   // only those who have bought nothing yet
	Before loyalty.ID
	Limit  int
}

// LineRow is a member below a partner.
type LineRow struct {
	partner.Sponsorship
	Type     loyalty.MemberType
	Partner  bool // has own codes
	Created  int64
	WorkedAs string // of the worklist: "" = untouched
	RemindAt int64
	Note     string
	DoneAt   int64
}

// Line lists the members of one level below a partner. Members who were merged away
// or erased are left out.
func (tx *Tx) Line(shop loyalty.ShopID, top loyalty.ID, l LineList) ([]LineRow, error) {
	if l.Before == 0 {
		l.Before = maxID
	}
	where, args := `s.partner_id = ?`, []any{shop, shop, top}
	if l.Level > 1 {
		from, to := pathRange(l.Path)
		depth := partner.Depth(l.Path) + l.Level - 1
		where = `s.partner_id IN (SELECT p.member_id FROM partners p WHERE p.shop_id = ? AND p.level_path >= ? AND p.level_path < ? AND LENGTH(p.level_path) - LENGTH(REPLACE(p.level_path, '/', '')) = ?)`
		args = []any{shop, shop, shop, from, to, depth}
	}
	if l.New {
		where += ` AND m.member_type = 'new_customer'`
	}
	args = append(args, l.Before, l.Limit)
	// The first two arguments are those of the joins, in the order of the text.
	query := `SELECT ` + prefixed("s", sponsorColumns) + `, m.member_type, m.created_at, CASE WHEN q.member_id IS NULL THEN 0 ELSE 1 END,
		COALESCE(w.state, ''), COALESCE(w.remind_at, 0), COALESCE(w.note, ''), COALESCE(w.done_at, 0)
		FROM sponsorships s JOIN members m ON m.shop_id = s.shop_id AND m.id = s.member_id AND m.state = 'active'
		LEFT JOIN partners q ON q.shop_id = s.shop_id AND q.member_id = s.member_id
		LEFT JOIN worklist w ON w.shop_id = ? AND w.partner_id = s.partner_id AND w.member_id = s.member_id
		WHERE s.shop_id = ? AND ` + where + ` AND s.state <> 'revoked' AND s.member_id < ? ORDER BY s.member_id DESC LIMIT ?`
	var list []LineRow
	err := tx.Rows(query, args, func(row Scanner) error {
		var r LineRow
		var kind string
		var own int64
		var err error
		r.Sponsorship, err = scanSponsorship(row, &kind, &r.Created, &own, &r.WorkedAs, &r.RemindAt, &r.Note, &r.DoneAt)
		r.Type, r.Partner = loyalty.MemberType(kind), own != 0
		list = append(list, r)
		return err
	})
	return list, err
}

func prefixed(alias, columns string) string {
	return alias + "." + strings.ReplaceAll(columns, ", ", ", "+alias+".")
}

// LevelCount is how many members are on a level below a partner.
type LevelCount struct {
	Depth int // of the path of the partner above them
	All   int64
	New   int64
}

// Levels counts the members below a partner, by the depth of whoever brought them.
func (tx *Tx) Levels(shop loyalty.ShopID, path string) ([]LevelCount, error) {
	from, to := pathRange(path)
	var list []LevelCount
	err := tx.Rows(`SELECT LENGTH(p.level_path) - LENGTH(REPLACE(p.level_path, '/', '')) AS depth, COUNT(*), SUM(CASE WHEN m.member_type = 'new_customer' THEN 1 ELSE 0 END)
		FROM partners p JOIN sponsorships s ON s.shop_id = p.shop_id AND s.partner_id = p.member_id AND s.state <> 'revoked'
		JOIN members m ON m.shop_id = s.shop_id AND m.id = s.member_id AND m.state = 'active'
		WHERE p.shop_id = ? AND p.level_path >= ? AND p.level_path < ? GROUP BY LENGTH(p.level_path) - LENGTH(REPLACE(p.level_path, '/', '')) ORDER BY depth`,
		[]any{shop, from, to}, func(row Scanner) error {
			var c LevelCount
			err := row.Scan(&c.Depth, &c.All, &c.New)
			list = append(list, c)
			return err
		})
	return list, err
}

// SponsorEvent is a line of a member's attribution (N-12).
type SponsorEvent struct {
	ID         loyalty.ID
	MemberID   loyalty.ID
	PartnerID  loyalty.ID
	Kind       partner.Kind
	CodeID     loyalty.ID
	SaleKey    string
	Storefront string
	Actor      string
	Note       string
	At         int64 // Unix ms
}

// InsertSponsorEvents adds lines.
func (tx *Tx) InsertSponsorEvents(shop loyalty.ShopID, list []SponsorEvent) error {
	rows := make([][]any, len(list))
	for i, e := range list {
		rows[i] = []any{int64(shop), int64(e.ID), int64(e.MemberID), int64(e.PartnerID), string(e.Kind), int64(e.CodeID), e.SaleKey, clip(e.Storefront, 100), e.Actor, clip(e.Note, 500), e.At}
	}
	return tx.InsertMany("sponsor_events", []string{"shop_id", "id", "member_id", "partner_id", "kind", "code_id", "sale_key", "storefront", "actor", "note", "at_ms"}, rows)
}

// SponsorEvents lists what happened to the members, oldest first.
func (tx *Tx) SponsorEvents(shop loyalty.ShopID, members []loyalty.ID, limit int) ([]SponsorEvent, error) {
	var list []SponsorEvent
	err := tx.Rows(`SELECT id, member_id, partner_id, kind, code_id, sale_key, storefront, actor, note, at_ms FROM sponsor_events
		WHERE shop_id = ? AND member_id IN (`+placeholders(len(members))+`) ORDER BY id DESC LIMIT ?`, append(argsOf(shop, members), limit), func(row Scanner) error {
		var e SponsorEvent
		var kind string
		err := row.Scan(&e.ID, &e.MemberID, &e.PartnerID, &kind, &e.CodeID, &e.SaleKey, &e.Storefront, &e.Actor, &e.Note, &e.At)
		e.Kind = partner.Kind(kind)
		list = append(list, e)
		return err
	})
	slices.Reverse(list)
	return list, err
}

// WorkRow is what a partner noted about a new customer (N-10).
type WorkRow struct {
	PartnerID, MemberID loyalty.ID
	State               string // "open", "contacted", "waiting", "done"
	RemindAt            int64  // Unix ms, 0 = never
	Note                string
	DoneAt              int64
}

// SaveWork writes what a partner noted.
func (tx *Tx) SaveWork(shop loyalty.ShopID, w WorkRow) error {
	n, err := tx.Exec(`UPDATE worklist SET state = ?, remind_at = ?, note = ?, done_at = ? WHERE shop_id = ? AND partner_id = ? AND member_id = ?`,
		w.State, w.RemindAt, clip(w.Note, 500), w.DoneAt, shop, w.PartnerID, w.MemberID)
	if err != nil || n > 0 {
		return err
	}
	_, err = tx.Exec(`INSERT INTO worklist (shop_id, partner_id, member_id, state, remind_at, note, done_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		shop, w.PartnerID, w.MemberID, w.State, w.RemindAt, clip(w.Note, 500), w.DoneAt)
	return err
}

// DropWork forgets what partners noted about members who have bought.
func (tx *Tx) DropWork(shop loyalty.ShopID, members []loyalty.ID) error {
	if len(members) == 0 {
		return nil
	}
	_, err := tx.Exec(`DELETE FROM worklist WHERE shop_id = ? AND member_id IN (`+placeholders(len(members))+`)`, argsOf(shop, members)...)
	return err
}

// DueWork lists reminders that are due, the oldest first. Whose member has bought
// meanwhile is not among them.
func (tx *Tx) DueWork(shop loyalty.ShopID, nowMs int64, limit int) ([]WorkRow, error) {
	return tx.workRows(`SELECT `+workColumns+` FROM worklist w
		JOIN members m ON m.shop_id = w.shop_id AND m.id = w.member_id AND m.member_type = 'new_customer' AND m.state = 'active'
		WHERE w.shop_id = ? AND w.state IN ('open', 'contacted', 'waiting') AND w.remind_at > 0 AND w.remind_at <= ? ORDER BY w.remind_at LIMIT ?`, shop, nowMs, limit)
}

// WorkAbout lists what partners noted about a member.
func (tx *Tx) WorkAbout(shop loyalty.ShopID, member loyalty.ID) ([]WorkRow, error) {
	return tx.workRows(`SELECT `+workColumns+` FROM worklist w WHERE w.shop_id = ? AND w.member_id = ? ORDER BY w.partner_id`, shop, member)
}

const workColumns = `w.partner_id, w.member_id, w.state, w.remind_at, w.note, w.done_at`

func (tx *Tx) workRows(query string, args ...any) ([]WorkRow, error) {
	var list []WorkRow
	err := tx.Rows(query, args, func(row Scanner) error {
		var w WorkRow
		err := row.Scan(&w.PartnerID, &w.MemberID, &w.State, &w.RemindAt, &w.Note, &w.DoneAt)
		list = append(list, w)
		return err
	})
	return list, err
}

// ContactRow says that a partner saw a member's contact data (S0-51).
type ContactRow struct {
	ID, PartnerID, MemberID loyalty.ID
	Kind                    string // "shown", "exported"
	Fields                  string // names, separated by spaces
	At                      int64
}

// InsertContacts notes who saw what.
func (tx *Tx) InsertContacts(shop loyalty.ShopID, list []ContactRow) error {
	rows := make([][]any, len(list))
	for i, c := range list {
		rows[i] = []any{int64(shop), int64(c.ID), int64(c.PartnerID), int64(c.MemberID), c.Kind, clip(c.Fields, 500), c.At}
	}
	return tx.InsertMany("contact_log", []string{"shop_id", "id", "partner_id", "member_id", "kind", "fields", "at_ms"}, rows)
}

// ContactsOf lists who saw a member's contact data, newest first.
func (tx *Tx) ContactsOf(shop loyalty.ShopID, member loyalty.ID, limit int) ([]ContactRow, error) {
	var list []ContactRow
	err := tx.Rows(`SELECT id, partner_id, member_id, kind, fields, at_ms FROM contact_log WHERE shop_id = ? AND member_id = ? ORDER BY id DESC LIMIT ?`,
		[]any{shop, member, limit}, func(row Scanner) error {
			var c ContactRow
			err := row.Scan(&c.ID, &c.PartnerID, &c.MemberID, &c.Kind, &c.Fields, &c.At)
			list = append(list, c)
			return err
		})
	return list, err
}

// Consents says which members agreed to advertising: with the host, or by the
// newsletter (S0-51).
func (tx *Tx) Consents(shop loyalty.ShopID, members []loyalty.ID) (map[loyalty.ID]bool, error) {
	found := make(map[loyalty.ID]bool, len(members))
	if len(members) == 0 {
		return found, nil
	}
	in := placeholders(len(members))
	for _, query := range []string{
		`SELECT member_id FROM activities WHERE shop_id = ? AND kind = 'newsletter' AND state = 'approved' AND member_id IN (` + in + `)`,
		`SELECT m.id FROM members m JOIN newsletter_signups n ON n.shop_id = m.shop_id AND n.person_key = m.person_key AND n.state = 'confirmed'
			WHERE m.shop_id = ? AND LENGTH(m.person_key) > 0 AND m.id IN (` + in + `)`,
	} {
		err := tx.Rows(query, argsOf(shop, members), func(row Scanner) error {
			var id loyalty.ID
			err := row.Scan(&id)
			found[id] = true
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Appeal is a partner's claim that a customer is theirs.
type Appeal struct {
	ID, MemberID, PartnerID loyalty.ID
	State                   string // AppealOpen, AppealUpheld, AppealDismissed
	Text                    string
	Answer                  string
	DecidedBy               string
	CreatedAt, DecidedAt    int64 // Unix ms
}

// The states of an appeal.
const (
	AppealOpen      = "open"
	AppealUpheld    = "upheld"
	AppealDismissed = "dismissed"
)

// InsertAppeal adds an appeal.
func (tx *Tx) InsertAppeal(shop loyalty.ShopID, a Appeal) error {
	_, err := tx.Exec(`INSERT INTO appeals (shop_id, id, member_id, partner_id, state, text, answer, decided_by, created_at, decided_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		shop, a.ID, a.MemberID, a.PartnerID, a.State, clip(a.Text, 1000), clip(a.Answer, 500), a.DecidedBy, a.CreatedAt, a.DecidedAt)
	return err
}

// DecideAppeal closes an open appeal; ok is false if it is not open.
func (tx *Tx) DecideAppeal(shop loyalty.ShopID, a Appeal) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE appeals SET state = ?, answer = ?, decided_by = ?, decided_at = ? WHERE shop_id = ? AND id = ? AND state = 'open'`,
		a.State, clip(a.Answer, 500), a.DecidedBy, a.DecidedAt, shop, a.ID)
	return n == 1, err
}

// Appeals lists appeals of a state ("" = all), newest first.
func (tx *Tx) Appeals(shop loyalty.ShopID, state string, before loyalty.ID, limit int) ([]Appeal, error) {
	if before == 0 {
		before = maxID
	}
	where, args := `id < ?`, []any{shop, before}
	if state != "" {
		where, args = where+` AND state = ?`, append(args, state)
	}
	return tx.appeals(where+` ORDER BY id DESC LIMIT ?`, append(args, limit))
}

// AppealsAbout lists a partner's appeals about a member, newest first.
func (tx *Tx) AppealsAbout(shop loyalty.ShopID, member, by loyalty.ID) ([]Appeal, error) {
	return tx.appeals(`member_id = ? AND partner_id = ? ORDER BY id DESC LIMIT 20`, []any{shop, member, by})
}

// AppealsOf lists what partners said about a member, and what the member said as one.
func (tx *Tx) AppealsOf(shop loyalty.ShopID, member loyalty.ID) ([]Appeal, error) {
	return tx.appeals(`(member_id = ? OR partner_id = ?) ORDER BY id DESC`, []any{shop, member, member})
}

// AppealByID finds one.
func (tx *Tx) AppealByID(shop loyalty.ShopID, id loyalty.ID) (Appeal, bool, error) {
	list, err := tx.appeals(`id = ?`, []any{shop, id})
	if err != nil || len(list) == 0 {
		return Appeal{}, false, err
	}
	return list[0], true, nil
}

// appeals reads by a condition behind that on the shop, which is the first argument.
func (tx *Tx) appeals(where string, args []any) ([]Appeal, error) {
	var list []Appeal
	err := tx.Rows(`SELECT id, member_id, partner_id, state, text, answer, decided_by, created_at, decided_at FROM appeals WHERE shop_id = ? AND `+where, args, func(row Scanner) error {
		var a Appeal
		err := row.Scan(&a.ID, &a.MemberID, &a.PartnerID, &a.State, &a.Text, &a.Answer, &a.DecidedBy, &a.CreatedAt, &a.DecidedAt)
		list = append(list, a)
		return err
	})
	return list, err
}

// LastContacts says when a partner last saw each member's contact data (Unix ms).
func (tx *Tx) LastContacts(shop loyalty.ShopID, by loyalty.ID, members []loyalty.ID) (map[loyalty.ID]int64, error) {
	found := make(map[loyalty.ID]int64, len(members))
	if len(members) == 0 {
		return found, nil
	}
	err := tx.Rows(`SELECT member_id, MAX(at_ms) FROM contact_log WHERE shop_id = ? AND partner_id = ? AND member_id IN (`+placeholders(len(members))+`) GROUP BY member_id`,
		withArgs([]any{shop, by}, members), func(row Scanner) error {
			var id loyalty.ID
			var at int64
			err := row.Scan(&id, &at)
			found[id] = at
			return err
		})
	return found, err
}
