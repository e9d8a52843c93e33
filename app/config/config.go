// Package config is what an operator can set, by flag or environment. The kong
// tags are the documentation: serve --help prints them.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"

	"zugabe/app/mail"
)

// Config is complete after parsing; Validate says what is wrong with it.
type Config struct {
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" help:"mysql://user:password@host:3306/database or sqlite:///path/to/file.db" placeholder:"URL"`
	RedisURL    string `name:"redis-url" env:"REDIS_URL" help:"redis://host:6379/0; without it a Redis runs inside the process" placeholder:"URL"`
	Listen      string `name:"listen" env:"ZUGABE_LISTEN" default:":8080" help:"Address and port to listen on."`
	PublicURL   string `name:"public-url" env:"ZUGABE_PUBLIC_URL" help:"https address under which browsers and shops reach us." placeholder:"URL"`
	// Keys encrypt secrets at rest; the first one is used for new secrets, the
	// others still open old ones.
	Keys string `name:"keys" env:"ZUGABE_KEYS" help:"Encryption keys as id:base64,id:base64; the first one encrypts. Make one: openssl rand -base64 32" placeholder:"ID:BASE64,..."`
	// ShopifyApps lists the app's client id with its secrets; a second entry
	// with the same id is the old secret during a rotation (A30).
	ShopifyApps string `name:"shopify-apps" env:"SHOPIFY_APPS" help:"Shopify client ids with secrets as id:secret,id:secret; repeat an id while its secret is being rotated." placeholder:"ID:SECRET,..."`
	// SMTPURL holds a password: it is shown without.
	SMTPURL     string `name:"smtp-url" env:"ZUGABE_SMTP_URL" help:"Mail server as smtps://user:password@host:465 or smtp://user:password@host:587 (STARTTLS); without it mails wait." placeholder:"URL"`
	MailFrom    string `name:"mail-from" env:"ZUGABE_MAIL_FROM" help:"Address that mails come from; the mail server must be allowed to send for it." placeholder:"ADDRESS"`
	MailReplyTo string `name:"mail-reply-to" env:"ZUGABE_MAIL_REPLY_TO" help:"Address that answers go to where a shop has none of its own." placeholder:"ADDRESS"`
	// PlanPrice and PlanMonths are what the app costs (S4-31), shown to owners of shops.
	PlanPrice  string `name:"plan-price" env:"ZUGABE_PLAN_PRICE" default:"99.00 DKK" help:"What the app costs for one whole term, without VAT." placeholder:"AMOUNT CURRENCY"`
	PlanMonths []int  `name:"plan-months" env:"ZUGABE_PLAN_MONTHS" default:"6,12" help:"Terms on offer in months; 0 = the app is not sold." placeholder:"MONTHS,..."`
	PlanURL    string `name:"plan-url" env:"ZUGABE_PLAN_URL" help:"https address of the page on which Shopify sells the app; {shop} stands for the shop's name there." placeholder:"URL"`
	LogLevel   string `name:"log-level" env:"ZUGABE_LOG_LEVEL" default:"info" enum:"debug,info,warn,error" help:"debug, info, warn or error."`
	Role       string `name:"role" env:"ZUGABE_ROLE" default:"all" enum:"web,worker,all" help:"web answers requests, worker books and calls shops, all does both."`
	// Demo loosens what protects real shops. Only the demo command sets it.
	Demo bool `kong:"-"`
	// Testing does the same for a process that a test starts. It is here because
	// Validate is called while the command line is read.
	Testing bool `name:"testing" env:"ZUGABE_TESTING" hidden:"" help:"For tests: accepts weak secrets and plain http."`
}

// loose says that weak secrets and plain http will do.
func (c Config) loose() bool { return c.Demo || c.Testing }

// Validate explains everything that is wrong, each with its cure. In the demo
// it accepts generated keys and plain http.
func (c Config) Validate() error {
	var problems []error
	add := func(err error) {
		if err != nil {
			problems = append(problems, err)
		}
	}
	add(c.checkDatabase())
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		add(fmt.Errorf("ZUGABE_LISTEN %q is no address; write :8080 or 127.0.0.1:8080", c.Listen))
	}
	add(c.checkPublicURL())
	add(c.checkChoices())
	if _, err := c.EncryptionKeys(); err != nil {
		add(err)
	}
	if _, err := c.Shopify(); err != nil {
		add(err)
	}
	add(c.checkMail())
	_, err := c.Plan()
	add(err)
	return errors.Join(problems...)
}

func (c Config) checkDatabase() error {
	if c.DatabaseURL == "" {
		return errors.New("DATABASE_URL is not set; write mysql://user:password@host:3306/database, or sqlite:///path/to/file.db for one machine")
	}
	if !c.loose() && strings.HasPrefix(c.DatabaseURL, "sqlite::memory:") {
		return errors.New("DATABASE_URL is a temporary database: everything would be lost at the next start; name a file or a server")
	}
	if strings.HasPrefix(c.DatabaseURL, "sqlite:") && (c.Role == "web" || c.Role == "worker") {
		return fmt.Errorf("ZUGABE_ROLE is %s, but a SQLite file belongs to one process; use --role all, or MySQL/MariaDB for several processes", c.Role)
	}
	return nil
}

func (c Config) checkPublicURL() error {
	u, err := url.Parse(c.PublicURL)
	switch {
	case c.PublicURL == "" || err != nil || u.Host == "":
		return errors.New("ZUGABE_PUBLIC_URL is no address; write https://points.example.com")
	case u.Scheme != "https" && !c.loose():
		return fmt.Errorf("ZUGABE_PUBLIC_URL starts with %s://; shops send webhooks and tokens, so it must be https", u.Scheme)
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "":
		return errors.New("ZUGABE_PUBLIC_URL has a path; give the app a host name of its own")
	}
	return nil
}

func (c Config) checkMail() error {
	if c.SMTPURL == "" && c.MailFrom == "" {
		return nil
	}
	if _, err := mail.ParseServer(c.SMTPURL); err != nil {
		return fmt.Errorf("ZUGABE_SMTP_URL %w", err) // never with the address: it holds a password
	}
	if err := mail.CheckAddress(c.MailFrom); err != nil {
		return fmt.Errorf("ZUGABE_MAIL_FROM %q is not one e-mail address; write points@example.com", c.MailFrom)
	}
	if c.MailReplyTo != "" && mail.CheckAddress(c.MailReplyTo) != nil {
		return fmt.Errorf("ZUGABE_MAIL_REPLY_TO %q is not one e-mail address; write shop@example.com", c.MailReplyTo)
	}
	return nil
}

func (c Config) checkChoices() error {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return fmt.Errorf("ZUGABE_LOG_LEVEL %q is none of debug, info, warn, error", c.LogLevel)
	}
	switch c.Role {
	case "web", "worker", "all":
		return nil
	}
	return fmt.Errorf("ZUGABE_ROLE %q is none of web, worker, all", c.Role)
}

// Level is the log level; info when it cannot be read.
func (c Config) Level() (level slog.Level) {
	if level.UnmarshalText([]byte(c.LogLevel)) != nil {
		return slog.LevelInfo
	}
	return level
}

// Web reports whether this process answers requests, Worker whether it books
// and calls shops.
func (c Config) Web() bool { return c.Role != "worker" }

// Worker is the other half of Web.
func (c Config) Worker() bool { return c.Role != "web" }

// String shows the configuration without any secret.
func (c Config) String() string {
	return fmt.Sprintf("database=%s redis=%s listen=%s public=%s keys=%s shopify=%s smtp=%s from=%s log=%s role=%s demo=%t",
		hideUser(c.DatabaseURL), hideUser(c.RedisURL), c.Listen, c.PublicURL,
		hideValues(c.Keys), hideValues(c.ShopifyApps), hideUser(c.SMTPURL), c.MailFrom, c.LogLevel, c.Role, c.Demo)
}

// GoString keeps %#v from showing what String hides.
func (c Config) GoString() string { return c.String() }

// LogValue keeps slog from showing what String hides.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// hideUser drops user and password without parsing, so that it also works on
// addresses that cannot be parsed.
func hideUser(raw string) string {
	at := strings.LastIndexByte(raw, '@')
	if at < 0 {
		return raw
	}
	scheme, _, _ := strings.Cut(raw, ":")
	return scheme + ":***" + raw[at:]
}

// hideValues shows the ids of an id:secret list.
func hideValues(list string) string {
	var ids []string
	for pair := range strings.SplitSeq(list, ",") {
		if id, _, ok := strings.Cut(strings.TrimSpace(pair), ":"); ok {
			ids = append(ids, id+":***")
		} else if pair != "" {
			ids = append(ids, "***")
		}
	}
	return strings.Join(ids, ",")
}
