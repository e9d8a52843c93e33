package store

import (
	"slices"

	"zugabe/app/loyalty"
)

// Finding is one row that breaks an invariant.
type Finding struct {
	Table string     `json:"table"`
	ID    loyalty.ID `json:"id"`
	Have  int64      `json:"have"`
	Want  int64      `json:"want"`
}

// Invariant is a rule that every row of a table must keep at any time. Number is
// that of the design's list.
type Invariant struct {
	Number int
	Name   string
	table  string
	id     string // the column to walk by, "id" if empty
	filter string // which rows t; a '?' stands for now + after
	have   string // two SQL numbers over t that must be equal
	want   string
	after  int64 // ms
}

// Invariants lists what CheckInvariant can check.
func Invariants() []Invariant { return slices.Concat(invariants, voucherInvariants) }

// verifyChunk is how many rows one statement looks at: it bounds the time of a
// statement and the memory on both sides, whatever the size of the shop.
const verifyChunk = 2000

// maxFindings bounds what is reported per invariant and shop.
const maxFindings = 100

// CheckInvariant walks a shop's table and returns how many rows it looked at,
// the first findings and the number of all of them.
func (tx *Tx) CheckInvariant(shop loyalty.ShopID, inv Invariant, nowMs int64) (checked int64, findings []Finding, broken int64, err error) {
	id := inv.id
	if id == "" {
		id = "id"
	}
	edge := `SELECT COALESCE(MAX(c.k), 0), COUNT(*) FROM (SELECT ` + id + ` AS k FROM ` + inv.table + useIndex("PRIMARY") +
		`WHERE shop_id = ? AND ` + id + ` > ? ORDER BY ` + id + ` LIMIT ?) c`
	rows := `SELECT x.k, x.have, x.want FROM (SELECT t.` + id + ` AS k, ` + inv.have + ` AS have, ` + inv.want + ` AS want FROM ` + inv.table +
		` t WHERE t.shop_id = ? AND t.` + id + ` > ? AND t.` + id + ` <= ?` + inv.filter + `) x WHERE x.have <> x.want ORDER BY x.k`
	var last int64
	for {
		var next, n int64
		if _, err := tx.Row(edge, []any{shop, last, verifyChunk}, &next, &n); err != nil || n == 0 {
			return checked, findings, broken, err
		}
		args := []any{shop, last, next}
		if inv.after != 0 {
			args = append(args, nowMs+inv.after)
		}
		err := tx.Rows(rows, args, func(row Scanner) error {
			f := Finding{Table: inv.table}
			err := row.Scan(&f.ID, &f.Have, &f.Want)
			if broken++; broken <= maxFindings {
				findings = append(findings, f)
			}
			return err
		})
		if err != nil {
			return checked, findings, broken, err
		}
		checked, last = checked+n, next
	}
}

const minute int64 = 60_000

func yes(condition string) string { return `CASE WHEN ` + condition + ` THEN 1 ELSE 0 END` }

// via names the rows r of a table that stand in the same shop as t, and the
// index by which they must be found: MariaDB's statistics on new tables make it
// walk the whole shop for every row otherwise.
func via(table, index string) string {
	return table + ` r` + useIndex(index) + `WHERE r.shop_id = t.shop_id AND `
}

func count(rows, condition string) string { return `(SELECT COUNT(*) FROM ` + rows + condition + `)` }

func sum(expression, rows, condition string) string {
	return `(SELECT COALESCE(SUM(` + expression + `), 0) FROM ` + rows + condition + `)`
}

// belongs says that what a column names exists in the same shop (invariant 6).
func belongs(table, column, to string) Invariant {
	return Invariant{
		Number: 6, Name: table + "." + column + " is of this shop", table: table,
		filter: ` AND t.` + column + ` <> 0`, have: count(via(to, "PRIMARY"), `r.id = t.`+column), want: "1",
	}
}
