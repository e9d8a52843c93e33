package store

import (
	"strings"

	"zugabe/app/loyalty"
)

// eachRow gives one row's new values, in the order of the columns.
type eachRow struct {
	id     loyalty.ID
	values []any
}

// maxEachRows keeps one statement's text and plan small.
const maxEachRows = 200

// updateEach gives every row its own values with one statement per 200 rows. A
// row that is missing, or that the condition leaves out, is not an error.
func (tx *Tx) updateEach(table string, shop loyalty.ShopID, columns []string, rows []eachRow, condition string) error {
	for len(rows) > 0 {
		n := min(len(rows), maxEachRows)
		query, args := eachStatement(table, shop, columns, rows[:n])
		if _, err := tx.Exec(query+condition, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func eachStatement(table string, shop loyalty.ShopID, columns []string, rows []eachRow) (string, []any) {
	args := make([]any, 0, len(rows)*(2*len(columns)+1)+1)
	var q strings.Builder
	q.WriteString("UPDATE " + table + " SET ")
	when := strings.Repeat(" WHEN ? THEN ?", len(rows))
	for c, column := range columns {
		if c > 0 {
			q.WriteString(", ")
		}
		q.WriteString(column + " = CASE id" + when + " ELSE " + column + " END")
		for _, r := range rows {
			args = append(args, r.id, r.values[c])
		}
	}
	q.WriteString(" WHERE shop_id = ? AND id IN (" + placeholders(len(rows)) + ")")
	args = append(args, shop)
	for _, r := range rows {
		args = append(args, r.id)
	}
	return q.String(), args
}
