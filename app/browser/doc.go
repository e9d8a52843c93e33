// Package browser starts Chromium and says what a page costs a visitor: when it is
// painted, whether it moves, what it loads. Its tests are those that need a real
// browser: the app and its demo shop run as `zugabe demo` runs them, and one
// Chromium looks at both.
package browser
