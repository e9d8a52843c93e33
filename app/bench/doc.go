// Package bench measures the hot paths against the database's own speed: each
// path of the app runs alternately with hand-written SQL (the yardstick) that does
// the least that would leave the same rows, on the same database, in the same
// process. What counts is the ratio inside one run, the median of its rounds;
// absolute figures change with the machine and the minute.
package bench
