package store_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

func aShop(id loyalty.ShopID) loyalty.Shop {
	return loyalty.Shop{ID: id, Host: "shopify", Domain: fmt.Sprintf("shop-%d.myshopify.com", id), PathKey: fmt.Sprint("path", id),
		HostShopID: "99", Name: "Läden & Söhne", Currency: "EUR", Zone: "Europe/Berlin", Language: "de", State: loyalty.ShopActive,
		HostPlan: "basic", Settings: []byte(`{"a":1}`), Version: 1, InstalledAt: 5}
}

func TestAShopIsFoundByIdDomainAndPathKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		want := aShop(1)
		inboxWrite(t, s, func(tx *store.Tx) error { return tx.CreateShop(want, 5) })
		inboxWrite(t, s, func(tx *store.Tx) error {
			a, foundA, err := tx.ShopByID(1)
			b, foundB, _ := tx.ShopByDomain("shopify", want.Domain)
			c, foundC, _ := tx.ShopByPathKey("path1")
			if err != nil || !foundA || !foundB || !foundC {
				t.Fatalf("%v %v %v %v", foundA, foundB, foundC, err)
			}
			for _, got := range []loyalty.Shop{a, b, c} {
				if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
					t.Errorf("got %+v, want %+v", got, want)
				}
			}
			if _, found, _ := tx.ShopByDomain("woocommerce", want.Domain); found {
				t.Error("found under another host")
			}
			return nil
		})
		err := s.Write(context.Background(), func(tx *store.Tx) error {
			twin := aShop(1)
			twin.ID, twin.PathKey = 2, "path2"
			return tx.CreateShop(twin, 5)
		})
		if !store.IsDuplicate(err, "shops.shops_domain") {
			t.Errorf("twin: %v", err)
		}
	})
}

func TestAnOutdatedShopIsNotWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		shop := aShop(1)
		inboxWrite(t, s, func(tx *store.Tx) error { return tx.CreateShop(shop, 5) })
		inboxWrite(t, s, func(tx *store.Tx) error {
			shop.Name = "new"
			ok, err := tx.UpdateShop(shop, 6)
			if !ok || err != nil {
				t.Fatalf("%v %v", ok, err)
			}
			shop.Name = "stale"
			if ok, err = tx.UpdateShop(shop, 7); ok || err != nil {
				t.Errorf("stale write: %v %v", ok, err)
			}
			active := []loyalty.ShopState{loyalty.ShopActive}
			if ok, _ = tx.SetShopState(1, active, loyalty.ShopUninstalled, 8); !ok {
				t.Error("not uninstalled")
			}
			if ok, _ = tx.SetShopState(1, active, loyalty.ShopUninstalled, 9); ok {
				t.Error("uninstalled twice")
			}
			got, _, err := tx.ShopByID(1)
			if got.Name != "new" || got.State != loyalty.ShopUninstalled || got.UninstalledAt != 8 || got.Version != 3 {
				t.Errorf("%+v", got)
			}
			list, _ := tx.ListShops(0, 10, loyalty.ShopActive, loyalty.ShopNeedsAuth)
			all, _ := tx.ListShops(0, 10)
			if len(list) != 0 || len(all) != 1 {
				t.Errorf("%d active, %d in all", len(list), len(all))
			}
			return err
		})
	})
}

func ringKey(id string, seed byte) string {
	key := make([]byte, 32)
	for i := range key {
		key[i] = seed + byte(i*7)
	}
	return id + ":" + base64.StdEncoding.EncodeToString(key)
}

func vault(t *testing.T, keys ...string) *store.Vault {
	t.Helper()
	ring, err := store.NewKeyring(strings.Join(keys, ","))
	if err != nil {
		t.Fatal(err)
	}
	return store.NewVault(ring)
}

// J5: keys that people type are refused.
func TestWeakAndBrokenEncryptionKeysAreRefused(t *testing.T) {
	zero := "a:" + base64.StdEncoding.EncodeToString(make([]byte, 32))
	short := "a:" + base64.StdEncoding.EncodeToString([]byte("secret"))
	for _, spec := range []string{"", "a", ":x", "a:!!!", zero, short, ringKey("a", 1) + "," + ringKey("a", 2), ringKey(strings.Repeat("x", 41), 1)} {
		if _, err := store.NewKeyring(spec); err == nil {
			t.Errorf("%q was accepted", spec)
		} else if strings.Contains(err.Error(), base64.StdEncoding.EncodeToString(make([]byte, 8))) {
			t.Errorf("the error shows the key: %v", err)
		}
	}
}

// J2: a row copied to another shop or purpose does not open.
func TestASecretOpensOnlyInItsOwnShopAndPurpose(t *testing.T) {
	ring, _ := store.NewKeyring(ringKey("k1", 1))
	id, sealed := ring.Seal(1, store.SecretWebhook, []byte("hush"))
	if plain, err := ring.Open(1, store.SecretWebhook, id, sealed); err != nil || string(plain) != "hush" {
		t.Fatalf("%q %v", plain, err)
	}
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)-1] ^= 1
	other, _ := store.NewKeyring(ringKey("k1", 2))
	for name, open := range map[string]func() ([]byte, error){
		"other shop":    func() ([]byte, error) { return ring.Open(2, store.SecretWebhook, id, sealed) },
		"other purpose": func() ([]byte, error) { return ring.Open(1, store.SecretHostToken, id, sealed) },
		"other key":     func() ([]byte, error) { return other.Open(1, store.SecretWebhook, id, sealed) },
		"unknown key":   func() ([]byte, error) { return ring.Open(1, store.SecretWebhook, "k9", sealed) },
		"changed":       func() ([]byte, error) { return ring.Open(1, store.SecretWebhook, id, flipped) },
		"short":         func() ([]byte, error) { return ring.Open(1, store.SecretWebhook, id, sealed[:5]) },
	} {
		if _, err := open(); !errors.Is(err, store.ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A30: during a rotation both secrets are current, afterwards only the new one.
func TestARotatedSecretOverlapsWithTheOldOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		v := vault(t, ringKey("k1", 1))
		values := func(now int64) string {
			var out []string
			inboxWrite(t, s, func(tx *store.Tx) error {
				list, err := v.Secrets(tx, 1, store.SecretWebhook, now)
				out = nil
				for _, x := range list {
					out = append(out, string(x.Value))
				}
				return err
			})
			return strings.Join(out, " ")
		}
		rotate := func(value string, now int64) {
			inboxWrite(t, s, func(tx *store.Tx) error {
				return v.Rotate(tx, 1, store.SecretWebhook, []byte(value), store.Window{NowMs: now, OverlapMs: 100})
			})
		}
		rotate("one", 1000)
		rotate("two", 2000)
		if got := values(2099); got != "two one" {
			t.Errorf("in the overlap: %q", got)
		}
		if got := values(2100); got != "two" {
			t.Errorf("after it: %q", got)
		}
		rotate("three", 3000)
		if got := values(3001); got != "three two" {
			t.Errorf("second rotation: %q", got)
		}
		if got := fmt.Sprintf("%v %+v %#v", store.Secret{Value: []byte("three")}, store.Secret{Value: []byte("three")}, store.Secret{Value: []byte("three")}); strings.Contains(got, "three") || strings.Contains(got, "116") {
			t.Errorf("a secret prints itself: %s", got)
		}
	})
}

func TestATokenIsSwappedByTheFirstOneOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		v := vault(t, ringKey("k1", 1))
		swap := func(version int64, value string) (ok bool) {
			inboxWrite(t, s, func(tx *store.Tx) (err error) {
				ok, err = v.Swap(tx, 1, store.Secret{Purpose: store.SecretHostToken, Seq: 1, Value: []byte(value), Version: version}, 5)
				return err
			})
			return ok
		}
		if !swap(0, "a") || swap(0, "b") {
			t.Error("the first token must win")
		}
		if !swap(1, "c") || swap(1, "d") {
			t.Error("one swap per version")
		}
		inboxWrite(t, s, func(tx *store.Tx) error {
			list, err := v.Secrets(tx, 1, store.SecretHostToken, 5)
			if len(list) != 1 || string(list[0].Value) != "c" || list[0].Version != 2 {
				t.Errorf("%v", list)
			}
			if err := v.Forget(tx, 1, store.SecretHostToken); err != nil {
				return err
			}
			list, _ = v.Secrets(tx, 1, store.SecretHostToken, 5)
			if len(list) != 0 {
				t.Error("not forgotten")
			}
			return err
		})
	})
}

// J3, J4: rotation of the encryption key can stop anywhere; a wrong key is noticed at the start.
func TestTheEncryptionKeyIsRotatedInSteps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		old := vault(t, ringKey("old", 1))
		inboxWrite(t, s, func(tx *store.Tx) error {
			for i := range 5 {
				if _, err := old.Swap(tx, 1, store.Secret{Purpose: fmt.Sprint("p", i), Value: []byte("v")}, 5); err != nil {
					return err
				}
			}
			return nil
		})
		both := vault(t, ringKey("new", 9), ringKey("old", 1))
		steps := 0
		for n := 1; n > 0; steps++ {
			inboxWrite(t, s, func(tx *store.Tx) (err error) {
				n, err = both.Rewrap(tx, 1, 2, 6)
				if err == nil {
					_, err = both.Secrets(tx, 1, "p4", 6)
				}
				return err
			})
		}
		if steps != 4 {
			t.Errorf("%d steps", steps)
		}
		inboxWrite(t, s, func(tx *store.Tx) error {
			used, err := both.KeysInUse(tx)
			if fmt.Sprint(used) != "map[new:5]" {
				t.Errorf("in use: %v", used)
			}
			if err := vault(t, ringKey("new", 9)).Check(tx); err != nil {
				t.Errorf("the new key alone must do: %v", err)
			}
			for name, v := range map[string]*store.Vault{"lost": old, "wrong": vault(t, ringKey("new", 77))} {
				if err := v.Check(tx); !errors.Is(err, store.ErrSealed) {
					t.Errorf("%s key: %v", name, err)
				}
			}
			return err
		})
	})
}

// J1: the file on disk does not hold the plain token.
func TestAStoredTokenIsNotInTheDatabaseFile(t *testing.T) {
	url := storetest.SQLiteURL(t)
	s, err := store.Open(context.Background(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	v := vault(t, ringKey("k", 1))
	inboxWrite(t, s, func(tx *store.Tx) error {
		_, err := v.Swap(tx, 1, store.Secret{Purpose: store.SecretHostToken, Value: []byte("shpat_very_secret_token")}, 5)
		return err
	})
	path := strings.TrimPrefix(strings.TrimPrefix(url, "sqlite:"), "//")
	files, _ := filepath.Glob(path + "*")
	if len(files) < 2 {
		t.Fatalf("files %v", files)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("very_secret")) {
			t.Errorf("%s holds the token", f)
		}
	}
}
