package cache

import "context"

// Publish wakes whoever subscribed to topic, in all processes. A wake-up may be
// lost (Redis away, subscriber busy); workers poll as well.
func (c *Cache) Publish(ctx context.Context, topic, message string) {
	if c.down() {
		return
	}
	if err := c.redis.Publish(ctx, "wake:"+topic, message).Err(); err != nil {
		c.failed("publish", err)
	}
}

// Subscribe returns the messages of topic until ctx ends, when the channel is
// closed. It survives lost connections. A reader that is slower than the
// messages misses some.
func (c *Cache) Subscribe(ctx context.Context, topic string) <-chan string {
	out := make(chan string, 16)
	sub := c.redis.Subscribe(ctx, "wake:"+topic)
	go func() {
		defer close(out)
		defer sub.Close()
		in := sub.Channel()
		for {
			select {
			case m, ok := <-in:
				if !ok {
					return
				}
				select {
				case out <- m.Payload:
				default:
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
