package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/document"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// BatchView is a batch of codes in a list.
type BatchView struct {
	ID          loyalty.ID `json:"id"`
	VoucherID   loyalty.ID `json:"voucher_id"`
	Voucher     string     `json:"voucher,omitempty"`
	ImportID    loyalty.ID `json:"import_id,omitempty" doc:"the import it came from; missing = it was made here"`
	Name        string     `json:"name"`
	State       string     `json:"state" enum:"making,made,handed_out,active,blocked,undone" doc:"made and handed_out: its codes do not work yet"`
	Prefix      string     `json:"prefix,omitempty"`
	FirstNo     int64      `json:"first_no,omitempty" doc:"missing = the codes have no numbers of ours"`
	LastNo      int64      `json:"last_no,omitempty"`
	Codes       int64      `json:"codes" doc:"that were made so far"`
	PartnerID   loyalty.ID `json:"partner_id,omitempty" doc:"who got all of them"`
	Partner     string     `json:"partner,omitempty"`
	CreatedAt   int64      `json:"created_at" doc:"Unix milliseconds"`
	ActivatedAt int64      `json:"activated_at,omitempty"`
	HandedAt    int64      `json:"handed_at,omitempty"`
}

// BatchPartnerView is what one partner has of a batch.
type BatchPartnerView struct {
	PartnerID loyalty.ID `json:"partner_id,omitempty" doc:"missing = the stock that is left"`
	Partner   string     `json:"partner,omitempty"`
	Codes     int64      `json:"codes"`
	Active    int64      `json:"active" doc:"can be used"`
	Used      int64      `json:"used" doc:"used at least once"`
	Uses      int64      `json:"uses" doc:"orders"`
	Void      int64      `json:"void" doc:"blocked, taken back or not active yet"`
	Minor     int64      `json:"minor" doc:"discounts given, minor units"`
}

// BatchMoveView is something that was done with a batch or a range of it.
type BatchMoveView struct {
	ID        loyalty.ID       `json:"id"`
	Kind      store.ImportKind `json:"kind" enum:"activate,handout,block"`
	From      string           `json:"from,omitempty" doc:"first code; missing = the whole batch"`
	Until     string           `json:"until,omitempty"`
	PartnerID loyalty.ID       `json:"partner_id,omitempty"`
	Partner   string           `json:"partner,omitempty"`
	Codes     int64            `json:"codes"`
	Reason    string           `json:"reason,omitempty"`
	By        string           `json:"by"`
	At        int64            `json:"at" doc:"Unix milliseconds"`
}

// BatchWorkView is what is being done with a batch at the moment.
type BatchWorkView struct {
	ID    loyalty.ID       `json:"id"`
	Kind  store.ImportKind `json:"kind" enum:"batch,activate,handout,block"`
	Total int64            `json:"total"`
	Done  int64            `json:"done"`
}

// BatchDetailView is a batch with its numbers.
type BatchDetailView struct {
	BatchView
	Work     *BatchWorkView     `json:"work,omitempty" doc:"under way; read again"`
	Partners []BatchPartnerView `json:"partners" doc:"the stock that is left first"`
	Moves    []BatchMoveView    `json:"moves" doc:"oldest first"`
	Undo     bool               `json:"undo" doc:"it can be taken back"`
}

func viewBatch(c program.BatchCard) BatchView {
	b := c.Row
	v := BatchView{ID: b.ID, VoucherID: b.TemplateID, Voucher: c.Voucher, Name: b.Name, State: string(b.State), Prefix: b.Prefix, FirstNo: b.FirstNo, LastNo: b.LastNo,
		Codes: b.Codes, PartnerID: b.PartnerID, Partner: c.Partner, CreatedAt: b.CreatedAt, ActivatedAt: b.ActivatedAt, HandedAt: b.HandedAt}
	if b.State == store.BatchMade && b.HandedAt != 0 {
		v.State = "handed_out"
	}
	if b.Prefix == "" {
		v.ImportID = b.ImportID
	}
	return v
}

func (s *Server) adminBatches(api huma.API) {
	get(api, "/batches", "Batches of printed and imported codes, newest first", s.listBatches)
	post(api, "/batches", "Make a batch of numbered codes for the printer", s.createBatch)
	get(api, "/batches/{id}", "One batch with its stock, partners and what was done with it", s.getBatch)
	post(api, "/batches/{id}/activate", "Let its codes work, but for blocked ones", s.activateBatch)
	post(api, "/batches/{id}/hand-out", "Give it, or a range of it, to a partner", s.handOutBatch)
	post(api, "/batches/{id}/block", "Make lost codes worthless, for ever", s.blockBatch)
	post(api, "/batches/{id}/undo", "Take back every code that nobody has used", s.undoBatch)
	get(api, "/batches/{id}/sheet.pdf", "Sheets with QR codes for the printer, up to 1,000 codes", s.batchSheet)
	get(api, "/batches/{id}/codes.csv", "Its codes for the printer", s.batchCSV)
	get(api, "/vouchers/{id}/handout", "What it takes to spread one voucher: link, text, banner", s.voucherHandout)
	get(api, "/vouchers/{id}/handout.pdf", "A page to print or to hang up at a fair", s.voucherPoster)
}

type batchesQuery struct {
	PageQuery
	Voucher idParam `query:"voucher"`
}

func (s *Server) listBatches(ctx context.Context, q *batchesQuery) (*body[page[BatchView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	rows, err := s.deps.Program.Batches(ctx, callerOf(ctx).Shop, q.Voucher.ID, before, q.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(rows, q.Limit, viewBatch, func(c program.BatchCard) string { return c.Row.ID.String() }), nil
}

type createBatch struct {
	Repeatable
	Body struct {
		VoucherID loyalty.ID `json:"voucher_id"`
		Name      string     `json:"name,omitempty" maxLength:"80" doc:"missing = prefix and numbers"`
		Prefix    string     `json:"prefix" minLength:"1" maxLength:"12" doc:"letters and digits"`
		Pattern   string     `json:"pattern,omitempty" maxLength:"20" doc:"what follows the number: # a digit, @ a letter, * either; missing = ****"`
		FirstNo   int64      `json:"first_no,omitempty" minimum:"1" doc:"missing = 1"`
		Count     int64      `json:"count" minimum:"1" maximum:"100000"`
		Active    bool       `json:"active,omitempty" doc:"the codes work at once; else by a click, or when they are read in"`
		PartnerID loyalty.ID `json:"partner_id,omitempty"`
	}
}

func (s *Server) createBatch(ctx context.Context, in *createBatch) (*body[BatchView], error) {
	return perhapsOnce(ctx, s, asked("batches", in.IdempotencyKey, in.Body), func() (*body[BatchView], error) {
		who, b := callerOf(ctx), in.Body
		return s.batchOr(ctx)(s.deps.Program.CreateBatch(ctx, who.Actor, who.Shop, program.NewBatch{Template: b.VoucherID, Name: b.Name, Prefix: b.Prefix, Pattern: b.Pattern,
			FirstNo: b.FirstNo, Count: b.Count, Active: b.Active, Partner: b.PartnerID}))
	})
}

func (s *Server) batchOr(ctx context.Context) func(program.BatchCard, error) (*body[BatchView], error) {
	return func(c program.BatchCard, err error) (*body[BatchView], error) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return answer(viewBatch(c)), nil
	}
}

func (s *Server) getBatch(ctx context.Context, in *idPath) (*body[BatchDetailView], error) {
	d, err := s.deps.Program.Batch(ctx, callerOf(ctx).Shop, in.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	v := BatchDetailView{BatchView: viewBatch(d.BatchCard), Partners: []BatchPartnerView{}, Moves: []BatchMoveView{},
		Undo: d.Work == nil && d.Row.Prefix != "" && d.Row.State != store.BatchUndone}
	if w := d.Work; w != nil {
		v.Work = &BatchWorkView{ID: w.ID, Kind: w.Kind, Total: w.Total, Done: w.OK + w.Activated}
	}
	for _, p := range d.Partners {
		v.Partners = append(v.Partners, BatchPartnerView{PartnerID: p.ID, Partner: p.Name, Codes: p.Codes, Active: p.Active, Used: p.Used, Uses: p.Uses, Void: p.Void, Minor: p.Minor})
	}
	for _, m := range d.Moves {
		v.Moves = append(v.Moves, BatchMoveView{ID: m.ID, Kind: m.Kind, From: program.RangeText(m.From), Until: program.RangeText(m.Until),
			PartnerID: m.PartnerID, Partner: d.Names[m.PartnerID], Codes: m.Codes, Reason: m.Reason, By: m.Actor, At: m.At})
	}
	return answer(v), nil
}

func (s *Server) activateBatch(ctx context.Context, in *idPath) (*body[BatchView], error) {
	who := callerOf(ctx)
	return s.batchOr(ctx)(s.deps.Program.ActivateBatch(ctx, who.Actor, who.Shop, in.ID.ID))
}

// BatchRangeBody is a part of a batch.
type BatchRangeBody struct {
	From  string `json:"from,omitempty" maxLength:"100" doc:"number or code; missing = the whole batch"`
	Until string `json:"until,omitempty" maxLength:"100" doc:"inclusive; missing = only this one"`
}

type handOutBatch struct {
	ID   idParam `path:"id"`
	Body struct {
		BatchRangeBody
		PartnerID loyalty.ID `json:"partner_id" doc:"0 = back into stock"`
	}
}

func (s *Server) handOutBatch(ctx context.Context, in *handOutBatch) (*body[BatchView], error) {
	who := callerOf(ctx)
	return s.batchOr(ctx)(s.deps.Program.HandOutBatch(ctx, who.Actor, who.Shop, in.ID.ID, program.BatchGift{BatchRange: program.BatchRange(in.Body.BatchRangeBody), Partner: in.Body.PartnerID}))
}

type blockBatch struct {
	ID   idParam `path:"id"`
	Body struct {
		BatchRangeBody
		Reason string `json:"reason" minLength:"1" maxLength:"200"`
	}
}

func (s *Server) blockBatch(ctx context.Context, in *blockBatch) (*body[BatchView], error) {
	who := callerOf(ctx)
	return s.batchOr(ctx)(s.deps.Program.BlockBatch(ctx, who.Actor, who.Shop, in.ID.ID, program.BatchLoss{BatchRange: program.BatchRange(in.Body.BatchRangeBody), Why: in.Body.Reason}))
}

func (s *Server) undoBatch(ctx context.Context, in *idPath) (*body[BatchView], error) {
	who := callerOf(ctx)
	return s.batchOr(ctx)(s.deps.Program.UndoBatch(ctx, who.Actor, who.Shop, in.ID.ID))
}

type sheetQuery struct {
	ID      idParam `path:"id"`
	From    string  `query:"from" maxLength:"100" doc:"number or code; missing = from the first one"`
	Until   string  `query:"until" maxLength:"100"`
	PerPage int     `query:"per_page" minimum:"1" maximum:"21" default:"8" doc:"1, 4, 8, 10 or 21"`
	Lang    string  `query:"lang" enum:"en,de,da,pl,it" default:"en"`
}

func (s *Server) batchSheet(ctx context.Context, q *sheetQuery) (*fileAnswer, error) {
	file, err := s.deps.Program.BatchSheet(ctx, callerOf(ctx).Shop, q.ID.ID, program.SheetRequest{Part: program.BatchRange{From: q.From, Until: q.Until}, PerPage: q.PerPage, Lang: q.Lang})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return fileOf(document.PDFType, "codes-"+q.ID.String()+".pdf", file), nil
}

type batchCSV struct {
	ID    idParam `path:"id"`
	From  string  `query:"from" maxLength:"100"`
	Until string  `query:"until" maxLength:"100"`
}

func (s *Server) batchCSV(ctx context.Context, q *batchCSV) (*fileAnswer, error) {
	file, err := s.deps.Program.BatchCSV(ctx, callerOf(ctx).Shop, q.ID.ID, program.BatchRange{From: q.From, Until: q.Until})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return fileOf("text/csv; charset=utf-8", "codes-"+q.ID.String()+".csv", file), nil
}

// HandoutQuery says which code is spread, in which language. Embedded types are exported:
// the parameters of others are not read.
type HandoutQuery struct {
	ID   idParam `path:"id"`
	Code idParam `query:"code" doc:"id of the code to spread; missing = one of the voucher that anybody may use"`
	Lang string  `query:"lang" enum:"en,de,da,pl,it" default:"en"`
}

// HandoutView is what it takes to spread one voucher (S2-15).
type HandoutView struct {
	Code   string     `json:"code"`
	CodeID loyalty.ID `json:"code_id"`
	Link   string     `json:"link" doc:"opens the shop with the code in the cart"`
	Title  string     `json:"title"`
	Terms  []string   `json:"terms" doc:"when and from which order it can be used"`
	Text   string     `json:"text" doc:"for mails and messages"`
	Banner string     `json:"banner" doc:"HTML without scripts, for pages of others"`
	QR     string     `json:"qr" doc:"data: address of a PNG picture"`
}

func (s *Server) voucherHandout(ctx context.Context, q *HandoutQuery) (*body[HandoutView], error) {
	h, err := s.deps.Program.Handout(ctx, callerOf(ctx).Shop, q.ID.ID, q.Code.ID, q.Lang)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(HandoutView{Code: h.Code, CodeID: h.CodeID, Link: h.Link, Title: h.Title, Terms: append([]string{}, h.Terms...), Text: h.Text, Banner: h.Banner, QR: h.QR}), nil
}

type posterQuery struct {
	HandoutQuery
	Kind string `query:"kind" enum:"print,fair" default:"print" doc:"print: A6 cards, four to a page; fair: one large page"`
}

func (s *Server) voucherPoster(ctx context.Context, q *posterQuery) (*fileAnswer, error) {
	file, err := s.deps.Program.Poster(ctx, callerOf(ctx).Shop, program.PosterRequest{Template: q.ID.ID, Code: q.Code.ID, Lang: q.Lang, Kind: q.Kind})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return fileOf(document.PDFType, "voucher-"+q.ID.String()+".pdf", file), nil
}
