package crash_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// importing: a process that dies at a part of an import leaves nothing of that part,
// and the next one goes on with it: no line is lost and none is done twice (B25).
// Undoing is the same way back.
var importing = chapter{
	name:   "import",
	points: []string{"import.claimed:1", "import.cut:1", "import.part_written:1", "import.part_written:2", "import.part_done:2", "import.part_written:4"},
	few:    []string{"import.cut:1", "import.part_written:2", "import.part_done:2", "import.part_written:4"},
	begin:  (*world).install,
	play: func(w *world) {
		w.persons++
		const lines = 1200
		var file bytes.Buffer
		file.WriteString("code\n")
		for i := range lines {
			fmt.Fprintf(&file, "CRASH%d-%06d\n", w.persons, i)
		}
		voucher := w.madeVoucher(fmt.Sprintf("Import %d", w.persons))
		id := w.sentFile(voucher, file.Bytes())
		w.until("the import has begun", func() bool { return w.did("/imports/"+id+"/start", `{}`) })
		state := func() string { return w.importIs(id) }
		w.until("the import is done", func() bool { return state() == "done" })
		made := func(where string) int64 {
			return w.number(`SELECT COUNT(*) FROM codes WHERE template_id = ? `+where, voucher)
		}
		if n, distinct := made(""), w.number(`SELECT COUNT(DISTINCT folded) FROM codes WHERE template_id = ?`, voucher); n != lines || distinct != lines {
			w.t.Errorf("%d codes, %d different ones", n, distinct)
		}
		if n := w.number(`SELECT ok FROM imports WHERE id = ?`, id); n != lines {
			w.t.Errorf("the import counts %d", n)
		}
		w.until("the undo has begun", func() bool { return w.did("/imports/"+id+"/undo", `{}`) })
		w.until("the import is undone", func() bool { return state() == "undone" })
		if n := made(`AND state = 'void'`); n != lines {
			w.t.Errorf("%d codes are void", n)
		}
		w.until("the host has been asked about every code that is taken back", func() bool { return w.number(`SELECT COUNT(*) FROM jobs WHERE state IN (0, 3)`) == 0 })
	},
}

// did posts something of staff until it is taken; doing it twice must change nothing.
func (w *world) did(path, body string) bool {
	w.t.Helper()
	answer, status := w.admin(http.MethodPost, "/api/admin/v1"+path, []byte(body))
	if status/100 == 4 {
		w.t.Fatalf("%s was refused: %s", path, answer)
	}
	return status == http.StatusOK
}

func (w *world) posted(method, path string, ask any, into any) bool {
	w.t.Helper()
	raw, err := json.Marshal(ask)
	must(w.t, err)
	answer, status := w.admin(method, "/api/admin/v1"+path, raw)
	if status/100 == 4 {
		w.t.Fatalf("%s was refused: %s", path, answer)
	}
	return status == http.StatusOK && json.Unmarshal(answer, into) == nil
}

// madeVoucher is a voucher that has not been started: no host is asked for its codes.
func (w *world) madeVoucher(name string) string {
	var v struct{ ID string }
	w.until("there is a voucher", func() bool {
		return w.posted(http.MethodPost, "/vouchers", map[string]any{"name": name, "kind": "percent", "percent": 10, "what": map[string]any{"sale_items": true}}, &v)
	})
	return v.ID
}

func (w *world) sentFile(voucher string, file []byte) string {
	var i struct{ ID, State string }
	w.until("an import has begun", func() bool {
		return w.posted(http.MethodPost, "/imports", map[string]any{"voucher_id": voucher, "file_name": "crash.csv", "file_size": len(file)}, &i)
	})
	w.until("the file is whole", func() bool {
		return w.posted(http.MethodPut, "/imports/"+i.ID+"/pieces/0", map[string]any{"data": file}, &i)
	})
	if i.State != "ready" {
		w.t.Fatalf("the file is %s", i.State)
	}
	return i.ID
}

func (w *world) importIs(id string) string {
	answer, status := w.admin(http.MethodGet, "/api/admin/v1/imports/"+id, nil)
	var i struct{ State string }
	if status != http.StatusOK || json.Unmarshal(answer, &i) != nil {
		return ""
	}
	if strings.Contains("failed cancelled", i.State) {
		w.t.Fatalf("the import is %s: %s", i.State, answer)
	}
	return i.State
}
