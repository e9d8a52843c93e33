package main_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// otherWords are words that once stood beside the one a language has for a voucher. The
// two Polish terms of VAT law keep theirs.
var otherWords = map[string]*regexp.Regexp{
	"da": regexp.MustCompile(`(?i)værdi(bevis|kupon|kode)`),
	"pl": regexp.MustCompile(`(?i)\bbon(y|u|em|ów|ie|om)?\b(?: różnego| jednego)?`),
}

// A shopper who reads of a "kupon" in the cart and of a "værdibevis" in the mail looks for
// two things: admin, desk, shop and mails call a voucher the same.
func TestTheHouseHasOneWordForAVoucherInEachLanguage(t *testing.T) {
	root, read := os.DirFS(".."), map[string]int{}
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if n := d.Name(); n == "node_modules" || n == "dist" || strings.HasPrefix(n, ".") && path != "." {
				return fs.SkipDir
			}
			return nil
		}
		for language, others := range otherWords {
			if !isTextOf(path, language) {
				continue
			}
			text, err := fs.ReadFile(root, path)
			if err != nil {
				return err
			}
			read[language]++
			for _, found := range others.FindAllString(string(text), -1) {
				if !strings.HasSuffix(found, " różnego") && !strings.HasSuffix(found, " jednego") {
					t.Errorf("%s says %q", path, found)
				}
			}
		}
		return nil
	})
	if err != nil || read["da"] < 60 || read["pl"] < 60 {
		t.Errorf("read %v, %v", read, err)
	}
}

// isTextOf says whether a file has texts of one language alone.
func isTextOf(path, language string) bool {
	for _, end := range []string{"." + language + ".json", "/" + language + ".json", "/" + language + ".schema.json"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return strings.HasSuffix(path, ".md") && strings.Contains(path, "/help/"+language+"/")
}
