package api

import (
	"context"
	"reflect"
	"testing"

	"zugabe/app/cache"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// filled is a standing in which no field is zero, and each number is another one.
func filled(t *testing.T) cachedStanding {
	t.Helper()
	full := cachedStanding{Shop: 7, Found: true}
	fields := reflect.ValueOf(&full.Standing).Elem()
	for i := range fields.NumField() {
		switch f := fields.Field(i); f.Kind() {
		case reflect.Int64:
			f.SetInt(int64(-3+i) << 40)
		case reflect.Bool:
			f.SetBool(true)
		case reflect.String:
			f.SetString("merged")
		default:
			t.Fatalf("field %s is a %s", fields.Type().Field(i).Name, f.Kind())
		}
	}
	return full
}

func TestAStandingComesOutOfRedisAsItWentIn(t *testing.T) {
	for _, want := range []cachedStanding{filled(t), {}, {Shop: 7, Standing: store.Standing{Available: -5, State: loyalty.MemberActive}, Found: true}} {
		packed := want.pack()
		if got, ok := unpackStanding(packed); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v became %+v (%v)", want, got, ok)
		}
	}
}

func TestAStandingThatIsCutOffOrOfAnotherFormIsNotRead(t *testing.T) {
	packed := filled(t).pack()
	numbersEnd := len(packed) - len("merged")
	for n := range numbersEnd {
		if got, ok := unpackStanding(packed[:n]); ok {
			t.Errorf("%d bytes became %+v", n, got)
		}
	}
	if _, ok := unpackStanding([]byte(`{"Shop":7,"Standing":{},"Found":true}`)); ok {
		t.Error("the form of an older version is read")
	}
}

// covers: E12, E14: a second process reads what the first has kept, of its own shop
// only, and goes on without Redis.
func TestTwoProcessesShareWhatTheyReadThroughRedis(t *testing.T) {
	shared, err := cache.Open(t.Context(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	loads := 0
	load := func(_ context.Context, _ loyalty.ShopID, _ string) (store.Standing, bool, error) {
		loads++
		return filled(t).Standing, true, nil
	}
	here, there := NewBalanceCache(0).Share(shared), NewBalanceCache(-1).Share(shared)
	ask := func(b *BalanceCache, shop loyalty.ShopID, wantLoads int) {
		t.Helper()
		st, found, err := b.Get(t.Context(), shop, "1", load)
		if err != nil || !found || st != filled(t).Standing || loads != wantLoads {
			t.Errorf("%+v %v %v after %d loads, want %d", st, found, err, loads, wantLoads)
		}
	}
	ask(here, 7, 1)
	ask(here, 7, 1)
	ask(there, 7, 1)
	ask(there, 8, 2)
	here.Forget(t.Context(), 7, "1")
	ask(there, 7, 3)
	if err := shared.Close(); err != nil {
		t.Fatal(err)
	}
	ask(there, 7, 4)
}
