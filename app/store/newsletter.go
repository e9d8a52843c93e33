package store

import "zugabe/app/loyalty"

// SignupState is where a newsletter sign-up stands.
type SignupState string

// The states of a sign-up.
const (
	SignupHeld         SignupState = "held"    // waits for the merchant: the address looks disposable
	SignupPending      SignupState = "pending" // the mail with the link is owed or out
	SignupConfirmed    SignupState = "confirmed"
	SignupUnsubscribed SignupState = "unsubscribed"
	SignupErased       SignupState = "erased" // only the person's keyed hash is left
)

// Signup is one person's newsletter sign-up with the record of consent. A shop has
// one for a person, however often they ask.
type Signup struct {
	ID             loyalty.ID
	Email          string
	PersonKey      []byte
	State          SignupState
	TokenHash      []byte // of the link in the newest mail; empty = none is valid
	Asked          int64  // how many links were sent
	TemplateID     loyalty.ID
	CodeID         loyalty.ID
	Code           string // the voucher as it was given
	Locale         string
	Source         string // where the form was: "home", "popup", "fair"
	ConsentText    string // as it was shown
	IPHash         []byte
	ConfirmIPHash  []byte
	Reason         string
	CreatedAt      int64 // Unix ms
	AskedAt        int64
	ConfirmedAt    int64
	UnsubscribedAt int64
}

const signupColumns = `id, email, email_fold, person_key, state, token_hash, asked, template_id, code_id, code, locale, source, consent_text,
	ip_hash, confirm_ip_hash, reason, created_at, asked_at, confirmed_at, unsubscribed_at`

// InsertSignup stores a first sign-up; a *DuplicateError of
// "newsletter_signups.newsletter_signups_person" says that the person has one.
func (tx *Tx) InsertSignup(shop loyalty.ShopID, s Signup) error {
	_, err := tx.Exec(`INSERT INTO newsletter_signups (shop_id, `+signupColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		append([]any{shop, s.ID}, s.values()...)...)
	return err
}

func (s Signup) values() []any {
	return []any{clip(s.Email, 320), foldText(s.Email, 320), s.PersonKey, string(s.State), some(s.TokenHash), s.Asked, s.TemplateID, s.CodeID, clip(s.Code, 64),
		s.Locale, clip(s.Source, 60), clip(s.ConsentText, 1000), some(s.IPHash), some(s.ConfirmIPHash), s.Reason, s.CreatedAt, s.AskedAt, s.ConfirmedAt, s.UnsubscribedAt}
}

// SaveSignup writes a sign-up that is still in the state in which it was seen, and
// was asked as often; ok is false if somebody else was quicker.
func (tx *Tx) SaveSignup(shop loyalty.ShopID, s Signup, was SignupState, asked int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE newsletter_signups SET email = ?, email_fold = ?, person_key = ?, state = ?, token_hash = ?, asked = ?, template_id = ?, code_id = ?,
		code = ?, locale = ?, source = ?, consent_text = ?, ip_hash = ?, confirm_ip_hash = ?, reason = ?, created_at = ?, asked_at = ?, confirmed_at = ?,
		unsubscribed_at = ? WHERE shop_id = ? AND id = ? AND state = ? AND asked = ?`, append(s.values(), shop, s.ID, string(was), asked)...)
	return n == 1, err
}

// LockSignup makes others wait who would change the sign-up.
func (tx *Tx) LockSignup(shop loyalty.ShopID, person []byte) error {
	_, err := tx.Exec(`UPDATE newsletter_signups SET reason = reason WHERE shop_id = ? AND person_key = ?`, shop, person)
	return err
}

// SignupOfPerson finds a person's sign-up.
func (tx *Tx) SignupOfPerson(shop loyalty.ShopID, person []byte) (Signup, bool, error) {
	return tx.signup(`person_key = ?`, shop, person)
}

// SignupByID finds a sign-up.
func (tx *Tx) SignupByID(shop loyalty.ShopID, id loyalty.ID) (Signup, bool, error) {
	return tx.signup(`id = ?`, shop, id)
}

// SignupByToken finds the sign-up whose newest link has a token of this hash.
func (tx *Tx) SignupByToken(shop loyalty.ShopID, hash []byte) (Signup, bool, error) {
	return tx.signup(`token_hash = ?`, shop, hash)
}

func (tx *Tx) signup(where string, args ...any) (Signup, bool, error) {
	list, err := tx.signups(`SELECT `+signupColumns+` FROM newsletter_signups WHERE shop_id = ? AND `+where+` LIMIT 1`, args)
	if err != nil || len(list) == 0 {
		return Signup{}, false, err
	}
	return list[0], true, nil
}

// SignupsQuery says which sign-ups are listed: of one state or any, with an address
// that begins so or any.
type SignupsQuery struct {
	State  SignupState
	Email  string
	Before loyalty.ID // 0 = from the newest
	Limit  int
}

// ListSignups pages through sign-ups, newest first.
func (tx *Tx) ListSignups(shop loyalty.ShopID, q SignupsQuery) ([]Signup, error) {
	index := "PRIMARY"
	if q.State != "" {
		index = "newsletter_signups_state"
	}
	query, args := `SELECT `+signupColumns+` FROM newsletter_signups`+useIndex(index)+`WHERE shop_id = ?`, []any{shop}
	if q.State != "" {
		query, args = query+` AND state = ?`, append(args, string(q.State))
	}
	if q.Before > 0 {
		query, args = query+` AND id < ?`, append(args, q.Before)
	}
	if q.Email != "" {
		from := foldText(q.Email, 320)
		query, args = query+` AND email_fold >= ? AND email_fold < ?`, append(args, from, from+"\U0010FFFF")
	}
	return tx.signups(query+` ORDER BY id DESC LIMIT ?`, append(args, q.Limit))
}

// CountSignups counts sign-ups by state.
func (tx *Tx) CountSignups(shop loyalty.ShopID) (map[SignupState]int64, error) {
	counts := map[SignupState]int64{}
	err := tx.Rows(`SELECT state, COUNT(*) FROM newsletter_signups`+useIndex("newsletter_signups_state")+`WHERE shop_id = ? GROUP BY state`, []any{shop}, func(row Scanner) error {
		var state string
		var n int64
		err := row.Scan(&state, &n)
		counts[SignupState(state)] = n
		return err
	})
	return counts, err
}

// ForgetSignup empties a person's sign-up. Their keyed hash and whether they had a
// voucher stay, so that there is no second one.
func (tx *Tx) ForgetSignup(shop loyalty.ShopID, person []byte) error {
	if len(person) == 0 {
		return nil
	}
	_, err := tx.Exec(`UPDATE newsletter_signups SET email = '', email_fold = '', state = ?, token_hash = ?, code = '', consent_text = '', source = '', ip_hash = ?,
		confirm_ip_hash = ? WHERE shop_id = ? AND person_key = ?`, string(SignupErased), []byte{}, []byte{}, []byte{}, shop, person)
	return err
}

func (tx *Tx) signups(query string, args []any) ([]Signup, error) {
	var list []Signup
	err := tx.Rows(query, args, func(row Scanner) error {
		var s Signup
		var fold, state string
		err := row.Scan(&s.ID, &s.Email, &fold, &s.PersonKey, &state, &s.TokenHash, &s.Asked, &s.TemplateID, &s.CodeID, &s.Code, &s.Locale, &s.Source,
			&s.ConsentText, &s.IPHash, &s.ConfirmIPHash, &s.Reason, &s.CreatedAt, &s.AskedAt, &s.ConfirmedAt, &s.UnsubscribedAt)
		s.State = SignupState(state)
		list = append(list, s)
		return err
	})
	return list, err
}

// Jobs of the newsletter.
const (
	JobNewsletterTool    JobKind = "newsletter.tool"    // tell the merchant's newsletter tool
	JobNewsletterConsent JobKind = "newsletter.consent" // set the host's marketing consent
)
