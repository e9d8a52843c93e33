// Package session decides who is asking: every signature and token that this
// app accepts or makes is here, and nothing else may decide it. A proof that
// holds becomes an Actor; one that does not is a Refusal, whose reason is for
// logs and counters and never for the one who was refused.
package session
