package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

type backupCommand struct {
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" help:"mysql://user:password@host:3306/database or sqlite:///path/to/file.db" placeholder:"URL"`
	To          string `name:"to" help:"The file to write; it is there when the backup is complete, and not before." placeholder:"FILE" xor:"what" required:""`
	Check       string `name:"check" help:"Only look whether this file is a complete, undamaged backup." placeholder:"FILE" xor:"what" required:""`
	Force       bool   `name:"force" help:"Replace the file if it exists."`
}

// Run is the backup command.
func (c *backupCommand) Run(ctx context.Context) error {
	if c.Check != "" {
		counts, err := store.CheckBackup(ctx, c.Check)
		if err != nil {
			return err
		}
		fmt.Printf("%s is a complete backup of %d rows in %d tables\n", c.Check, rowsOf(counts), len(counts))
		return nil
	}
	if c.DatabaseURL == "" {
		return errors.New("which database? Set DATABASE_URL or --database-url")
	}
	line := progress{out: os.Stderr}
	counts, err := store.Backup(ctx, store.BackupRequest{URL: c.DatabaseURL, File: c.To, Replace: c.Force, Progress: line.show})
	line.end()
	if err != nil {
		return err
	}
	fmt.Printf("%d rows of %d tables are in %s\n", rowsOf(counts), len(counts), c.To)
	return nil
}

type restoreCommand struct {
	databaseFlags `embed:""`
	From          string `name:"from" required:"" help:"A file made by zugabe backup." placeholder:"FILE"`
}

// Run is the restore command.
func (c *restoreCommand) Run(ctx context.Context) error {
	if _, err := store.CheckBackup(ctx, c.From); err != nil {
		return err // before a database is made
	}
	st, err := store.Open(ctx, store.Config{URL: c.DatabaseURL, Clock: loyalty.SystemClock(), Log: textLog(os.Stderr, slog.LevelInfo)})
	if err != nil {
		return err
	}
	if _, err := st.Migrate(ctx); err != nil {
		return errors.Join(err, st.Close())
	}
	line := progress{out: os.Stderr}
	counts, err := st.Restore(ctx, store.RestoreRequest{File: c.From, Progress: line.show})
	line.end()
	if err == nil {
		fmt.Printf("%d rows of %d tables restored; now run: zugabe ledger verify\n", rowsOf(counts), len(counts))
	}
	return errors.Join(err, st.Close())
}

func rowsOf(counts []store.BackupCount) (n int64) {
	for _, c := range counts {
		n += c.Rows
	}
	return n
}

// progress is one line that says how far a copy is: a new one per table, and
// the number of rows growing in it.
type progress struct {
	out   io.Writer
	table string
}

func (p *progress) show(table string, rows int64) {
	if p.table != "" && table != p.table {
		fmt.Fprintln(p.out)
	}
	p.table = table
	fmt.Fprintf(p.out, "\r%-20s %12d rows", table, rows)
}

func (p *progress) end() {
	if p.table != "" {
		fmt.Fprintln(p.out)
	}
}
