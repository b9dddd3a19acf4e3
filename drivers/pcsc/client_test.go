//go:build cgo

package pcsc_test

const clientVar = "PCSC_TEST_CLIENT"

func client(string) int { return 0 }
