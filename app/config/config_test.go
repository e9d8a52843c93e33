package config

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func randomKey(seed byte) string {
	b := make([]byte, 32)
	for i := range b {
		b[i] = byte(i*37) ^ seed
	}
	return base64.StdEncoding.EncodeToString(b)
}

func good() Config {
	return Config{
		DatabaseURL: "mysql://zugabe:geheim@db:3306/zugabe", RedisURL: "redis://:geheim@cache:6379/0", Listen: ":8080",
		PublicURL: "https://points.example.com", Keys: "2026b:" + randomKey(1) + ", 2026a:" + randomKey(2),
		ShopifyApps: "abc:0123456789abcdef0123456789abcdef, abc:fedcba9876543210fedcba9876543210, xyz:0123456789abcdef0123456789abcdeX",
		LogLevel:    "warn", Role: "all", SMTPURL: "smtps://post:geheim@mail.example.com", MailFrom: "points@example.com", MailReplyTo: "shop@example.com",
	}
}

func TestACompleteConfigurationIsAccepted(t *testing.T) {
	c := good()
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	keys, _ := c.EncryptionKeys()
	if len(keys) != 2 || keys[0].ID != "2026b" || len(keys[0].Secret) != 32 {
		t.Errorf("keys: %v", keys)
	}
	apps, _ := c.Shopify()
	if len(apps) != 2 || len(apps[0].Secrets) != 2 || apps[0].Secrets[0][:2] != "01" || apps[1].ClientID != "xyz" {
		t.Errorf("apps: %v", apps)
	}
	if c.Level() != slog.LevelWarn || !c.Web() || !c.Worker() {
		t.Error("level or role")
	}
}

// Covers J5: default, weak and short secrets, and the rest of what would hurt
// later, are refused with the cure.
func TestWhatWouldHurtLaterIsRefusedWithTheCure(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"no database":        {func(c *Config) { c.DatabaseURL = "" }, "DATABASE_URL is not set"},
		"temporary database": {func(c *Config) { c.DatabaseURL = "sqlite::memory:" }, "lost at the next start"},
		"sqlite and roles":   {func(c *Config) { c.DatabaseURL, c.Role = "sqlite:///a.db", "web" }, "--role all"},
		"listen":             {func(c *Config) { c.Listen = "8080" }, "write :8080"},
		"no public address":  {func(c *Config) { c.PublicURL = "" }, "https://points.example.com"},
		"plain http":         {func(c *Config) { c.PublicURL = "http://points.example.com" }, "must be https"},
		"a path":             {func(c *Config) { c.PublicURL += "/app" }, "host name of its own"},
		"no keys":            {func(c *Config) { c.Keys = "" }, "openssl rand"},
		"a key without id":   {func(c *Config) { c.Keys = randomKey(1) }, "entry 1 is not id:base64"},
		"not base64":         {func(c *Config) { c.Keys = "a:ä" }, "not base64"},
		"a short key":        {func(c *Config) { c.Keys = "a:c2VjcmV0" }, "6 bytes, not 32"},
		"a default key": {func(c *Config) {
			c.Keys = "a:" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("secret!!", 4)))
		}, "not random"},
		"one id twice":      {func(c *Config) { c.Keys = "a:" + randomKey(1) + ",a:" + randomKey(2) }, "used twice"},
		"a default secret":  {func(c *Config) { c.ShopifyApps = "abc:secret" }, "not a real one"},
		"a repeated secret": {func(c *Config) { c.ShopifyApps = "abc:" + strings.Repeat("secret", 6) }, "not a real one"},
		"half an app":       {func(c *Config) { c.ShopifyApps = "abc" }, "entry 1 is not id:secret"},
		"no mail server":    {func(c *Config) { c.SMTPURL = "" }, "ZUGABE_SMTP_URL"},
		"no sender":         {func(c *Config) { c.MailFrom = "" }, "ZUGABE_MAIL_FROM"},
		"a sender's name":   {func(c *Config) { c.MailFrom = "Shop <points@example.com>" }, "one e-mail address"},
		"two to reply to":   {func(c *Config) { c.MailReplyTo = "a@b.example, c@d.example" }, "ZUGABE_MAIL_REPLY_TO"},
		"log level":         {func(c *Config) { c.LogLevel = "loud" }, "ZUGABE_LOG_LEVEL"},
		"role":              {func(c *Config) { c.Role = "boss" }, "ZUGABE_ROLE"},
	} {
		config := good()
		c.change(&config)
		err := config.Validate()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (Config{}).Validate(); err == nil || strings.Count(err.Error(), "\n") < 4 {
		t.Errorf("an empty configuration names only %v", err)
	}
}

func TestTheDemoMayUseItsOwnKeysAndPlainHTTP(t *testing.T) {
	c := good()
	c.Demo, c.PublicURL, c.DatabaseURL = true, "http://127.0.0.1:8080", "sqlite::memory:"
	c.Keys, c.ShopifyApps = "demo:"+base64.StdEncoding.EncodeToString(make([]byte, 32)), "demo:secret"
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	c.Keys = "demo:c2VjcmV0"
	if err := c.Validate(); err == nil {
		t.Error("a key that AES cannot take")
	}
}

func TestNoWayOfPrintingShowsASecret(t *testing.T) {
	c := good()
	c.DatabaseURL = "mysql://zugabe:ge%zzheim@db/zugabe"
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "config", c)
	keys, _ := c.EncryptionKeys()
	apps, _ := c.Shopify()
	for _, shown := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), log.String(), fmt.Sprint(keys, apps)} {
		for _, secret := range []string{"heim", "0123456789abcdef", randomKey(1)[:12]} {
			if strings.Contains(shown, secret) {
				t.Errorf("%s shows %s", shown, secret)
			}
		}
	}
	if !strings.Contains(c.String(), "@db/zugabe") || !strings.Contains(c.String(), "2026b:***") {
		t.Errorf("too little is shown: %s", c)
	}
}
