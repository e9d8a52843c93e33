package program

// KeptFor is keptFor.
var KeptFor = keptFor
