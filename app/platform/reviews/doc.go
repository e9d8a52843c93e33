// Package reviews reads what review apps tell us. They are no shops: a shop of
// any host may have one next to it, and its deliveries come in under the host
// name "reviews" with a secret of the shop's own.
//
// # Our format
//
// An app that has no format of its own here sends this to
// POST /webhooks/reviews/{key}, signed as Standard Webhooks say (headers
// webhook-id, webhook-timestamp, webhook-signature: v1):
//
//	{
//	  "type": "review.created",            // or review.updated, review.deleted
//	  "timestamp": "2026-11-21T10:00:00Z", // of this message; orders messages about one review
//	  "data": {
//	    "id": "r-81",
//	    "kind": "product",                 // or "article"
//	    "subject": "1234567890",           // the host's id of the product or article
//	    "customer": "6940095564",          // the host's id of the customer, "" if unknown
//	    "email": "ada@example.com",        // used if customer is ""
//	    "status": "approved",              // pending, approved, rejected
//	    "created_at": "2026-11-20T18:00:00Z"
//	  }
//	}
//
// Only an approved review earns; one that is rejected or deleted takes back.
package reviews
