package faq

import (
	"embed"
	"encoding/json"
	"maps"
	"strings"
	"sync"

	"zugabe/app/loyalty"
)

//go:embed texts/*.json
var files embed.FS

// Languages are those in which there are answers.
var Languages = []string{"en", "de", "da", "pl", "it"}

// texts are all sentences by language; "de-informal" has those of German that speak
// to friends.
var texts = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, name := range append([]string{"de-informal"}, Languages...) {
		body, err := files.ReadFile("texts/" + name + ".json")
		var words map[string]string
		if err == nil {
			err = json.Unmarshal(body, &words)
		}
		if err != nil {
			panic("faq: texts/" + name + ".json: " + err.Error()) // embedded: a build that has it broken never starts
		}
		all[name] = words
	}
	return all
})

// voice says sentences of one language.
type voice struct {
	language string
	words    map[string]string
}

func voiceOf(language string, informal bool) voice {
	words, known := texts()[language]
	if !known {
		language, words = "en", texts()["en"]
	}
	if own := texts()[language+"-informal"]; informal && own != nil {
		words = maps.Clone(words)
		maps.Copy(words, own)
	}
	return voice{language: language, words: words}
}

// say fills a sentence; fill is names and values in turn. What fills is not read
// again, so that a shop called "{money}" stays a name.
func (v voice) say(key string, fill ...string) string {
	pairs := make([]string, 0, len(fill))
	for i := 0; i+1 < len(fill); i += 2 {
		pairs = append(pairs, "{"+fill[i]+"}", fill[i+1])
	}
	return strings.NewReplacer(pairs...).Replace(v.words[key])
}

// count is a number with its noun: "1 point", "5 punktów".
func (v voice) count(noun string, n int64) string {
	return v.say(noun+"."+loyalty.Plural(v.language, n), "n", v.number(n))
}

func (v voice) number(n int64) string { return loyalty.Grouped(v.language, n) }
