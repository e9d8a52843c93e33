package program

import (
	"slices"
	"strings"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/voucher"
)

// handoutWords are what printed vouchers, banners and messages say. {…} is filled in.
var handoutWords = map[string]map[string]string{
	"en": {"off": "{value} off", "free_article": "Free: {value}", "free_shipping": "Free shipping", "from": "On orders of {amount} or more", "up_to": "On orders of up to {amount}",
		"cap": "At most {amount}", "between": "Valid from {from} to {until}", "start": "Valid from {from}", "end": "Valid until {until}", "on": "Valid only on {from}", "new": "For new customers",
		"days": "Valid for {days} days after issue", "once": "One use for each code", "howto": "Scan the QR code, or enter the code in the cart: {shop}", "button": "To the voucher", "with": "With the code {code}"},
	"de": {"off": "{value} Rabatt", "free_article": "Gratis: {value}", "free_shipping": "Kostenloser Versand", "from": "Ab {amount} Bestellwert", "up_to": "Bis {amount} Bestellwert",
		"cap": "Höchstens {amount}", "between": "Gültig vom {from} bis {until}", "start": "Gültig ab {from}", "end": "Gültig bis {until}", "on": "Gültig nur am {from}", "new": "Für neue Kunden",
		"days": "Gültig {days} Tage ab Ausgabe", "once": "Jeder Code gilt einmal", "howto": "QR-Code scannen oder Code im Warenkorb eingeben: {shop}", "button": "Zum Gutschein", "with": "Mit dem Code {code}"},
	"da": {"off": "{value} rabat", "free_article": "Gratis: {value}", "free_shipping": "Gratis levering", "from": "Ved køb fra {amount}", "up_to": "Ved køb op til {amount}",
		"cap": "Højst {amount}", "between": "Gælder fra {from} til {until}", "start": "Gælder fra {from}", "end": "Gælder til {until}", "on": "Gælder kun den {from}", "new": "Til nye kunder",
		"days": "Gælder {days} dage fra udstedelsen", "once": "Hver kode gælder én gang", "howto": "Scan QR-koden, eller skriv koden i kurven: {shop}", "button": "Til kuponen", "with": "Med koden {code}"},
	"pl": {"off": "{value} rabatu", "free_article": "Gratis: {value}", "free_shipping": "Darmowa dostawa", "from": "Przy zamówieniu od {amount}", "up_to": "Przy zamówieniu do {amount}",
		"cap": "Najwyżej {amount}", "between": "Ważny od {from} do {until}", "start": "Ważny od {from}", "end": "Ważny do {until}", "on": "Ważny tylko {from}", "new": "Dla nowych klientów",
		"days": "Ważność w dniach od wydania: {days}", "once": "Każdy kod działa jeden raz", "howto": "Zeskanuj kod QR lub wpisz kod w koszyku: {shop}", "button": "Do kuponu", "with": "Z kodem {code}"},
	"it": {"off": "{value} di sconto", "free_article": "In omaggio: {value}", "free_shipping": "Spedizione gratuita", "from": "Per ordini da {amount}", "up_to": "Per ordini fino a {amount}",
		"cap": "Al massimo {amount}", "between": "Valido dal {from} al {until}", "start": "Valido dal {from}", "end": "Valido fino al {until}", "on": "Valido solo il {from}", "new": "Per nuovi clienti",
		"days": "Valido per {days} giorni dall'emissione", "once": "Ogni codice vale una volta", "howto": "Scansioni il codice QR o inserisca il codice nel carrello: {shop}", "button": "Al buono", "with": "Con il codice {code}"},
}

func said(language, key string, fill ...string) string {
	words, known := handoutWords[language]
	if !known {
		words = handoutWords["en"]
	}
	return strings.NewReplacer(fill...).Replace(words[key])
}

var currencySigns = map[loyalty.Currency]string{"EUR": "€", "GBP": "£", "USD": "$", "PLN": "zł", "DKK": "kr.", "SEK": "kr", "NOK": "kr", "CHF": "CHF", "CZK": "Kč"}

// moneyText is an amount as people of a language write it: "1.234,50 €", "€1,234.50".
func moneyText(minor int64, currency loyalty.Currency, language string) string {
	sign := currencySigns[currency]
	if sign == "" {
		sign = string(currency)
	}
	decimal, group := ",", "."
	switch language {
	case "pl":
		group = "\u00a0"
	case "de", "da", "it":
	default:
		decimal, group = ".", ","
	}
	whole, cents, broken := strings.Cut(loyalty.FormatMinor(minor, currency), ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + group + whole[at:]
	}
	if broken {
		whole += decimal + cents
	}
	if decimal == "." {
		if len(sign) > 3 || strings.Trim(sign, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
			return sign + "\u00a0" + whole
		}
		return sign + whole
	}
	return whole + "\u00a0" + sign
}

// valueText is what a voucher gives: "5,00 €", "20 %".
func valueText(t voucher.Template, currency loyalty.Currency, language string) string {
	switch t.Kind {
	case voucher.Percent:
		space := "\u00a0"
		if language == "en" || language == "it" || language == "pl" {
			space = ""
		}
		return said(language, "off", "{value}", loyalty.ID(t.Percent).String()+space+"%")
	case voucher.FreeArticle:
		return said(language, "free_article", "{value}", t.Article.Title)
	case voucher.FreeShipping:
		return said(language, "free_shipping")
	}
	return moneyText(t.Minor, currency, language)
}

// termsText are the conditions that people must know before they use a voucher.
func termsText(t voucher.Template, currency loyalty.Currency, language string) (terms []string) {
	add := func(when bool, key string, fill ...string) {
		if when {
			terms = append(terms, said(language, key, fill...))
		}
	}
	day := func(d loyalty.LocalDate) string { return dateOf(d.Start(time.UTC).UnixMilli(), time.UTC, language) }
	v := t.Valid
	add(t.Order.MinMinor > 0, "from", "{amount}", moneyText(t.Order.MinMinor, currency, language))
	add(t.Order.MaxMinor > 0, "up_to", "{amount}", moneyText(t.Order.MaxMinor, currency, language))
	add(t.CapMinor > 0, "cap", "{amount}", moneyText(t.CapMinor, currency, language))
	add(t.Who.NewOnly, "new")
	switch {
	case !v.On.IsZero():
		add(true, "on", "{from}", day(v.On))
	case !v.From.IsZero() && !v.Until.IsZero():
		add(true, "between", "{from}", day(v.From), "{until}", day(v.Until))
	default:
		add(!v.From.IsZero(), "start", "{from}", day(v.From))
		add(!v.Until.IsZero(), "end", "{until}", day(v.Until))
	}
	add(v.DaysAfterIssue > 0, "days", "{days}", loyalty.ID(v.DaysAfterIssue).String())
	add(t.Limits.PerCode == 1, "once")
	return terms
}

// names says whether a text has the amount in it, as "100", "100,00" or "100.00".
func names(text string, minor int64, currency loyalty.Currency) bool {
	amount := loyalty.FormatMinor(minor, currency)
	whole, cents, _ := strings.Cut(amount, ".")
	round := strings.Trim(cents, "0") == ""
	return minor > 0 && slices.ContainsFunc(strings.Fields(text), func(word string) bool {
		word = strings.ReplaceAll(strings.Trim(word, ".,;:()€$£"), ",", ".")
		return word == amount || round && word == whole
	})
}
