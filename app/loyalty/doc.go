// Package loyalty holds the words everything else speaks: ids, points, money,
// rates, local dates, the clock and error codes. It imports nothing of ours,
// so every other package may import it.
package loyalty
