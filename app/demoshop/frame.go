package demoshop

import "net/http"

// staffID is the merchant's member of staff who is always signed in.
const staffID = "90210778"

// serveSessionToken hands a fresh token of the signed-in member of staff to pages
// of the admin and to who tries the app's API by hand. Other sites cannot read
// it: there is no CORS here.
func (s *Shop) serveSessionToken(w http.ResponseWriter, r *http.Request) {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		http.Error(w, "same origin only", http.StatusForbidden)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, map[string]any{"token": s.MintSessionToken(staffID)})
}
