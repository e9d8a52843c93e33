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

// Invariants lists what a Checker can check.
func Invariants() []Invariant { return slices.Concat(invariants, voucherInvariants) }

// verifyChunk is how many rows one statement looks at: it bounds the time of a
// statement and the memory on both sides, whatever the size of the shop.
const verifyChunk = 2000

// maxFindings bounds what is reported per invariant and shop.
const maxFindings = 100

// Checker checks invariants of one shop within one transaction. Many of them walk
// the same table: where its chunks end is looked up once.
type Checker struct {
	tx    *Tx
	shop  loyalty.ShopID
	nowMs int64
	ends  map[chunk]chunkEnd
}

type chunk struct {
	table, id string
	after     int64
}

type chunkEnd struct{ last, rows int64 }

// NewChecker gives a checker that is good for as long as the transaction does not
// write.
func (tx *Tx) NewChecker(shop loyalty.ShopID, nowMs int64) *Checker {
	return &Checker{tx: tx, shop: shop, nowMs: nowMs, ends: map[chunk]chunkEnd{}}
}

// end is the last of the rows that follow after.
func (c *Checker) end(k chunk) (chunkEnd, error) {
	end, known := c.ends[k]
	if known {
		return end, nil
	}
	_, err := c.tx.Row(`SELECT COALESCE(MAX(c.k), 0), COUNT(*) FROM (SELECT `+k.id+` AS k FROM `+k.table+useIndex("PRIMARY")+
		`WHERE shop_id = ? AND `+k.id+` > ? ORDER BY `+k.id+` LIMIT ?) c`, []any{c.shop, k.after, verifyChunk}, &end.last, &end.rows)
	if err == nil {
		c.ends[k] = end
	}
	return end, err
}

// Check walks a shop's table and returns how many rows it looked at, the first
// findings and the number of all of them.
func (c *Checker) Check(inv Invariant) (checked int64, findings []Finding, broken int64, err error) {
	id := inv.id
	if id == "" {
		id = "id"
	}
	rows := `SELECT x.k, x.have, x.want FROM (SELECT t.` + id + ` AS k, ` + inv.have + ` AS have, ` + inv.want + ` AS want FROM ` + inv.table +
		` t WHERE t.shop_id = ? AND t.` + id + ` > ? AND t.` + id + ` <= ?` + inv.filter + `) x WHERE x.have <> x.want ORDER BY x.k`
	for at := (chunk{table: inv.table, id: id}); ; {
		end, err := c.end(at)
		if err != nil || end.rows == 0 {
			return checked, findings, broken, err
		}
		args := []any{c.shop, at.after, end.last}
		if inv.after != 0 {
			args = append(args, c.nowMs+inv.after)
		}
		err = c.tx.Rows(rows, args, func(row Scanner) error {
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
		checked, at.after = checked+end.rows, end.last
		if end.rows < verifyChunk {
			return checked, findings, broken, nil
		}
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
