package main

import (
	"path/filepath"
	"testing"

	"zugabe/app/store/storetest"
)

// play runs the demo command's own exercise.
func play(t *testing.T, url string, customers, days int) {
	t.Helper()
	c := demoCommand{DatabaseURL: url, Listen: "127.0.0.1:0", ShopListen: "127.0.0.1:0", Exercise: true, Seed: 7, Customers: customers, Days: days}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestTwoMonthsOfAShopEndWithTheRightPointsOnSQLite(t *testing.T) {
	play(t, "sqlite://"+filepath.Join(t.TempDir(), "demo.db"), 25, 60)
}

func TestWeeksOfAShopEndWithTheRightPointsOnMariaDB(t *testing.T) {
	play(t, storetest.MariaDBURL(t), 8, 25)
}
