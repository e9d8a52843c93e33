// Zugabe: points, vouchers and partner codes for online shops.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set at build time with -ldflags "-X main.version=…".
var version = "dev"

type commands struct {
	Serve   serveCommand   `cmd:"" help:"Run the app."`
	Demo    demoCommand    `cmd:"" help:"Run the app on SQLite with a demo shop, or play a year of it (--exercise)."`
	Migrate migrateCommand `cmd:"" help:"Bring the database to this version."`
	Ledger  struct {
		Verify  verifyCommand  `cmd:"" help:"Check every invariant of the ledger; exit 1 if one is broken."`
		Repair  repairCommand  `cmd:"" help:"Show correcting entries for broken balances; --apply posts them."`
		Recount recountCommand `cmd:"" help:"Make the daily totals of the reports again from the entries."`
	} `cmd:"" help:"Check and repair the ledger."`
	Backup  backupCommand  `cmd:"" help:"Copy the database of either engine into one file, or check such a file (--check)."`
	Restore restoreCommand `cmd:"" help:"Fill a new database of either engine from a backup."`
	Bench   benchCommand   `cmd:"" help:"Measure speeds as ratios to yardsticks of the same run."`
	OpenAPI openAPICommand `cmd:"" name:"openapi" help:"Print the API's OpenAPI document."`
}

func main() {
	var cli commands
	parsed := kong.Parse(&cli, kong.Name("zugabe"), kong.Description("Points, vouchers and partner codes for online shops."),
		kong.UsageOnError(), kong.Vars{"version": version})
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	parsed.BindTo(ctx, (*context.Context)(nil))
	err := parsed.Run()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "zugabe:", err)
		os.Exit(1)
	}
}
