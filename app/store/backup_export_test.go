package store

// ExplainSpace is explainSpace.
var ExplainSpace = explainSpace

// Loose makes a backup without one snapshot of all tables, as a naive build would.
func Loose(loose bool, r BackupRequest) BackupRequest {
	r.loose = loose
	return r
}
