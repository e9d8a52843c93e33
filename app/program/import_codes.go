package program

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"zugabe/app/loyalty"
	"zugabe/app/spreadsheet"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// newSigns replaces every sign of a group by its first.
func newSigns(groups ...string) *strings.Replacer {
	var pairs []string
	for _, g := range groups {
		for _, r := range g[1:] {
			pairs = append(pairs, string(r), g[:1])
		}
	}
	return strings.NewReplacer(pairs...)
}

// asked is what a line wants.
type askedCode struct {
	at       int // in the part
	text     string
	folded   string
	request  CodeRequest
	minor    int64
	person   string // key of a member in the part's book, "" = nobody
	partner  string
	batch    string
	code     store.Code
	replaces store.CodeStub // a taken-back code whose text this one gets
}

// linesDesk judges the lines of one part together: a handful of statements for 1,000.
type linesDesk struct {
	*importWork
	tx      *store.Tx
	lines   []ImportLine
	asked   []*askedCode
	taken   map[string]store.CodeStub
	members map[string]loyalty.ID // by what the line says
	batches map[loyalty.ID]store.Batch
	blocked map[loyalty.ID][]store.BatchMove
	dry     bool
	off     bool // partners are switched off: codes from one would not count
}

// makeLines says of every line what becomes of it, and makes the codes unless it is a dry run.
func (w *importWork) makeLines(tx *store.Tx, lines []ImportLine) error {
	d := &linesDesk{importWork: w, tx: tx, lines: lines, dry: w.State == store.ImportChecking}
	for at := range lines {
		l := &lines[at]
		l.State, l.Why, l.About, l.Code = "", "", "", 0
		if a := d.parse(at); l.State == "" {
			d.asked = append(d.asked, a)
		}
	}
	if err := d.readShop(); err != nil {
		return err
	}
	var activate []loyalty.ID
	var free []store.CodeStub
	var fresh []*askedCode
	for _, a := range d.asked {
		switch d.judge(a) {
		case LineActivated:
			activate = append(activate, lines[a.at].Code)
		case LineOK:
			if a.replaces.ID != 0 {
				free = append(free, a.replaces)
			}
			fresh = append(fresh, a)
		}
	}
	if d.dry {
		return d.warn(fresh)
	}
	if err := tx.FreeTexts(w.shop.ID, free); err != nil {
		return err
	}
	if err := tx.StartCodes(w.shop.ID, activate, w.now()); err != nil {
		return err
	}
	if err := tx.ActivatedBy(w.shop.ID, w.ID, activate, w.now()); err != nil {
		return err
	}
	return d.insert(fresh, activate)
}

func (d *linesDesk) fail(at int, state, why, about string) {
	l := &d.lines[at]
	l.State, l.Why, l.About = state, why, about
}

// parse reads a line's cells; the line has failed if they cannot be read.
func (d *linesDesk) parse(at int) *askedCode {
	l, o := &d.lines[at], d.options
	a := &askedCode{at: at, text: o.cell(l.Cells, ColumnCode), batch: o.cell(l.Cells, ColumnBatch),
		person: o.cell(l.Cells, ColumnMember), partner: o.cell(l.Cells, ColumnPartner)}
	a.folded = voucher.Fold(a.text)
	a.request = CodeRequest{MaxUses: -1, Origin: OriginImport}
	switch {
	case a.text == "":
		d.fail(at, LineFailed, "code_missing", "")
	case len(a.folded) < 3:
		d.fail(at, LineFailed, "code_short", a.text)
	case utf8.RuneCountInString(a.text) > 60 || len(a.folded) > 200:
		d.fail(at, LineFailed, "code_long", a.text)
	case l.Same > 0:
		d.fail(at, LineDuplicate, "duplicate_line", strconv.Itoa(l.Same))
	default:
		d.parseTerms(a)
	}
	return a
}

func (d *linesDesk) parseTerms(a *askedCode) {
	l, o := &d.lines[a.at], d.options
	if value := o.cell(l.Cells, ColumnValue); value != "" {
		minor, err := spreadsheet.Minor(value, o.decimal(), d.shop.Currency)
		switch {
		case err != nil || minor <= 0:
			d.fail(a.at, LineFailed, "value_number", value)
		case d.voucher.Doc.Kind != voucher.Absolute:
			d.fail(a.at, LineFailed, "value_kind", value)
		}
		a.minor = minor
	}
	if uses := o.cell(l.Cells, ColumnMaxUses); uses != "" {
		n, err := spreadsheet.Whole(uses)
		if err != nil || n > 1_000_000_000 {
			d.fail(a.at, LineFailed, "uses_number", uses)
		}
		a.request.MaxUses = n
	}
	zone, err := loyalty.Zone(d.shop.Zone)
	if err != nil {
		d.fail(a.at, LineFailed, "zone", d.shop.Zone)
		return
	}
	if from := o.cell(l.Cells, ColumnFrom); from != "" {
		day, err := spreadsheet.Date(from, o.Dates)
		if err != nil {
			d.fail(a.at, LineFailed, "date_from", from)
		}
		a.request.StartsAt = day.Start(zone).UnixMilli()
	}
	if until := o.cell(l.Cells, ColumnUntil); until != "" {
		day, err := spreadsheet.Date(until, o.Dates)
		if err != nil {
			d.fail(a.at, LineFailed, "date_until", until)
		}
		a.request.EndsAt = day.End(zone).UnixMilli() // the whole day counts
	}
}

// readShop reads what the lines are held against.
func (d *linesDesk) readShop() error {
	folded := make([]string, len(d.asked))
	var people []string
	for i, a := range d.asked {
		folded[i] = a.folded
		people = append(people, a.person, a.partner)
	}
	var err error
	if d.taken, err = d.tx.CodeStubs(d.shop.ID, folded); err != nil {
		return err
	}
	if d.members, err = d.findPeople(people); err != nil {
		return err
	}
	settings, err := d.PartnerSettings(d.tx, d.shop.ID)
	if err != nil {
		return err
	}
	d.off = !settings.On
	seen := map[loyalty.ID]bool{}
	var ids []loyalty.ID
	for _, c := range d.taken {
		if c.BatchID != 0 && !seen[c.BatchID] {
			seen[c.BatchID] = true
			ids = append(ids, c.BatchID)
		}
	}
	if d.batches, err = d.tx.BatchesByID(d.shop.ID, ids); err != nil {
		return err
	}
	moves, err := d.tx.BatchMoves(d.shop.ID, ids)
	d.blocked = map[loyalty.ID][]store.BatchMove{}
	for _, m := range moves {
		if m.Kind == store.ImportBlock {
			d.blocked[m.BatchID] = append(d.blocked[m.BatchID], m)
		}
	}
	return err
}

// findPeople finds members by e-mail address or customer number.
func (d *linesDesk) findPeople(texts []string) (map[string]loyalty.ID, error) {
	found := map[string]loyalty.ID{}
	var numbers []string
	var keys [][]byte
	by := map[string][]string{} // person key -> what the lines say
	seen := map[string]bool{}
	for _, text := range texts {
		if text == "" || seen[text] {
			continue
		}
		seen[text] = true
		if !strings.Contains(text, "@") {
			numbers = append(numbers, text)
			continue
		}
		key := d.personKey(text)
		if len(by[string(key)]) == 0 {
			keys = append(keys, key)
		}
		by[string(key)] = append(by[string(key)], text)
	}
	numbered, err := d.tx.MembersByKey(d.shop.ID, numbers)
	if err != nil {
		return nil, err
	}
	for number, m := range numbered {
		if m.State == loyalty.MemberActive {
			found[number] = m.ID
		}
	}
	persons, err := d.tx.MembersByPerson(d.shop.ID, keys)
	for key, members := range persons {
		for _, m := range members {
			if m.State != loyalty.MemberActive {
				continue
			}
			for _, text := range by[key] {
				found[text] = m.ID
			}
		}
	}
	return found, err
}

// judge says what becomes of a line that can be read.
func (d *linesDesk) judge(a *askedCode) string {
	l := &d.lines[a.at]
	if a.request.MemberID = d.members[a.person]; a.person != "" && a.request.MemberID == 0 {
		d.fail(a.at, LineFailed, "member_unknown", a.person)
		return l.State
	}
	if a.request.IssuerID = d.members[a.partner]; a.partner != "" && a.request.IssuerID == 0 {
		d.fail(a.at, LineFailed, "partner_unknown", a.partner)
		return l.State
	}
	if a.request.IssuerID != 0 && d.off {
		d.fail(a.at, LineFailed, "partner_off", a.partner)
		return l.State
	}
	if there, taken := d.taken[a.folded]; taken {
		if state := d.judgeTaken(a, there); state != LineOK {
			return state
		}
	}
	var err error
	if a.code, err = d.newTemplateCode(d.shop, d.voucher, a.request, a.text); err != nil {
		d.fail(a.at, LineFailed, "date_order", "")
		return l.State
	}
	if a.minor > 0 {
		a.code.Spec.Minor = a.minor
	}
	l.State = LineOK
	if l.Like > 0 {
		l.Why, l.About = "look_alike_line", strconv.Itoa(l.Like)
	}
	return l.State
}

// judgeTaken says what becomes of a line whose code the shop has: one of a printed
// batch that waits works from now on; the text of one that was taken back is free.
func (d *linesDesk) judgeTaken(a *askedCode, there store.CodeStub) string {
	l := &d.lines[a.at]
	b := d.batches[there.BatchID]
	stopped := there.State == voucher.Void && there.Uses == 0
	switch {
	case stopped && b.State == store.BatchUndone:
		a.replaces = there
		return LineOK
	case stopped && b.State == store.BatchMade && there.TemplateID == d.TemplateID && b.ImportID != d.ID && d.isBlocked(there):
		d.fail(a.at, LineFailed, "blocked", b.Name)
	case stopped && b.State == store.BatchMade && there.TemplateID == d.TemplateID && b.ImportID != d.ID && !d.options.Hold:
		l.State, l.About, l.Code = LineActivated, b.Name, there.ID
	default:
		d.fail(a.at, LineDuplicate, "duplicate_shop", there.Code)
	}
	return l.State
}

func (d *linesDesk) isBlocked(c store.CodeStub) bool {
	for _, m := range d.blocked[c.BatchID] {
		if m.Covers(c.Folded) {
			return true
		}
	}
	return false
}

// mostLikes bounds what a dry run looks up of codes that look like others.
const mostLikes = 20_000

// warn notes codes that people take for one that the shop has.
func (d *linesDesk) warn(fresh []*askedCode) error {
	owner := map[string]*askedCode{}
	var texts []string
	for _, a := range fresh {
		if likes := voucher.LookAlikes(a.text); len(texts)+len(likes) <= mostLikes {
			for _, like := range likes {
				owner[like] = a
			}
			texts = append(texts, likes...)
		}
	}
	found, err := d.tx.CodeStubs(d.shop.ID, texts)
	for folded, c := range found {
		if l := &d.lines[owner[folded].at]; l.Why == "" {
			l.Why, l.About = "look_alike_shop", c.Code
		}
	}
	return err
}

// insert stores the codes of a part, and the jobs that take them to the host.
func (d *linesDesk) insert(fresh []*askedCode, activated []loyalty.ID) error {
	ids, err := d.batchesFor(fresh)
	if err != nil {
		return err
	}
	codes := make([]store.Code, len(fresh))
	grown := map[loyalty.ID]int64{}
	for i, a := range fresh {
		c := &a.code
		c.BatchID = ids[a.batch]
		if d.options.Hold {
			c.State = voucher.Void
		}
		codes[i], d.lines[a.at].Code = *c, c.ID
		grown[c.BatchID]++
	}
	if err := d.tx.InsertCodes(d.shop.ID, codes); err != nil {
		return err
	}
	for id, n := range grown {
		if err := d.tx.GrowBatch(d.shop.ID, id, n); err != nil {
			return err
		}
	}
	if d.options.Hold {
		return nil
	}
	return d.oweNew(d.tx, d.shop.ID, append(codeIDs(codes), activated...))
}

// batchesFor finds or makes the batches that the lines name; lines that name none
// share one that is called like the file.
func (d *linesDesk) batchesFor(fresh []*askedCode) (map[string]loyalty.ID, error) {
	ids := map[string]loyalty.ID{}
	var names []string
	for _, a := range fresh {
		if _, seen := ids[a.batch]; !seen {
			ids[a.batch] = 0
			names = append(names, d.batchName(a.batch))
		}
	}
	there, err := d.tx.BatchesNamed(d.shop.ID, d.TemplateID, d.ID, names)
	if err != nil {
		return nil, err
	}
	for text := range ids {
		name := d.batchName(text)
		b, found := there[name]
		if !found {
			b = store.Batch{ID: d.IDs.Next(), TemplateID: d.TemplateID, ImportID: d.ID, Name: name, State: store.BatchActive, CreatedBy: d.CreatedBy,
				CreatedAt: d.now(), ActivatedAt: d.now()}
			if text == "" {
				b.ID = d.BatchID
			}
			if d.options.Hold {
				b.State, b.ActivatedAt = store.BatchMade, 0
			}
			if err := d.tx.InsertBatch(d.shop.ID, b); err != nil {
				return nil, err
			}
			there[name] = b
		}
		ids[text] = b.ID
	}
	return ids, nil
}

func (d *linesDesk) batchName(text string) string {
	if text == "" {
		return d.FileName
	}
	if r := []rune(text); len(r) > 190 {
		return string(r[:190])
	}
	return text
}

// undoLines takes back the codes of a part that nobody has used.
func (w *importWork) undoLines(tx *store.Tx, lines []ImportLine) error {
	var ids []loyalty.ID
	for _, l := range lines {
		if l.Code != 0 && (l.State == LineOK || l.State == LineActivated) {
			ids = append(ids, l.Code)
		}
	}
	if err := tx.VoidUnused(w.shop.ID, ids, w.now()); err != nil {
		return err
	}
	now, err := tx.CodeStubsByID(w.shop.ID, ids)
	if err != nil {
		return err
	}
	var undone, asleep []loyalty.ID
	for at := range lines {
		l := &lines[at]
		c, made := now[l.Code]
		switch {
		case !made || l.State != LineOK && l.State != LineActivated:
		case c.Uses > 0 || c.State == voucher.Used:
			l.State, l.Why = LineKept, "used"
		default:
			if undone = append(undone, l.Code); l.State == LineActivated {
				asleep = append(asleep, l.Code)
			}
			l.State = LineUndone
		}
	}
	if err := tx.UnactivatedBy(w.shop.ID, w.ID, asleep, w.now()); err != nil {
		return err
	}
	return w.oweMirror(tx, w.shop.ID, undone)
}
