package spreadsheet

import (
	"bytes"
	"slices"

	"github.com/xuri/excelize/v2"
)

// workbook opens a file in memory: nothing is unpacked to disk, and no more than
// maxGrown bytes.
func workbook(file []byte) (*excelize.File, error) {
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: maxGrown, UnzipXMLSizeLimit: maxGrown, RawCellValue: true})
	if err != nil {
		return nil, unreadable("workbook", "is no workbook that can be read")
	}
	return book, nil
}

func detectWorkbook(file []byte) (Form, error) {
	book, err := workbook(file)
	if err != nil {
		return Form{}, err
	}
	defer book.Close()
	f := Form{Format: XLSX, Sheets: book.GetSheetList()}
	if len(f.Sheets) == 0 {
		return f, unreadable("workbook", "has no sheet")
	}
	f.Sheet = f.Sheets[0]
	return f, nil
}

func eachOfWorkbook(file []byte, f Form, row func(Row) error) error {
	book, err := workbook(file)
	if err != nil {
		return err
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if f.Sheet == "" && len(sheets) > 0 {
		f.Sheet = sheets[0]
	}
	if !slices.Contains(sheets, f.Sheet) {
		return unreadable("sheet", "has no such sheet")
	}
	rows, err := book.Rows(f.Sheet)
	if err != nil {
		return unreadable("workbook", "has a sheet that cannot be read")
	}
	defer rows.Close()
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return unreadable("workbook", "has a line that cannot be read")
		}
		if err := row(Row{line, cellsOf(cells)}); err != nil {
			return err
		}
	}
	if rows.Error() != nil {
		return unreadable("workbook", "has a sheet that cannot be read")
	}
	return nil
}
