package program

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

// people are the members that a batch is about.
type people struct {
	byKey    map[string]*loyalty.Member // by the host's customer key
	byID     map[loyalty.ID]*loyalty.Member
	byPerson map[string]*loyalty.Member // activities that name an address only
	fresh    []*loyalty.Member
	keys     map[string]loyalty.ID // customer keys that are new
	changed  map[loyalty.ID]*loyalty.Member
	logins   map[loyalty.ID]bool  // members that are seen with a login for the first time
	opened   map[loyalty.ID]int64 // those of them known without one before, and since when they have it (Unix ms)
}

// personKey is the keyed hash by which a person is known again: of the address
// in its canonical form, so that a.b+x@gmail.com and AB@googlemail.com are one
// (G12). Nil without an address.
func (p *Program) personKey(email string) []byte {
	canonical := loyalty.CanonicalEmail(email)
	if canonical == "" {
		return nil
	}
	return p.keyedHash("person:" + canonical)
}

// erasedKey stands in for the customer key of somebody who was erased: a late
// order of theirs is recognised, and nothing can be read from it (J8).
func (p *Program) erasedKey(customerKey string) string {
	return "erased:" + hex.EncodeToString(p.keyedHash("customer:" + customerKey)[:16])
}

func (p *Program) keyedHash(text string) []byte {
	mac := hmac.New(sha256.New, p.PersonKey)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// meet finds the members behind a batch, makes those that are new, and takes
// over what the host says of them.
func (b *batch) meet(f facts) error {
	b.people = people{byKey: map[string]*loyalty.Member{}, byID: map[loyalty.ID]*loyalty.Member{},
		byPerson: map[string]*loyalty.Member{}, keys: map[string]loyalty.ID{}, changed: map[loyalty.ID]*loyalty.Member{},
		logins: map[loyalty.ID]bool{}, opened: map[loyalty.ID]int64{}}
	if err := b.meetByKey(f.customerKeys()); err != nil {
		return err
	}
	if err := b.meetByAddress(f.activities); err != nil {
		return err
	}
	b.learn(f)
	return b.storePeople()
}

// meetByKey finds members by the host's keys; those that nobody has now may be
// of somebody who was erased.
func (b *batch) meetByKey(wanted []string) error {
	found, err := b.tx.MembersByKey(b.shop.ID, wanted)
	if err != nil {
		return err
	}
	erased := map[string]string{}
	for _, key := range wanted {
		if m, ok := found[key]; ok {
			b.people.know(key, m)
		} else {
			erased[b.p.erasedKey(key)] = key
		}
	}
	if found, err = b.tx.MembersByKey(b.shop.ID, slices.Sorted(maps.Keys(erased))); err != nil {
		return err
	}
	for hash, m := range found {
		b.people.know(erased[hash], m)
	}
	return nil
}

// know remembers a member; the same member under two keys is one.
func (s *people) know(key string, m loyalty.Member) {
	if s.byID[m.ID] == nil {
		s.byID[m.ID] = &m
	}
	s.byKey[key] = s.byID[m.ID]
}

func (f facts) customerKeys() []string {
	var keys []string
	for _, s := range f.sales {
		if s.sale != nil && s.sale.CustomerKey != "" {
			keys = append(keys, s.sale.CustomerKey)
		}
	}
	for _, a := range f.activities {
		if a.CustomerKey != "" {
			keys = append(keys, a.CustomerKey)
		}
	}
	for _, c := range f.customers {
		keys = append(keys, c.Key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// meetByAddress finds members for activities that come without a customer key,
// as reviews do.
func (b *batch) meetByAddress(list []earning.Activity) error {
	var hashes [][]byte
	for _, a := range list {
		if a.CustomerKey == "" && a.Contact.Email != "" {
			hashes = append(hashes, b.p.personKey(a.Contact.Email))
		}
	}
	found, err := b.tx.MembersByPerson(b.shop.ID, hashes)
	if err != nil {
		return err
	}
	for hash, members := range found {
		for _, m := range members {
			if m.State == loyalty.MemberActive && b.people.byPerson[hash] == nil {
				b.people.know(m.CustomerKey, m)
				b.people.byPerson[hash] = b.people.byID[m.ID]
			}
		}
	}
	return nil
}

// learn makes new members and takes over newer records of the host. A sale or an
// activity only fills in what is empty: it may be older than what we know.
func (b *batch) learn(f facts) {
	for _, c := range f.customers {
		if m := b.people.byKey[c.Key]; m != nil || c.HasLogin {
			b.takeRecord(b.member(c.Key), c)
		}
	}
	for _, s := range f.sales {
		if s.sale != nil && s.sale.CustomerKey != "" && s.sale.Status != earning.SaleDraft {
			b.fillIn(b.member(s.sale.CustomerKey), s.sale.Contact)
		}
	}
	for _, a := range f.activities {
		if a.CustomerKey != "" {
			b.fillIn(b.member(a.CustomerKey), a.Contact)
		}
	}
}

// member finds the member of a customer key, or makes it.
func (b *batch) member(key string) *loyalty.Member {
	if m := b.people.byKey[key]; m != nil {
		return m
	}
	m := &loyalty.Member{ID: b.p.IDs.Next(), PublicID: loyalty.NewPublicID(), CustomerKey: key, PersonKey: []byte{},
		Type: loyalty.NewCustomer, Tags: []string{}, State: loyalty.MemberActive, ReferralCode: newReferralCode(),
		Version: 1, CreatedAt: b.now, UpdatedAt: b.now}
	b.people.byKey[key], b.people.byID[m.ID], b.people.keys[key] = m, m, m.ID
	b.people.fresh = append(b.people.fresh, m)
	return m
}

func (b *batch) takeRecord(m *loyalty.Member, c platform.Customer) {
	if m.State == loyalty.MemberActive && c.HasLogin && !m.HasLogin {
		m.HasLogin, b.people.logins[m.ID] = true, true
		if b.people.keys[c.Key] == 0 {
			b.people.opened[m.ID] = max(c.UpdatedAt, c.CreatedAt)
		}
	}
	if m.State != loyalty.MemberActive || c.UpdatedAt < m.HostUpdatedAt {
		return
	}
	was := *m
	m.Email, m.FirstName, m.LastName, m.Locale = c.Email, c.FirstName, c.LastName, c.Locale
	if c.Tags != nil {
		m.Tags = c.Tags
	}
	if hash := b.p.personKey(c.Email); hash != nil {
		m.PersonKey = hash
	}
	m.HostUpdatedAt = c.UpdatedAt
	b.takeBirthday(m, c.Birthday)
	if was.Email != m.Email || was.FirstName != m.FirstName || was.LastName != m.LastName || was.Locale != m.Locale ||
		was.HostUpdatedAt != m.HostUpdatedAt || was.Birthday != m.Birthday || !slices.Equal(was.Tags, m.Tags) {
		b.people.changed[m.ID] = m
	}
}

// takeBirthday keeps a birthday that the host tells, unless it was set less than
// a year ago: moving it would earn twice (F9).
func (b *batch) takeBirthday(m *loyalty.Member, text string) {
	day, err := loyalty.ParseDate(text)
	if err != nil || day == m.Birthday || birthdayLocked(m, b.now) {
		return
	}
	m.Birthday, m.BirthdaySetAt = day, b.now
}

func (b *batch) fillIn(m *loyalty.Member, c earning.Contact) {
	if m.State != loyalty.MemberActive {
		return
	}
	if c.HasLogin && !m.HasLogin {
		m.HasLogin, b.people.logins[m.ID] = true, true
	}
	if m.HostUpdatedAt != 0 {
		return
	}
	changed := false
	for _, f := range []struct{ have, told *string }{{&m.Email, &c.Email}, {&m.FirstName, &c.FirstName}, {&m.LastName, &c.LastName}, {&m.Locale, &c.Locale}} {
		if *f.have == "" && *f.told != "" {
			*f.have, changed = *f.told, true
		}
	}
	if hash := b.p.personKey(m.Email); hash != nil && !bytes.Equal(hash, m.PersonKey) {
		m.PersonKey, changed = hash, true
	}
	if changed {
		b.people.changed[m.ID] = m
	}
}

// storePeople writes new members and changed profiles: at most four statements.
func (b *batch) storePeople() error {
	fresh := make([]loyalty.Member, len(b.people.fresh))
	for i, m := range b.people.fresh {
		fresh[i] = *m
		delete(b.people.changed, m.ID)
		delete(b.people.logins, m.ID)
	}
	if err := b.tx.InsertMembers(b.shop.ID, fresh); err != nil {
		return err
	}
	if err := b.tx.InsertMemberKeys(b.shop.ID, b.people.keys); err != nil {
		return err
	}
	changed := make([]loyalty.Member, 0, len(b.people.changed))
	for _, m := range b.people.changed {
		changed = append(changed, *m)
	}
	slices.SortFunc(changed, func(x, y loyalty.Member) int { return cmp.Compare(x.ID, y.ID) })
	if err := b.tx.UpdateProfiles(b.shop.ID, changed, b.now); err != nil {
		return err
	}
	return b.tx.MarkLogins(b.shop.ID, slices.Sorted(maps.Keys(b.people.logins)), b.now)
}

// holder is the member behind an id, past all merges; nil for nobody.
func (b *batch) holder(id loyalty.ID) (*loyalty.Member, error) {
	for range 10 {
		if id == 0 {
			return nil, nil
		}
		m := b.people.byID[id]
		if m == nil {
			loaded, found, err := b.tx.MemberByID(b.shop.ID, id)
			if err != nil || !found {
				return nil, err
			}
			m = &loaded
			b.people.byID[id] = m
		}
		if m.State != loyalty.MemberMerged {
			return m, nil
		}
		id = m.MergedInto
	}
	return nil, nil
}

// circumstances is what rules may know of a member at an instant (Unix ms) under
// the plan version in force then, as it is kept with the fact: whoever gets an
// account later does not earn for what came before (S4-29).
func (b *batch) circumstances(m *loyalty.Member, at, version int64) ([]byte, error) {
	a := audienceOf(m, at)
	required, err := b.needsLogin(version)
	if err != nil {
		return nil, err
	}
	a.NoAccount = required && !m.HasLogin
	return json.Marshal(circumstance{Audience: a, Zone: b.shop.Zone, Currency: b.shop.Currency})
}

// circumstance is kept with a fact when it is first judged. The shop's zone is
// part of it: a shop that moves to another one would otherwise put yesterday's
// order into another day, and a refund of it would be judged by other campaigns.
type circumstance struct {
	earning.Audience
	Zone     string           `json:"zone,omitempty"`
	Currency loyalty.Currency `json:"currency,omitempty"`
}

// needsLogin says that only customers with an enabled login earn under a version.
func (b *batch) needsLogin(version int64) (bool, error) {
	if version <= 0 {
		return false, nil
	}
	plan, err := b.plans.version(version)
	return plan.Doc.needsLogin(), err
}

// audienceOf is what rules may know of a member at an instant (Unix ms).
func audienceOf(m *loyalty.Member, at int64) earning.Audience {
	a := earning.Audience{MemberType: string(loyalty.NewCustomer), Tags: m.Tags, Factor: m.Factor,
		Blocked: m.BlockEarn || m.State == loyalty.MemberErased}
	if m.FirstOrderAt != 0 && m.FirstOrderAt < at {
		a.MemberType = string(loyalty.Customer)
	}
	return a
}
