package printer

// Bands is what a picture is sent as.
var Bands = bands
