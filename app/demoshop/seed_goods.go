package demoshop

// inTwo is a text in the shop's own language, English, and in German.
type inTwo struct{ EN, DE string }

// in is the text for a reader: the other languages are in messages.json; what is not,
// is read in English.
func (t inTwo) in(l tongue) string {
	if l == "de" && t.DE != "" {
		return t.DE
	}
	return l.say(t.EN)
}

type seedVariant struct {
	title inTwo
	sku   string
	price int64
	image string
}

type seedProduct struct {
	handle      string
	title, text inTwo
	option      inTwo
	collections []int
	vat         int64
	giftCard    bool
	variants    []seedVariant
}

var (
	colour, grind, form, value, size = inTwo{"Colour", "Farbe"}, inTwo{"Grind", "Mahlgrad"}, inTwo{"Form", "Form"}, inTwo{"Value", "Wert"}, inTwo{"Size", "Größe"}
	blue, sand                       = inTwo{"Blue", "Blau"}, inTwo{"Sand", "Sand"}
)

var seedProducts = []seedProduct{
	{"kaffeetasse", inTwo{"Stoneware mug", "Steinzeugbecher"}, inTwo{"Thrown on the wheel and glazed by hand, 300 ml. Goes into the dishwasher and stays pretty.", "Auf der Scheibe gedreht und von Hand glasiert, 300 ml. Darf in die Spülmaschine und bleibt schön."},
		colour, []int{0}, 19, false, []seedVariant{{blue, "CUP-BL", 1190, "mug-blue"}, {sand, "CUP-SA", 1190, "mug-sand"}}},
	{"roestkaffee", inTwo{"House roast 250 g", "Hausröstung 250 g"}, inTwo{"Roasted slowly in small drums: chocolate, hazelnut and hardly any acid.", "Langsam in kleinen Trommeln geröstet: Schokolade, Haselnuss und kaum Säure."},
		grind, []int{1}, 7, false, []seedVariant{{inTwo{"Whole beans", "Ganze Bohne"}, "COF-B", 749, "coffee"}, {inTwo{"Ground", "Gemahlen"}, "COF-M", 749, "coffee"}}},
	{"espresso", inTwo{"Espresso 1 kg", "Espresso 1 kg"}, inTwo{"Dark and strong, for machines and for the stove.", "Dunkel und kräftig, für die Maschine und für den Herd."},
		inTwo{}, []int{1}, 7, false, []seedVariant{{inTwo{}, "ESP-1", 2140, "espresso"}}},
	{"handmuehle", inTwo{"Hand mill", "Handmühle"}, inTwo{"A conical burr of steel and a crank of walnut. Thirty turns for two cups.", "Kegelmahlwerk aus Stahl und eine Kurbel aus Nussbaum. Dreißig Umdrehungen für zwei Tassen."},
		inTwo{}, []int{2}, 19, false, []seedVariant{{inTwo{}, "MILL", 8330, "mill"}}},
	{"filterpapier", inTwo{"Paper filters, 100", "Filterpapier, 100 Stück"}, inTwo{"Not bleached, size 2.", "Ungebleicht, Größe 2."},
		inTwo{}, []int{2}, 19, false, []seedVariant{{inTwo{}, "FILT", 499, "paper"}}},
	{"wasserkessel", inTwo{"Gooseneck kettle", "Schwanenhalskessel"}, inTwo{"One litre, for every stove. Pours as thin as a pencil.", "Ein Liter, für jeden Herd. Gießt so dünn wie ein Bleistift."},
		inTwo{}, []int{2}, 19, false, []seedVariant{{inTwo{}, "KETT", 5950, "kettle"}}},
	{"schokolade", inTwo{"Chocolate 70 %", "Schokolade 70 %"}, inTwo{"Two ingredients: cocoa and sugar.", "Zwei Zutaten: Kakao und Zucker."},
		inTwo{}, []int{3}, 7, false, []seedVariant{{inTwo{}, "CHOC", 321, "chocolate"}}},
	{"kochbuch", inTwo{"Book: Coffee at home", "Buch: Kaffee zu Hause"}, inTwo{"212 pages, many pictures, no secrets.", "212 Seiten, viele Bilder, keine Geheimnisse."},
		inTwo{}, []int{4}, 7, false, []seedVariant{{inTwo{}, "BOOK", 2490, "book"}}},
	{"geschenkgutschein", inTwo{"Gift card", "Geschenkgutschein"}, inTwo{"Comes by e-mail.", "Kommt per E-Mail."},
		value, nil, 0, true, []seedVariant{{inTwo{"25 EUR", "25 EUR"}, "GIFT25", 2500, "gift"}, {inTwo{"50 EUR", "50 EUR"}, "GIFT50", 5000, "gift"}}},
	{"teekanne", inTwo{"Stoneware teapot", "Teekanne aus Steinzeug"}, inTwo{"One litre and a sieve of steel. The lid stays on when you pour.", "Ein Liter und ein Sieb aus Stahl. Der Deckel bleibt beim Gießen, wo er ist."},
		inTwo{}, []int{0, 5}, 19, false, []seedVariant{{inTwo{}, "POT", 4490, "teapot"}}},
	{"assam", inTwo{"Assam 100 g", "Assam 100 g"}, inTwo{"Malty and round; takes milk well.", "Malzig und rund; verträgt Milch."},
		form, []int{5}, 7, false, []seedVariant{{inTwo{"Loose", "Lose"}, "TEA-A", 690, "tea-red"}, {inTwo{"Bags", "Beutel"}, "TEA-AB", 790, "tea-red"}}},
	{"sencha", inTwo{"Sencha 100 g", "Sencha 100 g"}, inTwo{"First harvest. Seventy degrees, one minute, no more.", "Erste Ernte. Siebzig Grad, eine Minute, nicht länger."},
		inTwo{}, []int{5}, 7, false, []seedVariant{{inTwo{}, "TEA-S", 990, "tea-green"}}},
	{"rooibos", inTwo{"Rooibos 100 g", "Rooibos 100 g"}, inTwo{"Nothing in it keeps you awake.", "Nichts darin hält wach."},
		inTwo{}, []int{5}, 7, false, []seedVariant{{inTwo{}, "TEA-R", 590, "tea-amber"}}},
	{"schale", inTwo{"Breakfast bowl", "Müslischale"}, inTwo{"Deep enough for muesli, wide enough for soup.", "Tief genug für Müsli, weit genug für Suppe."},
		colour, []int{0}, 19, false, []seedVariant{{sand, "BOWL-SA", 1490, "bowl-sand"}, {blue, "BOWL-BL", 1490, "bowl-blue"}}},
	{"handfilter", inTwo{"Pour-over cone", "Handfilter"}, inTwo{"Porcelain, with ribs that let the air out.", "Porzellan, mit Rippen, die die Luft hinauslassen."},
		size, []int{0, 2}, 19, false, []seedVariant{{inTwo{"For 2 cups", "Für 2 Tassen"}, "CONE-2", 2390, "cone"}, {inTwo{"For 4 cups", "Für 4 Tassen"}, "CONE-4", 2890, "cone"}}},
	{"milchkaennchen", inTwo{"Milk jug", "Milchkännchen"}, inTwo{"A quarter of a litre, and not a drop beside the cup.", "Ein Viertelliter, und kein Tropfen neben die Tasse."},
		inTwo{}, []int{0}, 19, false, []seedVariant{{inTwo{}, "JUG", 1690, "jug"}}},
}

var seedCollections = []struct {
	handle string
	title  inTwo
	text   inTwo
	image  string
}{
	{"geschirr", inTwo{"Tableware", "Geschirr"}, inTwo{"Stoneware and porcelain for every day.", "Steinzeug und Porzellan für jeden Tag."}, "mug-blue"},
	{"kaffee", inTwo{"Coffee", "Kaffee"}, inTwo{"Roasted on Tuesdays, sent on Wednesdays.", "Dienstags geröstet, mittwochs verschickt."}, "coffee"},
	{"zubehoer", inTwo{"Equipment", "Zubehör"}, inTwo{"Few things, and each of them for years.", "Wenige Dinge, und jedes für Jahre."}, "mill"},
	{"suesses", inTwo{"Sweets", "Süßes"}, inTwo{"What belongs beside the cup.", "Was neben die Tasse gehört."}, "chocolate"},
	{"buecher", inTwo{"Books", "Bücher"}, inTwo{"To read while it draws.", "Zum Lesen, während er zieht."}, "book"},
	{"tee", inTwo{"Tea", "Tee"}, inTwo{"From four gardens that we know.", "Aus vier Gärten, die wir kennen."}, "tea-green"},
}

var seedArticles = []struct {
	handle      string
	title, body inTwo
	image       string
}{
	{"filterkaffee", inTwo{"Filter coffee as in the café", "Filterkaffee wie im Café"}, inTwo{
		"Sixty grams to the litre, water just below the boil, three minutes. That is all there is to it.\n\nRinse the paper first, so that the cup does not taste of it. Pour as much water on the coffee as makes it wet, and wait until it stops rising. Then pour slowly, in circles, and never onto the paper.",
		"60 Gramm auf einen Liter, Wasser knapp unter dem Siedepunkt, drei Minuten. Mehr ist es nicht.\n\nSpüle zuerst das Papier, damit die Tasse nicht danach schmeckt. Gieß so viel Wasser auf den Kaffee, dass er nass ist, und warte, bis er nicht mehr steigt. Dann langsam in Kreisen gießen und nie auf das Papier."}, "cone"},
	{"muehle-einstellen", inTwo{"How to set a mill", "Die Mühle richtig einstellen"}, inTwo{
		"Too sour means too coarse, too bitter means too fine. Never more than one click at a time.\n\nWrite the clicks on the bag. The next bag of the same coffee starts there.",
		"Zu sauer heißt zu grob, zu bitter heißt zu fein. Immer nur einen Klick auf einmal.\n\nSchreib die Klicks auf die Tüte. Die nächste Tüte desselben Kaffees fängt dort an."}, "mill"},
	{"gruener-tee", inTwo{"Green tea is not bitter", "Grüner Tee ist nicht bitter"}, inTwo{
		"It becomes bitter when the water is too hot. Let it stand for five minutes after the boil, or pour it from one cup into another and back.\n\nThe same leaves make three pots. The second is the best.",
		"Bitter wird er, wenn das Wasser zu heiß ist. Lass es nach dem Kochen fünf Minuten stehen, oder gieß es von einer Tasse in die andere und zurück.\n\nDieselben Blätter reichen für drei Kannen. Die zweite ist die beste."}, "tea-green"},
}
