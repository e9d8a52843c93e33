package demoshop

import (
	"slices"
	"strings"
)

func picture(name, alt string) m {
	if name == "" {
		return nil
	}
	src := "/cdn/shop/t/1/assets/" + name + ".svg"
	return m{"src": src, "alt": alt, "width": 600, "height": 600, "aspect_ratio": 1}
}

// productDrop is a product in a reader's language. Its collections come without
// their products.
func (s *Shop) productDrop(p *Product, l tongue) m {
	var variants []m
	low, high := p.Variants[0].Price, p.Variants[0].Price
	var values []string
	images := []m{}
	for _, v := range p.Variants {
		d := variantDrop(p, v, l)
		variants = append(variants, d)
		low, high = min(low, v.Price), max(high, v.Price)
		values = append(values, v.Words.in(l))
		if image := picture(v.Image, p.Words.in(l)); !slices.ContainsFunc(images, func(have m) bool { return have["src"] == image["src"] }) {
			images = append(images, image)
		}
	}
	collections := []m{}
	for _, id := range p.Collections {
		c := s.collection(id)
		collections = append(collections, m{"id": c.ID, "handle": c.Handle, "title": c.Words.in(l), "url": "/collections/" + c.Handle})
	}
	single := len(p.Variants) == 1
	d := m{
		"id": p.ID, "title": p.Words.in(l), "handle": p.Handle, "url": "/products/" + p.Handle, "description": "<p>" + p.Text.in(l) + "</p>", "content": p.Text.in(l), "vendor": shopName,
		"type": kindOf(p), "tags": []string{}, "price": low, "price_min": low, "price_max": high, "price_varies": low != high, "compare_at_price": nil, "available": true,
		"variants": variants, "selected_or_first_available_variant": variants[0], "first_available_variant": variants[0], "selected_variant": nil, "has_only_default_variant": single,
		"options": []string{}, "options_with_values": []m{}, "collections": collections, "images": images, "featured_image": images[0], "featured_media": images[0], "media": images,
		"gift_card?": p.GiftCard, "template_suffix": "", "metafields": m{}, "requires_selling_plan": false, "rating": s.ratingDrop("product", p.ID),
	}
	if !single {
		name := p.Option.in(l)
		d["options"] = []string{name}
		d["options_with_values"] = []m{{"name": name, "position": 1, "values": values, "selected_value": values[0]}}
	}
	return d
}

func kindOf(p *Product) string {
	if p.GiftCard {
		return "Gift card"
	}
	return "Goods"
}

func variantDrop(p *Product, v *Variant, l tongue) m {
	title := v.Words.in(l)
	if title == "" {
		title = "Default Title"
	}
	return m{
		"id": v.ID, "title": title, "option1": title, "options": []string{title}, "price": v.Price, "compare_at_price": nil, "sku": v.SKU, "available": true, "inventory_quantity": 50,
		"url": "/products/" + p.Handle + "?variant=" + str(v.ID), "image": picture(v.Image, p.Words.in(l)), "featured_image": picture(v.Image, p.Words.in(l)), "requires_shipping": !p.GiftCard,
		"taxable": true, "weight": 0, "product": m{"id": p.ID, "title": p.Words.in(l), "handle": p.Handle, "url": "/products/" + p.Handle}, "metafields": m{}, "selected": false,
	}
}

// choose marks the variant that the address asks for.
func choose(product m, variant string) {
	for _, v := range product["variants"].([]m) {
		if str(v["id"].(int64)) == variant {
			v["selected"] = true
			product["selected_variant"], product["selected_or_first_available_variant"] = v, v
			if options, ok := product["options_with_values"].([]m); ok && len(options) > 0 {
				options[0]["selected_value"] = v["title"]
			}
		}
	}
}

// collectionDrop has its products if they are asked for.
func (s *Shop) collectionDrop(c *Collection, l tongue, withProducts bool) m {
	d := m{"id": c.ID, "handle": c.Handle, "title": c.Words.in(l), "url": "/collections/" + c.Handle, "description": c.Text.in(l), "image": picture(c.Image, ""), "featured_image": picture(c.Image, ""), "metafields": m{}}
	products := []m{}
	count := 0
	for _, p := range s.products {
		if c.ID == 0 || slices.Contains(p.Collections, c.ID) {
			count++
			if withProducts {
				products = append(products, s.productDrop(p, l))
			}
		}
	}
	d["products"], d["products_count"], d["all_products_count"] = products, count, count
	return d
}

// everything is the collection that every shop has.
var everything = &Collection{Handle: "all", Words: inTwo{"All products", "Alle Artikel"}, Text: inTwo{"Everything that is on our shelves.", "Alles, was in unseren Regalen steht."}}

func (s *Shop) collectionsDrop(l tongue) m {
	out := m{}
	for _, c := range s.collections {
		out[c.Handle] = s.collectionDrop(c, l, false)
	}
	return out
}

func (s *Shop) collectionList(l tongue) []m {
	out := []m{}
	for _, c := range s.collections {
		out = append(out, s.collectionDrop(c, l, false))
	}
	return out
}

func (s *Shop) articleDrop(a *Article, l tongue) m {
	var body strings.Builder
	for _, part := range strings.Split(a.Body.in(l), "\n\n") {
		body.WriteString("<p>" + part + "</p>")
	}
	first, _, _ := strings.Cut(a.Body.in(l), ". ")
	comments := s.reviewsDrop("article", a.ID)
	return m{
		"id": a.ID, "handle": "magazine/" + a.Handle, "title": a.Words.in(l), "url": "/blogs/magazine/" + a.Handle, "content": body.String(), "excerpt": first + ".", "author": "Frida",
		"published_at": a.At.Unix(), "created_at": a.At.Unix(), "image": picture(a.Image, ""), "tags": []string{}, "comments": comments, "comments_count": len(comments), "comments_enabled?": true,
		"moderated?": true, "metafields": m{},
	}
}

func (s *Shop) blogDrop(l tongue) m {
	articles := []m{}
	for _, a := range s.articles {
		articles = append(articles, s.articleDrop(a, l))
	}
	return m{"id": 1, "handle": "magazine", "title": l.say("Magazine"), "url": "/blogs/magazine", "articles": articles, "articles_count": len(articles), "moderated?": true, "comments_enabled?": true}
}

// reviewsDrop are the approved ones, newest first.
func (s *Shop) reviewsDrop(kind string, subject int64) []m {
	out := []m{}
	for _, r := range slices.Backward(s.reviews) {
		if r.Kind == kind && r.Subject == subject && r.State == "approved" {
			out = append(out, m{"id": r.ID, "author": s.nameOf(r.CustomerID), "rating": r.Rating, "content": r.Body, "created_at": r.UpdatedAt.Unix()})
		}
	}
	return out
}

// ratingDrop is the mean in tenths and how many there are.
func (s *Shop) ratingDrop(kind string, subject int64) m {
	var sum, n int64
	for _, r := range s.reviews {
		if r.Kind == kind && r.Subject == subject && r.State == "approved" {
			sum, n = sum+r.Rating, n+1
		}
	}
	if n == 0 {
		return m{"count": 0}
	}
	return m{"count": n, "tenths": (20*sum + n) / (2 * n), "stars": (2*sum + n) / (2 * n)}
}
