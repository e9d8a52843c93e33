package store

import "zugabe/app/loyalty"

// JobKind names a call that we owe the host.
type JobKind string

// The kinds of job.
const (
	JobCreateCode    JobKind = "create_code"
	JobDisableCode   JobKind = "disable_code"
	JobCheckCode     JobKind = "check_code"
	JobPublish       JobKind = "publish_balance"
	JobSubscriptions JobKind = "check_subscriptions"
	JobReconcile     JobKind = "reconcile"
	// JobPublishSettings puts what the shop's pages may know of the plan to the host.
	JobPublishSettings JobKind = "publish_settings"

	// JobMirror brings codes of vouchers at the host to where our rows say they
	// are; JobAddCodes does so with many codes of one discount, JobRemoveCodes takes
	// many out of one, JobWindow is about a whole voucher that starts, pauses or ends.
	JobMirror      JobKind = "voucher.mirror"
	JobAddCodes    JobKind = "voucher.addcodes"
	JobRemoveCodes JobKind = "voucher.removecodes"
	JobWindow      JobKind = "voucher.window"
	// JobDiscountWatch compares discounts at the host with what we told it.
	JobDiscountWatch JobKind = "voucher.watch"
)

// JobState is where a job stands.
type JobState int64

// The states of a job.
const (
	JobDue     JobState = 0
	JobDone    JobState = 1
	JobDead    JobState = 2 // given up; visible, can be replayed
	JobUnknown JobState = 3 // a call may have reached the host; look before calling again
)

// Job is one call we owe the host. (Kind, Key) is unique in the shop.
type Job struct {
	ID         loyalty.ID
	Kind       JobKind
	Key        string
	State      JobState
	Payload    []byte // JSON, its shape belongs to the kind
	Attempts   int64  // calls that burned an attempt
	NextAt     int64  // Unix ms; while leased, the end of the lease
	LeaseToken int64
	LeaseUntil int64
	Reason     string
	CreatedAt  int64
	DoneAt     int64
}

const jobColumns = `id, kind, job_key, state, payload, attempts, next_at, lease_token, lease_until, reason, created_at, done_at`

// InsertJobs stores new jobs; one that exists already is a *DuplicateError of "jobs.jobs_key".
func (tx *Tx) InsertJobs(shop loyalty.ShopID, jobs []Job) error {
	rows := make([][]any, 0, len(jobs))
	for _, j := range jobs {
		payload := j.Payload
		if payload == nil {
			payload = []byte("{}")
		}
		rows = append(rows, []any{shop, j.ID, string(j.Kind), j.Key, int64(j.State), string(payload), 0, j.NextAt, 0, 0, "", j.CreatedAt, 0})
	}
	return tx.InsertMany("jobs", []string{"shop_id", "id", "kind", "job_key", "state", "payload", "attempts", "next_at",
		"lease_token", "lease_until", "reason", "created_at", "done_at"}, rows)
}

// EnsureJob stores the job unless the same kind and key is already there.
func (tx *Tx) EnsureJob(shop loyalty.ShopID, j Job) (added bool, err error) {
	var id loyalty.ID
	found, err := tx.Row(`SELECT id FROM jobs WHERE shop_id = ? AND kind = ? AND job_key = ?`, []any{shop, string(j.Kind), j.Key}, &id)
	if err != nil || found {
		return false, err
	}
	err = tx.InsertJobs(shop, []Job{j})
	if IsDuplicate(err, "jobs.jobs_key") {
		return false, nil
	}
	return err == nil, err
}

// NextShopWithJobs finds the next shop after the given one that has a job to
// do, so that workers go round the shops and none starves.
func (tx *Tx) NextShopWithJobs(after loyalty.ShopID, nowMs int64) (shop loyalty.ShopID, found bool, err error) {
	for _, state := range []JobState{JobDue, JobUnknown} {
		var s loyalty.ShopID
		ok, err := tx.Row(`SELECT shop_id FROM jobs`+useIndex("jobs_due")+`WHERE state = ? AND shop_id > ? AND next_at <= ? ORDER BY shop_id LIMIT 1`,
			[]any{int64(state), after, nowMs}, &s)
		if err != nil {
			return 0, false, err
		}
		if ok && (!found || s < shop) {
			shop, found = s, true
		}
	}
	return shop, found, nil
}

// ClaimRequest says which jobs a worker takes and for how long.
type ClaimRequest struct {
	Kinds  []JobKind
	Limit  int
	Token  int64 // unique per claim; results are accepted only with it (D16)
	NowMs  int64
	Until  int64 // Unix ms, end of the lease
	Unsure bool  // mark them unknown: should we vanish, nobody may call blindly (C9)
}

// ClaimJobs leases due jobs of one shop. Two dispatchers never get the same
// job: the conditional UPDATE decides (D15).
func (tx *Tx) ClaimJobs(shop loyalty.ShopID, r ClaimRequest) ([]Job, error) {
	ids, err := tx.dueJobs(shop, r)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	args := append([]any{r.Token, r.Until, r.Until, shop}, withArgs(nil, ids)...)
	n, err := tx.Exec(`UPDATE jobs SET lease_token = ?, lease_until = ?, next_at = ? WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+
		`) AND state IN (0, 3) AND next_at <= ?`, append(args, r.NowMs)...)
	if err != nil || n == 0 {
		return nil, err
	}
	jobs, err := tx.manyJobs(`SELECT `+jobColumns+` FROM jobs WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`) AND lease_token = ? ORDER BY id`,
		append(argsOf(shop, ids), r.Token))
	if err != nil || !r.Unsure {
		return jobs, err
	}
	_, err = tx.Exec(`UPDATE jobs SET state = 3 WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`) AND lease_token = ? AND state = 0`,
		append(argsOf(shop, ids), r.Token)...)
	return jobs, err
}

func (tx *Tx) dueJobs(shop loyalty.ShopID, r ClaimRequest) ([]loyalty.ID, error) {
	var ids []loyalty.ID
	kinds := make([]string, 0, len(r.Kinds))
	for _, k := range r.Kinds {
		kinds = append(kinds, string(k))
	}
	for _, state := range []JobState{JobDue, JobUnknown} {
		args := withArgs([]any{int64(state), shop, r.NowMs}, kinds)
		err := tx.Rows(`SELECT id FROM jobs`+useIndex("jobs_due")+`WHERE state = ? AND shop_id = ? AND next_at <= ? AND kind IN (`+
			placeholders(len(kinds))+`) ORDER BY next_at, id LIMIT ?`, append(args, r.Limit-len(ids)), func(row Scanner) error {
			var id loyalty.ID
			err := row.Scan(&id)
			ids = append(ids, id)
			return err
		})
		if err != nil || len(ids) >= r.Limit {
			return ids, err
		}
	}
	return ids, nil
}

// SaveJob writes the outcome of a leased job. ok is false when the lease was
// lost meanwhile; then nothing of the caller's transaction may be committed (D16).
func (tx *Tx) SaveJob(shop loyalty.ShopID, j Job) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE jobs SET state = ?, payload = ?, attempts = ?, next_at = ?, reason = ?, done_at = ?, lease_until = 0, lease_token = 0
WHERE shop_id = ? AND id = ? AND lease_token = ? AND state IN (0, 3)`,
		int64(j.State), string(j.Payload), j.Attempts, j.NextAt, clip(j.Reason, 500), j.DoneAt, shop, j.ID, j.LeaseToken)
	return n == 1, err
}

// FinishJobs marks leased jobs of one claim done and says how many still were ours.
func (tx *Tx) FinishJobs(shop loyalty.ShopID, ids []loyalty.ID, token, nowMs int64) (int64, error) {
	return tx.Exec(`UPDATE jobs SET state = 1, reason = '', done_at = ?, lease_until = 0, lease_token = 0 WHERE shop_id = ? AND lease_token = ? AND id IN (`+
		placeholders(len(ids))+`)`, withArgs([]any{nowMs, shop, token}, ids)...)
}

// DelayJobs moves everything a shop has due to a later time without burning an
// attempt: the host asked us to wait (D5), is down (D6), locked us out (D7) or
// is frozen (D8).
func (tx *Tx) DelayJobs(shop loyalty.ShopID, nowMs, untilMs int64) error {
	_, err := tx.Exec(`UPDATE jobs SET next_at = ? WHERE shop_id = ? AND state IN (0, 3) AND next_at <= ? AND lease_until <= ?`,
		untilMs, shop, nowMs, nowMs)
	return err
}

// WakeJobs makes everything that waits due at once: the shop let us in again.
func (tx *Tx) WakeJobs(shop loyalty.ShopID, nowMs int64) (int64, error) {
	return tx.Exec(`UPDATE jobs SET next_at = ? WHERE shop_id = ? AND state IN (0, 3) AND next_at > ? AND lease_until <= ?`,
		nowMs, shop, nowMs, nowMs)
}

// ReplayJob gives a dead job another round. A call may have reached the host
// before it died, so it looks first. ok is false when it is not dead.
func (tx *Tx) ReplayJob(shop loyalty.ShopID, id loyalty.ID, nowMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE jobs SET state = 3, attempts = 0, next_at = ?, reason = '', payload = '{}' WHERE shop_id = ? AND id = ? AND state = 2`,
		nowMs, shop, id)
	return n == 1, err
}

// JobByKey finds a job.
func (tx *Tx) JobByKey(shop loyalty.ShopID, kind JobKind, key string) (Job, bool, error) {
	list, err := tx.manyJobs(`SELECT `+jobColumns+` FROM jobs WHERE shop_id = ? AND kind = ? AND job_key = ?`, []any{shop, string(kind), key})
	if err != nil || len(list) == 0 {
		return Job{}, false, err
	}
	return list[0], true, nil
}

// JobByID finds a job by its id.
func (tx *Tx) JobByID(shop loyalty.ShopID, id loyalty.ID) (Job, bool, error) {
	list, err := tx.manyJobs(`SELECT `+jobColumns+` FROM jobs WHERE shop_id = ? AND id = ?`, []any{shop, id})
	if err != nil || len(list) == 0 {
		return Job{}, false, err
	}
	return list[0], true, nil
}

// DropJob removes a job that waits and is not leased, because it is no longer
// wanted; ok is false when it is under way or over.
func (tx *Tx) DropJob(shop loyalty.ShopID, kind JobKind, key string, nowMs int64) (ok bool, err error) {
	n, err := tx.Exec(`DELETE FROM jobs WHERE shop_id = ? AND kind = ? AND job_key = ? AND state = 0 AND attempts = 0 AND lease_until <= ?`,
		shop, string(kind), key, nowMs)
	return n == 1, err
}

func (tx *Tx) manyJobs(query string, args []any) ([]Job, error) {
	var list []Job
	err := tx.Rows(query, args, func(row Scanner) error {
		var j Job
		var kind string
		var state int64
		if err := row.Scan(&j.ID, &kind, &j.Key, &state, &j.Payload, &j.Attempts, &j.NextAt, &j.LeaseToken, &j.LeaseUntil,
			&j.Reason, &j.CreatedAt, &j.DoneAt); err != nil {
			return err
		}
		j.Kind, j.State = JobKind(kind), JobState(state)
		list = append(list, j)
		return nil
	})
	return list, err
}
