package schedule

import (
	"context"

	"zugabe/app/loyalty"
)

const reminderChunk = 500 // lots or codes in one transaction

// expiryMails tells members what runs out, once a day, and finds out what became of it.
func (w worker) expiryMails(ctx context.Context, shop loyalty.Shop, keep func() error) error {
	for _, step := range []func(context.Context, loyalty.Shop, int) (int, error){w.Remind, w.SettleReminders} {
		for {
			n, err := step(ctx, shop, reminderChunk)
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
			if err := keep(); err != nil {
				return err
			}
		}
	}
	return nil
}
