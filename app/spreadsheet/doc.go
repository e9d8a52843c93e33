// Package spreadsheet reads tables that people send: CSV in whatever encoding and
// with whatever delimiter, and XLSX. It writes nothing to disk and bounds what a
// file may grow to. What it finds out is shown to the sender, who may know better.
package spreadsheet

import "zugabe/app/loyalty"

// The formats.
const (
	CSV  = "csv"
	XLSX = "xlsx"
)

// The encodings of CSV files. Windows-1252 has ISO-8859-1 in it.
const (
	UTF8        = "utf-8"
	UTF16LE     = "utf-16le"
	UTF16BE     = "utf-16be"
	Windows1252 = "windows-1252"
)

// Bounds of a table.
const (
	MaxFile  = 20 << 20 // bytes as sent
	MaxLines = 200_000
	MaxCells = 60
	MaxCell  = 1000     // bytes in a cell; longer ones are cut
	maxGrown = 96 << 20 // bytes of a workbook, unpacked (zip bombs)
)

// Form says how a file is to be read.
type Form struct {
	Format    string   `json:"format" enum:"csv,xlsx"`
	Encoding  string   `json:"encoding,omitempty" enum:"utf-8,utf-16le,utf-16be,windows-1252" doc:"of CSV"`
	Delimiter string   `json:"delimiter,omitempty" doc:"of CSV: ; , | or a tab"`
	Sheet     string   `json:"sheet,omitempty" maxLength:"200" doc:"of XLSX"`
	Sheets    []string `json:"sheets,omitempty" doc:"of XLSX: what there is to choose from"`
}

// Row is one line of a table. Line counts from 1 as the sender sees it.
type Row struct {
	Line  int
	Cells []string
}

func (r Row) empty() bool {
	for _, c := range r.Cells {
		if c != "" {
			return false
		}
	}
	return true
}

// Each reads the rows of a file in their order until row fails; empty ones are left
// out. CodeInvalid with field "file" for what cannot be read.
func Each(file []byte, f Form, row func(Row) error) error {
	n := 0
	bounded := func(r Row) error {
		if r.empty() {
			return nil
		}
		if n++; n > MaxLines {
			return loyalty.Invalid("file", "has more lines than one import takes").With("reason", "lines").With("most", MaxLines)
		}
		return row(r)
	}
	if f.Format == XLSX {
		return eachOfWorkbook(file, f, bounded)
	}
	return eachOfText(file, f, bounded)
}

// Head reads the first rows.
func Head(file []byte, f Form, most int) (rows []Row, err error) {
	err = Each(file, f, func(r Row) error {
		if len(rows) == most {
			return errEnough
		}
		rows = append(rows, r)
		return nil
	})
	if err == errEnough {
		err = nil
	}
	return rows, err
}

func unreadable(reason, message string) error {
	return loyalty.Invalid("file", message).With("reason", reason)
}
