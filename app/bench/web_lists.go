package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"zugabe/app/loyalty"
)

const (
	listTurns   = 60 // of each page, by the API
	listWarm    = 10
	pagesRatio  = 1.5
	fewRequests = 500 // by one member of staff: the API has a limit for each
)

// adminLists reads page 1 and page 1,000 of every list of the admin's API that
// goes on, as the screens do, in turn. The median counts.
func (l *lab) adminLists(ctx context.Context, s Site) (rows []Row, err error) {
	reader := &listReader{site: s, client: &http.Client{Timeout: 30 * time.Second}}
	for _, path := range l.endless() {
		mark, err := reader.mark(ctx, path)
		if err != nil {
			return rows, fmt.Errorf("%s: %w", path, err)
		}
		var pages [2]figure
		for turn := range 2 * (listWarm + listTurns) {
			at := ""
			if turn%2 == 1 {
				at = mark
			}
			start := wall.Now()
			if _, err := reader.page(ctx, path, at, pageSize); err != nil {
				return rows, fmt.Errorf("%s: %w", path, err)
			}
			if turn >= 2*listWarm {
				pages[turn%2].waits = append(pages[turn%2].waits, since(start))
			}
		}
		first, deep := milliseconds(pages[0].percentile(0.5)), milliseconds(pages[1].percentile(0.5))
		rows = append(rows, Row{What: path + ", page 1,000 : page 1", App: short(deep) + " ms", Yard: short(first) + " ms",
			Value: deep / max(first, 0.001), Target: pagesRatio, AtMost: true, Unit: " ×"})
	}
	return rows, nil
}

// endless are the lists that have a next page, with the filters that many rows pass.
func (l *lab) endless() []string {
	member := "/members/" + memberID(heavyMember).String()
	return []string{
		"/members", "/members?sort=name", "/members?sort=balance", "/members?type=customer", "/members?with_points=true",
		member + "/entries", member + "/redemptions",
		"/orders", "/orders?status=paid", "/orders?bonus=earned", "/orders?member_id=" + memberID(heavyMember).String(),
		"/deliveries", "/deliveries?topic=order.updated", "/deliveries?state=done",
		"/jobs", "/jobs?state=done", "/audit", "/audit?subject=" + crowdSubject,
	}
}

// listReader asks as members of staff do.
type listReader struct {
	site   Site
	client *http.Client
	asked  int
	token  string
	minted time.Time
}

// page reads one page and returns the mark of the next.
func (r *listReader) page(ctx context.Context, path, cursor string, size int) (next string, err error) {
	if r.asked%fewRequests == 0 || since(r.minted) > 30*time.Second {
		r.token, r.minted = r.site.Token(strconv.Itoa(1_000+r.asked/fewRequests)), wall.Now()
	}
	r.asked++
	address, err := url.Parse(r.site.App + "/api/admin/v1" + path)
	if err != nil {
		return "", err
	}
	q := address.Query()
	q.Set("limit", strconv.Itoa(size))
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	address.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	res, err := r.client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	var said struct {
		Items []json.RawMessage
		Next  string
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%d: %s", res.StatusCode, body)
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return "", err
	}
	if len(said.Items) != size {
		return "", fmt.Errorf("a page has %d of %d rows", len(said.Items), size)
	}
	return said.Next, nil
}

// mark turns pages as a patient reader would, in larger steps, up to page 1,000.
func (r *listReader) mark(ctx context.Context, path string) (cursor string, err error) {
	const step = 200
	for left := (deepPage - 1) * pageSize; left > 0; {
		size := min(step, left)
		if cursor, err = r.page(ctx, path, cursor, size); err != nil {
			return "", err
		}
		if cursor == "" {
			return "", fmt.Errorf("the list ends %d rows before page %d", left, deepPage)
		}
		left -= size
	}
	return cursor, nil
}

// crowdSubject is what half of the audit trail is about.
var crowdSubject = "member:" + loyalty.ID(memberBase).String()
