package hc1

// For the tests.
var (
	DecodeBase45 = decodeBase45
	EncodeBase45 = encodeBase45
)
