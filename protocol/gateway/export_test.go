package gateway

// SeenKey is where the inbox keeps what the rules know of a place.
var SeenKey = seenKey
