package vietqr

// For the tests: the check, and writing any data objects.
var (
	CRC16   = crc16
	Objects = objects
	Seal    = seal
)
