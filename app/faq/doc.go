// Package faq answers the questions that shoppers ask about points, from the shop's
// live settings, in each of our languages (S4-26, S4-27, N-13). It is pure: the same
// facts give the same words.
package faq
