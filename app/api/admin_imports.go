package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// ImportView is an import of codes in the history.
type ImportView struct {
	ID         loyalty.ID        `json:"id"`
	State      store.ImportState `json:"state" enum:"uploading,ready,checking,checked,running,done,cancelled,failed,undoing,undone"`
	VoucherID  loyalty.ID        `json:"voucher_id"`
	Voucher    string            `json:"voucher,omitempty"`
	FileName   string            `json:"file_name"`
	FileSize   int64             `json:"file_size" doc:"bytes"`
	PieceSize  int64             `json:"piece_size" doc:"bytes of each piece of the file but the last"`
	Total      int64             `json:"total" doc:"lines; 0 while they are not counted yet"`
	Done       int64             `json:"done" doc:"lines that were looked at, in the step under way"`
	OK         int64             `json:"ok" doc:"codes that were made, or could be"`
	Failed     int64             `json:"failed"`
	Duplicates int64             `json:"duplicates"`
	Activated  int64             `json:"activated" doc:"codes of a printed batch that work now"`
	Kept       int64             `json:"kept" doc:"used codes that an undo left"`
	Reason     string            `json:"reason,omitempty" doc:"why it failed: empty, large, xls, binary, workbook, sheet, csv, lines, file_gone, conflict"`
	CreatedBy  string            `json:"created_by"`
	CreatedAt  int64             `json:"created_at" doc:"Unix milliseconds"`
	StartedAt  int64             `json:"started_at,omitempty"`
	FinishedAt int64             `json:"finished_at,omitempty"`
	UndoneAt   int64             `json:"undone_at,omitempty"`
}

// ImportDetailView also says how the file is read, and which batches came of it.
type ImportDetailView struct {
	ImportView
	Options program.ImportOptions `json:"options"`
	Batches []BatchView           `json:"batches"`
}

// ImportPreviewView shows how a file is going to be read.
type ImportPreviewView struct {
	Options program.ImportOptions `json:"options" doc:"send them back, changed or not, to check or start"`
	Known   []string              `json:"known" doc:"the columns that can be chosen"`
	Rows    []ImportRowView       `json:"rows" doc:"the first lines; with options.header the first one has the names"`
}

// ImportRowView is a line of the file.
type ImportRowView struct {
	Line  int      `json:"line"`
	Cells []string `json:"cells"`
}

// ImportLineView is a line with what became of it.
type ImportLineView struct {
	Line   int        `json:"line" doc:"of the file, from 1"`
	Cells  []string   `json:"cells"`
	State  string     `json:"state,omitempty" enum:"ok,failed,duplicate,activated,undone,kept" doc:"missing = not looked at yet"`
	Why    string     `json:"why,omitempty" doc:"code_missing, code_short, code_long, duplicate_line, duplicate_shop, value_number, value_kind, uses_number, date_from, date_until, date_order, member_unknown, partner_unknown, partner_off, blocked, zone; look_alike_line and look_alike_shop are only remarks"`
	About  string     `json:"about,omitempty" doc:"what the reason is about: another line, code, batch or the text"`
	CodeID loyalty.ID `json:"code_id,omitempty"`
}

func viewImport(c program.ImportCard) ImportView {
	i := c.Row
	done := min(i.NextPart*1000, i.Total)
	if i.State == store.ImportDone || i.State == store.ImportUndone || i.State == store.ImportChecked {
		done = i.Total
	}
	return ImportView{ID: i.ID, State: i.State, VoucherID: i.TemplateID, Voucher: c.Voucher, FileName: i.FileName, FileSize: i.FileSize, PieceSize: program.ImportPiece,
		Total: i.Total, Done: done, OK: i.OK, Failed: i.Failed, Duplicates: i.Duplicates, Activated: i.Activated, Kept: i.Kept, Reason: i.Reason,
		CreatedBy: i.CreatedBy, CreatedAt: i.CreatedAt, StartedAt: i.StartedAt, FinishedAt: i.FinishedAt, UndoneAt: i.UndoneAt}
}

func viewLine(l program.PlacedLine) ImportLineView {
	return ImportLineView{Line: l.Line, Cells: l.Cells, State: l.State, Why: l.Why, About: l.About, CodeID: l.Code}
}

func (s *Server) adminImports(api huma.API) {
	get(api, "/imports", "Imports of codes, newest first", s.listImports)
	post(api, "/imports", "Begin an import of codes; its file follows in pieces", s.createImport)
	get(api, "/imports/{id}", "One import, and how far it is", s.getImport)
	huma.Register(api, huma.Operation{OperationID: operationID(http.MethodPut, "/imports/{id}/pieces/{piece}"), Method: http.MethodPut, Path: "/imports/{id}/pieces/{piece}",
		Summary: "A piece of the file; sending it again changes nothing", MaxBodyBytes: program.ImportPiece*4/3 + 1024, Errors: refusalsOf(http.MethodPut)}, s.putImportPiece)
	post(api, "/imports/{id}/preview", "How the file is going to be read; other options may be tried (nothing is changed)", s.previewImport)
	post(api, "/imports/{id}/check", "Look at every line without making a code", s.checkImport)
	post(api, "/imports/{id}/start", "Make the codes; after a cancel it goes on where it was", s.startImport)
	post(api, "/imports/{id}/cancel", "Stop; what was made so far stays", s.cancelImport)
	post(api, "/imports/{id}/undo", "Take back every code that nobody has used", s.undoImport)
	get(api, "/imports/{id}/lines", "The lines with what became of them", s.importLines)
	get(api, "/imports/{id}/result.csv", "The lines with what became of them, for a spreadsheet", s.importResult)
}

func (s *Server) listImports(ctx context.Context, q *PageQuery) (*body[page[ImportView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	rows, err := s.deps.Program.Imports(ctx, callerOf(ctx).Shop, before, q.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(rows, q.Limit, viewImport, func(c program.ImportCard) string { return c.Row.ID.String() }), nil
}

type createImport struct {
	Repeatable
	Body struct {
		VoucherID loyalty.ID `json:"voucher_id"`
		FileName  string     `json:"file_name" minLength:"1" maxLength:"255"`
		FileSize  int64      `json:"file_size" minimum:"1" doc:"bytes, at most 20 MB"`
	}
}

func (s *Server) createImport(ctx context.Context, in *createImport) (*body[ImportView], error) {
	return perhapsOnce(ctx, s, asked("imports", in.IdempotencyKey, in.Body), func() (*body[ImportView], error) {
		who, b := callerOf(ctx), in.Body
		return s.importOr(ctx)(s.deps.Program.CreateImport(ctx, who.Actor, who.Shop, program.NewImport{Template: b.VoucherID, FileName: b.FileName, Size: b.FileSize}))
	})
}

// importOr answers with an import or the refusal.
func (s *Server) importOr(ctx context.Context) func(store.Import, error) (*body[ImportView], error) {
	return func(i store.Import, err error) (*body[ImportView], error) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return answer(viewImport(program.ImportCard{Row: i})), nil
	}
}

func (s *Server) getImport(ctx context.Context, in *idPath) (*body[ImportDetailView], error) {
	d, err := s.deps.Program.ImportOf(ctx, callerOf(ctx).Shop, in.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	v := ImportDetailView{ImportView: viewImport(d.ImportCard), Options: d.Options, Batches: []BatchView{}}
	for _, b := range d.Batches {
		v.Batches = append(v.Batches, viewBatch(program.BatchCard{Row: b, Voucher: d.Voucher}))
	}
	return answer(v), nil
}

type importPiece struct {
	ID    idParam `path:"id"`
	Piece int64   `path:"piece" minimum:"0" maximum:"1000" doc:"from 0"`
	Body  struct {
		Data []byte `json:"data" doc:"base64"`
	}
}

func (s *Server) putImportPiece(ctx context.Context, in *importPiece) (*body[ImportView], error) {
	return s.importOr(ctx)(s.deps.Program.SaveImportPiece(ctx, callerOf(ctx).Shop, in.ID.ID, in.Piece, in.Body.Data))
}

type importOptions struct {
	ID   idParam `path:"id"`
	Body struct {
		Options *program.ImportOptions `json:"options,omitempty" doc:"missing = as they are"`
	}
}

func (s *Server) previewImport(ctx context.Context, in *importOptions) (*body[ImportPreviewView], error) {
	p, err := s.deps.Program.PreviewImport(ctx, callerOf(ctx).Shop, in.ID.ID, in.Body.Options)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	v := ImportPreviewView{Options: p.Options, Known: program.ImportColumns, Rows: []ImportRowView{}}
	for _, r := range p.Rows {
		v.Rows = append(v.Rows, ImportRowView{r.Line, r.Cells})
	}
	return answer(v), nil
}

func (s *Server) checkImport(ctx context.Context, in *importOptions) (*body[ImportView], error) {
	who := callerOf(ctx)
	return s.importOr(ctx)(s.deps.Program.CheckImport(ctx, who.Actor, who.Shop, in.ID.ID, in.Body.Options))
}

func (s *Server) startImport(ctx context.Context, in *importOptions) (*body[ImportView], error) {
	who := callerOf(ctx)
	return s.importOr(ctx)(s.deps.Program.StartImport(ctx, who.Actor, who.Shop, in.ID.ID, in.Body.Options))
}

func (s *Server) cancelImport(ctx context.Context, in *idPath) (*body[ImportView], error) {
	who := callerOf(ctx)
	return s.importOr(ctx)(s.deps.Program.CancelImport(ctx, who.Actor, who.Shop, in.ID.ID))
}

func (s *Server) undoImport(ctx context.Context, in *idPath) (*body[ImportView], error) {
	who := callerOf(ctx)
	return s.importOr(ctx)(s.deps.Program.UndoImport(ctx, who.Actor, who.Shop, in.ID.ID))
}

type linesQuery struct {
	ID idParam `path:"id"`
	PageQuery
	State string `query:"state" enum:"ok,failed,duplicate,activated,undone,kept,problems" doc:"missing = all; problems = failed and duplicate"`
}

func (s *Server) importLines(ctx context.Context, q *linesQuery) (*body[page[ImportLineView]], error) {
	ask := program.LineQuery{State: q.State, Limit: q.Limit + 1}
	if q.Cursor != "" {
		last, err := strconv.Atoi(q.Cursor)
		if err != nil || last < 0 {
			return nil, s.fail(ctx, loyalty.Invalid("cursor", "is not from a page before"))
		}
		ask.From = last + 1
	}
	rows, err := s.deps.Program.ImportLines(ctx, callerOf(ctx).Shop, q.ID.ID, ask)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(rows, q.Limit, viewLine, func(l program.PlacedLine) string { return strconv.Itoa(l.At) }), nil
}

type resultQuery struct {
	ID    idParam `path:"id"`
	State string  `query:"state" enum:"ok,failed,duplicate,activated,undone,kept,problems" doc:"missing = all"`
}

func (s *Server) importResult(ctx context.Context, q *resultQuery) (*fileAnswer, error) {
	shop := callerOf(ctx).Shop
	d, err := s.deps.Program.ImportOf(ctx, shop, q.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	file, err := s.deps.Program.ImportResult(ctx, shop, d, q.State)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return fileOf("text/csv; charset=utf-8", "import-"+q.ID.String()+".csv", file), nil
}

// fileAnswer is a file to save.
type fileAnswer struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// fileOf names the file with plain letters only.
func fileOf(kind, name string, content []byte) *fileAnswer {
	return &fileAnswer{ContentType: kind, Disposition: `attachment; filename="` + name + `"`, Body: content}
}
