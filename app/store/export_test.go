package store

// Queued is the number of writes waiting for their turn on SQLite.
func Queued(s *Store) int {
	w := s.engine.(*sqliteEngine).writer
	return len(w.queue) + len(w.urgent)
}

// Commits is the number of COMMITs so far on SQLite.
func Commits(s *Store) int64 { return s.engine.(*sqliteEngine).writer.commits.Load() }

var (
	ClassifyMySQL      = classifyMySQL
	CheckSQLiteVersion = checkSQLiteVersion
	JudgeFS            = judgeFS
	ShopTables         = shopTables
	AtCommit           = func(err error) error { return &commitError{err} }
)
