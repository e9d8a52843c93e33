package demoshop

// german has the shopper's texts, by the English ones. Shoppers are du.
var german = map[string]string{
	// around every page
	"Test double.": "Nur zum Ausprobieren.", "This is not a real shop: nothing is sold, no mail is sent. It is %s here.": "Das ist kein echter Laden: Nichts wird verkauft, keine Mail geht hinaus. Hier ist es %s.",
	"Move the clock": "Uhr vorstellen", "Main": "Hauptmenü", "Products": "Artikel", "Magazine": "Magazin", "Mailbox": "Postfach", "Account": "Konto", "Cart": "Warenkorb",
	"Cart (%s)": "Warenkorb (%s)", "Merchant": "Händler", "Skip to the content": "Zum Inhalt springen",
	"Demo shop of the Zugabe app: a stand-in host that speaks Shopify's wire protocol. Everything is kept in memory and gone when it stops.": "Probeladen der App Zugabe: Er spricht das Protokoll von Shopify. Alles liegt nur im Arbeitsspeicher und ist weg, wenn er endet.",
	"This page does not exist": "Diese Seite gibt es nicht", "The address may be from before a restart: nothing is kept then.": "Vielleicht ist die Adresse von vor einem Neustart: Danach ist nichts mehr da.", "To the start page": "Zur Startseite",
	// points
	"point": "Punkt", "points": "Punkte", "Your points": "Deine Punkte", "worth %s": "%s wert", "%s more are on their way.": "%s sind noch unterwegs.", "%s expire on %s.": "%s verfallen am %s.",
	"How my points came about": "Wie meine Punkte zustande kamen", "You have no points yet.": "Du hast noch keine Punkte.", "What": "Was", "Points": "Punkte",
	"Here will be every point that you earn or use.": "Hier steht später jeder Punkt, den du bekommst oder einlöst.", "Back to the account": "Zurück zum Konto",
	"The app did not answer. Your points are safe; please try again later.": "Die App antwortet nicht. Deine Punkte sind sicher; versuche es später noch einmal.",
	"Earned": "Erhalten", "Used": "Eingelöst", "Taken back": "Abgezogen", "Expired": "Verfallen", "Changed by the shop": "Vom Laden geändert", "Given back": "Zurückgegeben", "Moved": "Übertragen",
	"order %s": "Bestellung %s", "for a code": "für einen Code", "signup": "neues Konto", "newsletter": "Newsletter", "product review": "Bewertung eines Artikels", "article review": "Bewertung eines Beitrags",
	"referrer": "Freunde geworben", "friend": "von Freunden geworben", "birthday": "Geburtstag", "referral": "Empfehlung",
	// home
	"Who do you want to be?": "Wer möchtest du sein?", "A merchant": "Händler", "Orders, refunds, reviews to approve, and what the Zugabe app says.": "Bestellungen, Erstattungen, Bewertungen zum Freigeben, und was die App Zugabe sagt.",
	"Be the merchant": "Händler sein", "A shopper": "Kunde", "Somebody who has an account.": "Jemand mit einem Konto.", "Be %s": "%s sein", "A new shopper": "Neuer Kunde",
	"Opens an account now, which may earn a welcome bonus.": "Eröffnet jetzt ein Konto; dafür kann es Punkte geben.", "Be somebody new": "Jemand Neues sein", "With my own name": "Mit meinem eigenen Namen",
	"First name": "Vorname", "Last name": "Nachname", "E-mail": "E-Mail", "Open an account": "Konto eröffnen", "From our shelves": "Aus unseren Regalen", "Newsletter": "Newsletter", "Subscribe": "Abonnieren",
	"You get a mail with a link to confirm. It is in the mailbox.": "Du bekommst eine Mail mit einem Link zum Bestätigen. Sie liegt im Postfach.",
	// product, article, reviews
	"Product": "Artikel", "Which": "Welcher", "How many": "Wie viele", "Add to cart": "In den Warenkorb", "Prices include %s %% VAT.": "Preise enthalten %s %% MwSt.", "No VAT on gift cards.": "Gutscheine sind ohne MwSt.",
	"Reviews": "Bewertungen", "%s of 5 stars": "%s von 5 Sternen", "No reviews yet.": "Noch keine Bewertungen.", "Stars": "Sterne", "Your words": "Deine Worte", "Send": "Senden", "Log in to write a review.": "Melde dich an, um zu bewerten.", "A customer": "Ein Kunde",
	// cart and checkout
	"Your cart is empty.": "Dein Warenkorb ist leer.", "Look at the products": "Zu den Artikeln", "Voucher": "Gutschein", "Code": "Code", "Apply": "Einlösen", "Remove %s": "%s entfernen", "Use points": "Punkte einlösen",
	"Points to use": "Wie viele Punkte", "Log in to use your points.": "Melde dich an, um Punkte einzulösen.", "To the checkout": "Zur Kasse", "Article": "Artikel", "Quantity": "Menge", "Price": "Preis", "Quantity of %s": "Menge von %s",
	"Voucher %s": "Gutschein %s", "Parcel": "Versand", "free": "frei", "Total": "Summe", "VAT in it: %s": "darin MwSt.: %s", "Change quantities": "Mengen ändern", "Checkout": "Kasse", "Back to the cart": "Zurück zum Warenkorb",
	"Ordering as %s.": "Du bestellst als %s.", "With an account you see and use your points.": "Mit einem Konto siehst und nutzt du deine Punkte.", "Payment": "Zahlung", "Card, paid at once": "Karte, sofort bezahlt", "Invoice, paid later": "Rechnung, später bezahlt",
	"Place the order for %s": "Für %s bestellen", "Thank you": "Danke", "Your order %s over %s is placed.": "Deine Bestellung %s über %s ist eingegangen.", "Your orders and points": "Deine Bestellungen und Punkte",
	"The same order as the merchant sees it": "Dieselbe Bestellung aus Sicht des Händlers", "Points for this order appear in your account in a moment.": "Punkte für diese Bestellung erscheinen gleich in deinem Konto.",
	// account
	"Bring a friend": "Freunde werben", "Send a friend this link. When their first order has stayed, you both get points.": "Schick diesen Link weiter. Sobald die erste Bestellung nicht mehr zurückkommt, bekommt ihr beide Punkte.",
	"Your account": "Dein Konto", "Orders": "Bestellungen", "Order": "Bestellung", "State": "Stand", "No orders yet.": "Noch keine Bestellungen.", "You get the newsletter.": "Du bekommst den Newsletter.",
	"Your newsletter waits for a click on the link in the mail.": "Dein Newsletter wartet auf den Klick auf den Link in der Mail.", "You do not get the newsletter.": "Du bekommst den Newsletter nicht.",
	"Leave the newsletter": "Newsletter abbestellen", "Log out": "Abmelden", "cancelled": "storniert", "charged back": "zurückgebucht", "not paid": "nicht bezahlt", "paid": "bezahlt", "partly refunded": "teilweise erstattet", "refunded": "erstattet", "given up": "aufgegeben",
	// mailbox, newsletter, clock
	"Do you want our newsletter?": "Möchtest du unseren Newsletter?", "Yes, send it to me": "Ja, schickt ihn mir", "Mails the shop would have sent, newest first.": "Mails, die der Laden geschickt hätte, neueste zuerst.",
	"to %s, %s": "an %s, %s", "Open the link": "Link öffnen", "No mail yet.": "Noch keine Mail.", "Clock": "Uhr", "It is %s in this shop and for the app beside it.": "In diesem Laden und für die App daneben ist es %s.",
	"+ 1 day": "+ 1 Tag", "+ %s days": "+ %s Tage", "Days": "Tage", "Move forward": "Vorstellen", "Points become usable, expire and birthdays come, as they would then. There is no way back.": "Punkte werden nutzbar, verfallen, und Geburtstage kommen, wie sie es dann täten. Es gibt keinen Weg zurück.",
	"Please confirm the newsletter": "Bitte bestätige den Newsletter", "Somebody, probably you, asked for our newsletter. Confirm it with the link; otherwise do nothing.": "Jemand, wahrscheinlich du, wollte unseren Newsletter. Bestätige ihn mit dem Link; sonst tu einfach nichts.",
	// answers to forms
	"There is no such account.": "Dieses Konto gibt es nicht.", "You are %s now.": "Du bist jetzt %s.", "You are nobody in particular now.": "Du bist jetzt niemand Bestimmtes.", "Welcome, %s. Your account is open.": "Willkommen, %s. Dein Konto ist eröffnet.",
	"Choose who you want to be first.": "Wähle zuerst, wer du sein möchtest.", "Not sent: %s.": "Nicht gesendet: %s.", "Thank you. The merchant looks at it before it appears.": "Danke. Der Händler schaut sie sich an, bevor sie erscheint.",
	"We sent a mail with a link to confirm.": "Wir haben eine Mail mit einem Link zum Bestätigen geschickt.", "No newsletter any more.": "Kein Newsletter mehr.", "Confirmed. You get the newsletter.": "Bestätigt. Du bekommst den Newsletter.",
	"The clock only moves forward, by 1 to 800 days.": "Die Uhr geht nur vorwärts, um 1 bis 800 Tage.", "It is %s days later now.": "Es ist jetzt %s Tage später.", "It is one day later now.": "Es ist jetzt einen Tag später.",
	"Please choose a quantity between 1 and 100.": "Bitte wähle eine Menge von 1 bis 100.", "Added to the cart.": "Liegt im Warenkorb.", "Log in and give the number of points to use.": "Melde dich an und gib an, wie viele Punkte du einlösen möchtest.",
	"Your code is on its way. Press once more in a moment: nothing is taken twice.": "Dein Code ist unterwegs. Drücke gleich noch einmal: Es wird nichts doppelt abgezogen.", "No points were used: %s": "Keine Punkte wurden eingelöst: %s", "No points were used.": "Keine Punkte wurden eingelöst.",
	"%s points are a code now: %s":                         "%s Punkte sind jetzt ein Code: %s",
	"please give a valid e-mail address and shorter names": "bitte eine gültige E-Mail-Adresse und kürzere Namen", "please give a valid e-mail address": "bitte eine gültige E-Mail-Adresse", "there is an account with this e-mail address": "es gibt schon ein Konto mit dieser E-Mail-Adresse",
	"this link is not valid any more": "dieser Link gilt nicht mehr", "there is nothing to review, or nobody is logged in": "es gibt nichts zu bewerten, oder niemand ist angemeldet", "give one to five stars and some words": "gib einen bis fünf Sterne und ein paar Worte", "the cart is empty": "der Warenkorb ist leer",
	// why a code is refused
	"This code does not exist.": "Diesen Code gibt es nicht.", "This code is in the cart already.": "Dieser Code ist schon im Warenkorb.", "This code has expired.": "Dieser Code ist abgelaufen.", "This code is not valid yet.": "Dieser Code gilt noch nicht.",
	"This code has been used up.": "Dieser Code ist aufgebraucht.", "Log in to use this code: it was made for one customer.": "Melde dich an, um diesen Code zu nutzen: Er ist für eine bestimmte Person.", "This code was made for another customer.": "Dieser Code ist für jemand anderen.",
	"You have used this code already.": "Diesen Code hast du schon benutzt.", "This code is not for the articles in your cart.": "Dieser Code gilt nicht für die Artikel in deinem Warenkorb.", "This code starts at %s. %s to go.": "Dieser Code gilt ab %s. Es fehlen noch %s.",
	"This code starts at %s articles.": "Dieser Code gilt ab %s Artikeln.", "This code cannot be combined with %s.": "Dieser Code lässt sich nicht mit %s verbinden.",
	// why the app refuses
	"use at least %s at once.": "löse mindestens %s auf einmal ein.", "use at most %s at once.": "löse höchstens %s auf einmal ein.",
	"points go in steps of %s.": "Punkte gehen hier in Schritten von %s.", "you have %s too few.": "dir fehlen %s.",
}
