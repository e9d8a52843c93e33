// Package browser holds the tests that need a real browser: the app and its demo
// shop run as `zugabe demo` runs them, and one Chromium looks at both. The package
// has no code of its own.
package browser
