package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"text/tabwriter"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// databaseFlags are what a command needs that only works on the database.
type databaseFlags struct {
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" required:"" help:"mysql://user:password@host:3306/database or sqlite:///path/to/file.db" placeholder:"URL"`
}

type verifyCommand struct {
	databaseFlags `embed:""`
	Shop          int64     `name:"shop" help:"Only this shop."`
	At            time.Time `name:"at" help:"Judge by this instant instead of now, for a database whose clock was moved (2027-01-31T08:00:00Z)." placeholder:"TIME"`
	JSON          bool      `name:"json" help:"Print JSON."`
}

// Run is the ledger verify command.
func (c *verifyCommand) Run(ctx context.Context) error {
	clock := loyalty.SystemClock()
	if !c.At.IsZero() {
		clock = loyalty.NewManualClock(c.At)
	}
	return withProgram(ctx, c.DatabaseURL, clock, func(p *program.Program) error {
		var shops []loyalty.ShopID
		if c.Shop != 0 {
			shops = append(shops, loyalty.ShopID(c.Shop))
		}
		report, err := p.Verify(ctx, shops...)
		if err != nil {
			return err
		}
		if c.JSON {
			err = json.NewEncoder(os.Stdout).Encode(report)
		} else {
			err = printReport(os.Stdout, report)
		}
		if err == nil && !report.OK() {
			err = fmt.Errorf("%d rows break an invariant; see: zugabe ledger repair", report.Broken())
		}
		return err
	})
}

func printReport(out io.Writer, report program.Report) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "no.\tinvariant\tchecked\tbroken")
	for _, check := range report.Checks {
		fmt.Fprintf(table, "%d\t%s\t%d\t%d\n", check.Number, check.Name, check.Checked, check.Broken)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, line := range report.Violations() {
		fmt.Fprintln(out, line)
	}
	if report.OK() {
		fmt.Fprintf(out, "All is well in %d shops.\n", report.Shops)
	}
	return nil
}

type repairCommand struct {
	databaseFlags `embed:""`
	Shop          int64 `name:"shop" required:"" help:"The shop to look at."`
	Plan          bool  `name:"plan" help:"Only show what would be done (the default)."`
	Apply         bool  `name:"apply" help:"Post the correcting entries that --plan shows."`
}

// Run is the ledger repair command.
func (c *repairCommand) Run(ctx context.Context) error {
	if c.Plan && c.Apply {
		return errors.New("--plan and --apply exclude each other")
	}
	return withProgram(ctx, c.DatabaseURL, loyalty.SystemClock(), func(p *program.Program) error {
		plan, err := p.RepairPlan(ctx, loyalty.ShopID(c.Shop))
		if err != nil {
			return err
		}
		for _, r := range plan {
			fmt.Printf("account %s: pending %d → %d, available %d → %d, held %d → %d, debt %d → %d, correcting entry %+d\n", r.Account.ID,
				r.Account.Pending, r.Becomes.Pending, r.Account.Available, r.Becomes.Available, r.Account.Held, r.Becomes.Held,
				r.Account.Debt, r.Becomes.Debt, r.Points)
		}
		counters, err := p.VoucherRepairPlan(ctx, loyalty.ShopID(c.Shop))
		if err != nil {
			return err
		}
		for _, r := range counters {
			fmt.Printf("voucher %s code %s: uses %d → %d, discounts %d → %d\n", r.Template, r.Code, r.Have.Uses, r.Becomes.Uses, r.Have.Minor, r.Becomes.Minor)
		}
		if !c.Apply {
			fmt.Printf("%d accounts and %d counters of vouchers would be corrected; nothing was changed\n", len(plan), len(counters))
			return advise(ctx, os.Stdout, p, loyalty.ShopID(c.Shop))
		}
		n, err := p.ApplyRepairs(ctx, "operator", plan)
		fmt.Printf("%d accounts corrected\n", n)
		if err != nil {
			return err
		}
		n, err = p.ApplyVoucherRepairs(ctx, "operator", counters)
		fmt.Printf("%d counters of vouchers corrected\n", n)
		return err
	})
}

// advise says what to do about everything that verify finds, also about what no
// command mends.
func advise(ctx context.Context, out io.Writer, p *program.Program, shop loyalty.ShopID) error {
	report, err := p.Verify(ctx, shop)
	for _, check := range report.Checks {
		if check.Broken > 0 {
			fmt.Fprintf(out, "%d × %s: %s\n", check.Broken, check.Name, program.Advice(check.Name))
		}
	}
	return err
}

type recountCommand struct {
	databaseFlags `embed:""`
	Shop          int64 `name:"shop" required:"" help:"The shop whose totals are to be made again."`
}

// Run is the ledger recount command.
func (c *recountCommand) Run(ctx context.Context) error {
	return withProgram(ctx, c.DatabaseURL, loyalty.SystemClock(), func(p *program.Program) error {
		var shop loyalty.Shop
		var found bool
		err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
			shop, found, err = tx.ShopByID(loyalty.ShopID(c.Shop))
			return err
		})
		if err == nil && !found {
			err = loyalty.NotFound("shop")
		}
		if err != nil {
			return err
		}
		return p.RebuildTotals(ctx, shop)
	})
}

// withProgram opens the database for a command that needs no host and no HTTP.
func withProgram(ctx context.Context, databaseURL string, clock loyalty.Clock, run func(*program.Program) error) error {
	log := textLog(os.Stderr, slog.LevelInfo)
	st, err := store.Open(ctx, store.Config{URL: databaseURL, Clock: clock, Log: log})
	if err != nil {
		return err
	}
	p := &program.Program{Store: st, Clock: clock, IDs: loyalty.NewIDs(clock), Log: log}
	return errors.Join(run(p), st.Close())
}
