package bench

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"zugabe/app/program"
	"zugabe/app/store"
)

const importedCodes = 100_000

// importing: a file of codes, from its first piece to its last line, against the bare
// batched insert of the same rows; and the same file once more, of which every line
// is a duplicate.
func importing(ctx context.Context, l *lab) ([]Row, error) {
	n := min(importedCodes, l.cfg.Members)
	v, err := l.voucher(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := l.importFile(ctx, v, codeFile("WARM", 100), 100); err != nil { // warms up
		return nil, err
	}
	file := func(round int) []byte { return codeFile("R"+strconv.Itoa(round), n) }
	c, err := compare(ctx, l.cfg.Rounds,
		side{"import", func(ctx context.Context, round int) (figure, error) { return l.importFile(ctx, v, file(round), n) }},
		side{"batched insert", func(ctx context.Context, round int) (figure, error) { return l.bareCodes(ctx, v, round, n) }},
	)
	if err != nil {
		return nil, err
	}
	rows := []Row{c.versus(fmt.Sprintf("import of %d codes : batched insert of the same rows", n), 0, 1, 0.40)}
	var ratios []float64
	var again float64
	for round := range l.cfg.Rounds {
		f, err := l.importFile(ctx, v, file(round), 0)
		if err != nil {
			return rows, err
		}
		f.n = int64(n)
		again = f.rate()
		ratios = append(ratios, again/c.figures[0][round].rate())
	}
	return append(rows, Row{What: "the same file again : the first import", Value: median(ratios), Target: 0.50, Unit: " ×", App: perSecond(again), Yard: perSecond(c.rate(0))}), nil
}

func codeFile(prefix string, n int) []byte {
	var b strings.Builder
	b.WriteString("code;note\n")
	for i := range n {
		fmt.Fprintf(&b, "%s-%06d-KXQ7;line %d\n", prefix, i, i)
	}
	return []byte(b.String())
}

// importFile does what the admin and a worker do with a file; ok is how many codes must come of it.
func (l *lab) importFile(ctx context.Context, v program.Voucher, file []byte, ok int) (figure, error) {
	start := wall.Now()
	i, err := l.program.CreateImport(ctx, "bench", l.shop, program.NewImport{Template: v.Row.ID, FileName: "bench.csv", Size: int64(len(file))})
	if err != nil {
		return figure{}, err
	}
	for seq := 0; seq*program.ImportPiece < len(file); seq++ {
		piece := file[seq*program.ImportPiece : min(len(file), (seq+1)*program.ImportPiece)]
		if _, err := l.program.SaveImportPiece(ctx, l.shop, i.ID, int64(seq), piece); err != nil {
			return figure{}, err
		}
	}
	if _, err := l.program.StartImport(ctx, "bench", l.shop, i.ID, nil); err != nil {
		return figure{}, err
	}
	for {
		done, err := l.program.WorkImports(ctx, l.shop, i.ID, 20)
		if err != nil {
			return figure{}, err
		}
		if done == 0 {
			break
		}
	}
	d, err := l.program.ImportOf(ctx, l.shop, i.ID)
	if err == nil && (d.Row.State != store.ImportDone || d.Row.OK != int64(ok)) {
		err = fmt.Errorf("the import is %s with %d codes", d.Row.State, d.Row.OK)
	}
	return figure{n: int64(ok), took: since(start)}, err
}

const bareRows = 1000

// bareCodes inserts the rows that an import of as many codes makes, 1,000 to a
// statement and a transaction.
func (l *lab) bareCodes(ctx context.Context, v program.Voucher, round, n int) (figure, error) {
	spec, err := l.importedSpec(ctx)
	if err != nil {
		return figure{}, err
	}
	head := "INSERT INTO codes (shop_id, id, code, folded, origin, member_id, state, spec, host_ref, max_uses, uses, starts_at, expires_at, created_at, updated_at, " +
		"template_id, template_version, issuer_id, batch_id) VALUES "
	start := wall.Now()
	for from := 0; from < n; from += bareRows {
		rows := min(bareRows, n-from)
		args := make([]any, 0, rows*19)
		for i := range rows {
			text := fmt.Sprintf("B%d-%06d-KXQ7", round, from+i)
			args = append(args, rawShop, int64(l.ids.Next()), text, strings.ReplaceAll(text, "-", ""), "import", 0, "pending", spec, "", 0, 0, 1, 0, 1, 1,
				int64(v.Row.ID), 1, 0, int64(round+1))
		}
		query := head + strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?), ", rows), ", ")
		err := l.inTx(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, query, args...)
			return err
		})
		if err != nil {
			return figure{}, err
		}
	}
	return figure{n: int64(n), took: since(start)}, nil
}

// importedSpec is what the app stores with an imported code.
func (l *lab) importedSpec(ctx context.Context) (spec string, err error) {
	err = l.store.Read(ctx, func(tx *store.Tx) error {
		_, err := tx.Row(`SELECT spec FROM codes WHERE shop_id = ? AND folded = ?`, []any{l.shop.ID, "WARM000001KXQ7"}, &spec)
		return err
	})
	return spec, err
}
